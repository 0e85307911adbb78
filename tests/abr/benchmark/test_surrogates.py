"""Surrogates that keep a response, or lose their noise, would make noise controls worthless."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evoscope.abr.benchmark.surrogates import (
    flipped_trials,
    from_halves,
    halves_series,
    pairs_of_level,
)
from evoscope.abr.recording import Epochs, Recording, Source, Stimulus, Subject
from evoscope.abr.simulation import simulate_series


def trials_recording(trials: np.ndarray, inverted: np.ndarray | None = None) -> Recording:
    epochs = Epochs(
        n_trials=len(trials),
        n_samples=trials.shape[1],
        sampling_rate_hz=20_000.0,
        onset_sample=20.0,
        loader=lambda which: trials[which],
        inverted=inverted,
    )
    return Recording(
        waveform=trials.mean(axis=0),
        sampling_rate_hz=20_000.0,
        onset_sample=20.0,
        stimulus=Stimulus(kind="click", level_db=60.0),
        subject=Subject(id="m"),
        source=Source(path="m", format="psi"),
        epochs=epochs,
    )


def test_half_differences_hold_no_response_and_all_of_the_noise() -> None:
    series, _ = simulate_series(
        true_threshold_db=0, levels_db=[80], seed=3, replicates=2, sweeps=1000
    )
    first, second = series.at(80)
    surrogate = from_halves(first, second)
    assert surrogate.halves is not None
    assert first.halves is not None
    assert second.halves is not None
    expected = np.stack([(h[0] - h[1]) / 2 for h in (first.halves, second.halves)])
    np.testing.assert_allclose(surrogate.halves, expected, atol=1e-6)
    np.testing.assert_allclose(surrogate.waveform, expected.mean(axis=0), atol=1e-6)


def test_replicates_without_halves_are_refused() -> None:
    series, _ = simulate_series(true_threshold_db=0, levels_db=[80], seed=3, replicates=2)
    bare = replace(series.at(80)[0], halves=None)
    with pytest.raises(ValueError, match="should have halves"):
        from_halves(bare, series.at(80)[1])


def test_replicates_of_another_length_are_never_paired() -> None:
    series, _ = simulate_series(true_threshold_db=0, levels_db=[80], seed=3, replicates=3)
    a, b, c = series.at(80)
    longer = replace(c, sweeps=4000)
    assert pairs_of_level((a, b, longer)) == [(a, b)]


def test_a_series_of_half_differences_has_one_recording_per_level() -> None:
    series, _ = simulate_series(true_threshold_db=0, levels_db=[40, 60, 80], seed=3, replicates=2)
    assert halves_series(series, np.random.default_rng(0)).levels_db == (40, 60, 80)


@pytest.mark.parametrize("alternating", [False, True])
def test_flipping_blocks_cancels_the_response_but_not_the_noise(alternating: bool) -> None:
    rng = np.random.default_rng(0)
    response = np.sin(np.arange(300) / 9.0)
    noise = rng.standard_normal((512, 300))
    inverted = np.arange(512) % 2 == 0 if alternating else None
    recording = trials_recording((noise + 5 * response).astype(np.float32), inverted)
    flipped = flipped_trials(recording, rng)
    assert flipped.epochs is not None
    trials = flipped.epochs.load()
    left = float(np.abs(trials.mean(axis=0) @ response) / (response @ response))
    assert left < 0.02 * 5
    assert trials.std(axis=0).mean() > 1.0
    # Both polarities are flipped in equal parts, so that each still averages to nothing.
    if inverted is not None:
        for polarity in (False, True):
            mean = trials[inverted == polarity].mean(axis=0)
            assert abs(mean @ response) / (response @ response) < 0.04 * 5
    assert np.ptp(flipped.waveform) > 0


def test_sign_flips_need_single_trials() -> None:
    series, _ = simulate_series(true_threshold_db=0, levels_db=[80], seed=3)
    with pytest.raises(ValueError, match="single trials"):
        flipped_trials(series.recordings[0], np.random.default_rng(0))
