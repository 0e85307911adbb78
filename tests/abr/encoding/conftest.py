"""A tiny clinic, simulated once."""

from __future__ import annotations

import pytest

from evoscope.abr.cohort import Cohort
from evoscope.abr.encoding import EncodedCohort, encode_cohort
from evoscope.abr.simulation.make import simulate


@pytest.fixture(scope="session")
def clinic(tmp_path_factory) -> Cohort:
    return simulate(tmp_path_factory.mktemp("clinic") / "cohort.parquet", patients=6, seed=1)


@pytest.fixture(scope="session")
def patients(clinic) -> list[str]:
    return list(dict.fromkeys(clinic.to_pandas(["patient_id"])["patient_id"]))


@pytest.fixture(scope="session")
def encoded(clinic, patients) -> EncodedCohort:
    return encode_cohort(clinic, patients)
