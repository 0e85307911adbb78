"""What inverts with the polarity must tell neuropathy from silence, and nothing else by chance."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.abr.benchmark.limits import NoiseModel, known_series, noise_levels
from evoscope.abr.benchmark.limits.cochlea import CochlearPrior, Difference
from evoscope.abr.benchmark.limits.ear_bank import EarBank, draw_bank
from evoscope.abr.benchmark.limits.known_series import KnownSeries
from evoscope.abr.benchmark.limits.polarity import with_difference
from evoscope.abr.benchmark.limits.reading import Reading
from evoscope.abr.benchmark.limits.refine import Sample
from evoscope.abr.simulation.classes import LOSS_CLASSES
from evoscope.abr.simulation.components import respond_all
from evoscope.abr.simulation.patients import PolarityMode, simulate_patients
from evoscope.abr.simulation.plan import plan_clinic
from evoscope.abr.simulation.profiles import get_profile

CLINIC = {"patients": 300, "seed": 909, "enrich": True}
PROFILE = get_profile("clinic")


@pytest.fixture(scope="module")
def bank() -> EarBank:
    return draw_bank(PROFILE, ears=150, seed=5)


def clicks(loss: str, polarity: PolarityMode = "pair") -> KnownSeries:
    """The longest click series of the first patient of a class."""
    plan = plan_clinic(PROFILE, **CLINIC)
    index = int(np.flatnonzero(plan.loss == LOSS_CLASSES.index(loss))[0])
    columns = next(simulate_patients("clinic", **CLINIC, polarity=polarity, first=index, count=1))
    series = [one for one in known_series(columns) if one.frequency_hz is None]
    return max(series, key=lambda one: one.level_db.max())


def believed(one: KnownSeries, bank: EarBank) -> dict[str, float] | None:
    """Probability of each mechanism, had the alternating average said nothing at all."""
    noise = NoiseModel.of(PROFILE)
    levels = noise_levels(
        noise,
        half_difference=one.half_difference,
        residual_noise_nv=one.residual_noise_nv,
        waveform=one.waveform,
        response_power=np.zeros((one.level_db.size, noise.drift_power.size)),
    )
    reading = Reading(
        series=one,
        seen=np.zeros((one.level_db.size, 1)),
        variance=np.ones((one.level_db.size, 1)),
        project=np.zeros((1, PROFILE.n_samples)),
        time_ms=PROFILE.time_ms,
        difference=None
        if one.inverting is None
        else Difference.of(one.inverting, levels, noise, CochlearPrior.of(bank)),
    )
    mechanisms = np.array([ear.mechanism for ear in bank.ears])
    of_mechanism = {name: int((mechanisms == name).sum()) for name in mechanisms}
    silent = respond_all(
        bank.ears, level_db=one.level_db - 200.0, stimulus="click", frequency_hz=None, rate_hz=33.1
    )
    sample = Sample(
        ears=bank.ears,
        log_weight=-np.log([of_mechanism[name] for name in mechanisms]),
        loss=bank.loss,
        parts=(silent,),
    )
    paired = with_difference(sample, [reading])
    if paired is None:
        return None
    return {name: float(paired.weight[mechanisms == name].sum()) for name in of_mechanism}


def test_a_large_microphonic_is_neuropathy_and_its_absence_is_not(bank: EarBank) -> None:
    neuropathy, total = believed(clicks("neuropathy"), bank), believed(clicks("total"), bank)
    assert neuropathy is not None
    assert total is not None
    assert neuropathy["auditory neuropathy"] > 0.99
    assert total["auditory neuropathy"] < 0.01
    # Nothing is left of the hair cells in either: the difference does not tell them apart.
    assert total["profound"] == pytest.approx(total["flat"])


def test_without_single_polarities_there_is_nothing_to_add(bank: EarBank) -> None:
    assert clicks("total", "alternating").inverting is None
    assert believed(clicks("total", "alternating"), bank) is None


def test_half_the_difference_belongs_to_its_own_average() -> None:
    pair, plain = clicks("normal"), clicks("normal", "alternating")
    assert pair.inverting is not None
    np.testing.assert_array_equal(pair.waveform, plain.waveform)
    assert pair.inverting.shape == pair.waveform.shape
    # The artefact of the first millisecond grows with level, and inverts.
    first = (PROFILE.time_ms >= 0.0) & (PROFILE.time_ms < 0.5)
    order = np.argsort(pair.level_db)
    sizes = np.abs(pair.inverting[:, first]).max(axis=1)[order]
    assert sizes[-1] > 2.0 * sizes[0]


def test_no_class_is_ruled_out_by_age_and_sex(bank: EarBank) -> None:
    # A woman with total loss must not be told that no such woman exists.
    for age_years in (0.5, 1.5, 2.5, 10.0, 40.0):
        for sex in ("female", "male"):
            there = set(bank.loss[bank.matching(age_years, sex)].tolist())
            assert there == set(range(len(LOSS_CLASSES))), (age_years, sex)
