"""Distances from real recordings: they must see a wrong spectrum, and not see the same one."""

from __future__ import annotations

import os

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import lfilter

from evoscope.abr.benchmark.fit.conditions import (
    LEVELS_DB,
    Averages,
    simulated_averages,
    window_samples,
)
from evoscope.abr.benchmark.fit.real import compare_with_real
from evoscope.abr.benchmark.fit.real_noise import (
    autocorrelation,
    autocorrelation_rms,
    compare_noise,
    log_spectral_distance_db,
)
from evoscope.abr.benchmark.fit.two_sample import (
    auc,
    compare_averages,
    cross_validated_auc,
)
from evoscope.abr.simulation.profiles import get_profile


def white(seed: int, n: int = 300) -> NDArray[np.float64]:
    return np.random.default_rng(seed).standard_normal((n, window_samples()))


def test_alike_noise_is_near_and_another_colour_is_far() -> None:
    coloured = lfilter([1.0], [1.0, -0.9], white(2), axis=1)
    assert log_spectral_distance_db(white(1), white(2)) < 0.5
    assert log_spectral_distance_db(white(1), coloured) > 3.0
    assert autocorrelation_rms(white(1), white(2)) < 0.01
    assert autocorrelation_rms(white(1), coloured) > 0.1


def test_autocorrelation_of_a_first_order_process_is_a_power() -> None:
    found = autocorrelation(lfilter([1.0], [1.0, -0.7], white(3, 2000), axis=1))
    assert found[:4] == pytest.approx([1.0, 0.7, 0.49, 0.343], abs=0.04)  # a short window biases it


def test_twice_the_noise_is_twice_the_median() -> None:
    ears = np.array(["a", "b"] * 150)
    real = Averages(white(1), white(1), np.zeros(300), ears)
    fit = compare_noise("x", real, Averages(white(2), 2.0 * white(2), np.zeros(300), ears))
    assert fit.noise_median_ratio == pytest.approx(2.0, abs=0.05)
    assert fit.noise_ks == 1.0


def test_labels_without_meaning_are_not_learned() -> None:
    label = np.random.default_rng(0).random(300) < 0.5
    found = cross_validated_auc(white(4), label, np.arange(300) % 5)
    assert found == pytest.approx(0.5, abs=0.1)


def test_auc_counts_ties_half() -> None:
    assert auc(np.zeros(4), np.array([True, True, False, False])) == 0.5


def test_simulated_against_simulated_cannot_be_told_apart() -> None:
    first, second = (simulated_averages(get_profile("adult"), patients=8, seed=s) for s in (1, 2))
    assert set(first.level_db) == set(LEVELS_DB)
    fit = compare_averages("adult", first, second, seed=1)
    assert fit.n_real == len(first.waveform)
    assert 0.3 < fit.auc_other_ear < 0.75


def test_without_real_recordings_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVOSCOPE_REALDATA", raising=False)
    fit, picture = compare_with_real()
    assert "EVOSCOPE_REALDATA" in fit.skipped
    assert fit.noise == ()
    assert picture is None


@pytest.mark.skipif(
    "EVOSCOPE_REALDATA" not in os.environ, reason="EVOSCOPE_REALDATA names no real recordings"
)
def test_real_recordings_are_compared() -> None:
    fit, picture = compare_with_real()
    assert not fit.skipped
    assert picture is not None
    assert [one.n_real for one in fit.noise] == [78, 78]
    # One ear's export ends at 1.5 kHz: above it the two real ears would differ by 40 dB.
    assert fit.noise[0].spectral_floor_db < 6.0
    assert fit.two_sample[0].n_real == 54
