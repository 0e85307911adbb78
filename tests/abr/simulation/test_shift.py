"""Clinics moved by published SDs: whoever measures robustness must know by how much they moved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evoscope.abr.benchmark.limits import why_no_limits
from evoscope.abr.norms import amplitude, latency
from evoscope.abr.simulation import Shift, patient_ears, shifted, simulate_patients
from evoscope.abr.simulation.components import Components, respond
from evoscope.abr.simulation.make import simulate
from evoscope.abr.simulation.profiles import get_profile

LEVELS_DB = np.array([20.0, 40.0, 60.0, 80.0])
V = 4


def adult_like_the_norm(shift: Shift) -> Components:
    ear = patient_ears(shifted(get_profile("adult"), shift), patients=20, seed=1, index=0)[0]
    typical = replace(
        ear, mechanism="normal", loss="normal", hearing_loss_db=(0.0,) * 4, gap_db=0.0,
        offset_db=0.0, response_from_db=None,
    )  # fmt: skip
    return respond(typical, level_db=LEVELS_DB, stimulus="click", frequency_hz=None, rate_hz=21.1)


def norms(what: object) -> list[tuple[float, float]]:
    found = [
        what("V", level_db=x, stimulus="click", frequency_hz=None, species="human")  # type: ignore[operator]
        for x in LEVELS_DB
    ]
    return [(norm.mean, norm.sd) for norm in found]


def test_latencies_move_by_the_sd_of_their_norm_at_each_level() -> None:
    late = adult_like_the_norm(Shift(latency_sd=1.0)).latency_ms[:, V]
    usual = adult_like_the_norm(Shift()).latency_ms[:, V]
    early = adult_like_the_norm(Shift(latency_sd=-2.0)).latency_ms[:, V]
    sd_ms = [sd for _, sd in norms(latency)]
    np.testing.assert_allclose(late - usual, sd_ms, atol=1e-6)
    np.testing.assert_allclose(early - usual, np.multiply(-2.0, sd_ms), atol=1e-6)


def test_amplitudes_move_by_the_sd_of_their_norm_where_it_is_gaussian() -> None:
    small = adult_like_the_norm(Shift(amplitude_sd=-1.0)).size_uv[:, V]
    usual = adult_like_the_norm(Shift()).size_uv[:, V]
    share = [(1.0 - 0.5 * sd / mean) ** 2 for mean, sd in norms(amplitude)]
    np.testing.assert_allclose(small / usual, share, rtol=1e-6)


def columns(shift: Shift) -> dict[str, np.ndarray]:
    parts = list(
        simulate_patients(shifted(get_profile("clinic"), shift), patients=100, seed=3, count=6)
    )
    names = ("patient_id", "residual_noise_nv", "true_threshold_db", "wave_V_latency_ms")
    return {n: np.concatenate([np.asarray(p[n]) for p in parts]) for n in names}


def test_noise_moves_by_the_sd_between_subjects_and_nothing_else_does() -> None:
    usual, noisy = columns(Shift()), columns(Shift(noise_sd=1.0))
    factor = np.exp(get_profile("clinic").noise.eeg_log_sd[0])
    ratio = noisy["residual_noise_nv"] / usual["residual_noise_nv"]
    # Who would stop early plays on: no average is worse than the noise makes it.
    assert ratio.max() == pytest.approx(factor, rel=1e-3)
    assert np.median(ratio) > 1.0
    np.testing.assert_array_equal(noisy["wave_V_latency_ms"], usual["wave_V_latency_ms"])


def test_thresholds_move_by_their_sd() -> None:
    one = [
        ear.offset_db
        for shift in (Shift(), Shift(threshold_sd=1.0))
        for ear in patient_ears(
            shifted(get_profile("clinic"), shift), patients=20, seed=1, index=0
        )[:1]
    ]
    assert one[1] - one[0] == pytest.approx(get_profile("clinic").ear.threshold_sd_db)


def test_no_shift_changes_no_bit() -> None:
    plain = next(simulate_patients("clinic", patients=30, seed=2))
    same = next(simulate_patients(shifted(get_profile("clinic"), Shift()), patients=30, seed=2))
    np.testing.assert_array_equal(plain["waveform"], same["waveform"])


def test_a_shifted_cohort_says_so_and_its_limits_are_those_of_the_shifted_clinic(
    tmp_path: Path,
) -> None:
    cohort = simulate(
        tmp_path / "late.parquet", profile="adult", patients=2, seed=4, shift=Shift(latency_sd=1.0)
    )
    assert cohort.metadata.provenance["shift"]["latency_sd"] == 1.0
    assert why_no_limits(cohort, ["adult-4-000000"]) == ""


@pytest.mark.parametrize("word", ["latency", "latency=late", "speed=1", "noise=inf"])
def test_what_is_no_shift_is_refused_with_what_is(word: str) -> None:
    with pytest.raises(ValueError, match=r"latency=SD.*Found"):
        Shift.parse([word])
