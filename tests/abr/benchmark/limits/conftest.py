"""A small clinic, read once by the observer for all tests."""

import pytest

from evoscope.abr.benchmark.limits import KnownSeries, Observed, known_series, observe
from evoscope.abr.simulation.patients import simulate_patients
from evoscope.abr.simulation.profiles import get_profile


@pytest.fixture(scope="session")
def clinic() -> list[KnownSeries]:
    found: list[KnownSeries] = []
    for columns in simulate_patients("clinic", patients=300, seed=7, count=12):
        found += [one for one in known_series(columns) if one.frequency_hz is None]
    return found


@pytest.fixture(scope="session")
def observed(clinic: list[KnownSeries]) -> Observed:
    return observe(clinic, get_profile("clinic"), ears=600, draws=96)
