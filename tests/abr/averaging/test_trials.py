"""From single trials to an average: what is bad is left out, what is noisy counts less."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from evoscope.abr.averaging import PRESETS, accept, average_trials
from evoscope.abr.averaging.trials import BLOCK_TRIALS, weigh_blocks
from evoscope.abr.recording import Epochs

RATE_HZ = 10_000.0
N_SAMPLES = 120
RESPONSE = 0.8 * np.exp(-0.5 * ((np.arange(N_SAMPLES) - 60) / 4.0) ** 2)
NO_FILTER = PRESETS["none"]
Array = NDArray[np.float64]


def noise(n_trials: int, seed: int = 0, size_uv: float = 2.0) -> Array:
    return size_uv * np.random.default_rng(seed).standard_normal((n_trials, N_SAMPLES))


def epochs(trials: Array, inverted: NDArray[np.bool_] | None = None) -> Epochs:
    values = trials.astype(np.float32)
    return Epochs(
        n_trials=len(values),
        n_samples=values.shape[1],
        sampling_rate_hz=RATE_HZ,
        onset_sample=10.0,
        loader=lambda which: values[which],
        inverted=inverted,
    )


def error(average: Array, truth: Array = RESPONSE) -> float:
    return float(((average - truth) ** 2).mean())


def test_accept_keeps_what_stays_below_the_limit() -> None:
    trials = np.zeros((3, 5))
    trials[:, 2] = [10.0, -20.0, 20.1]
    mask, limit = accept(trials, 20.0)
    assert mask.tolist() == [True, True, False]
    assert limit == 20.0


@pytest.mark.parametrize("size_uv", [0.5, 2.0, 30.0])
def test_the_limit_follows_the_size_of_the_eeg(size_uv: float) -> None:
    # A fixed 20 uV would keep every artefact of a quiet adult and reject a whole raw mouse.
    clean = noise(1_000, size_uv=size_uv)
    mask, limit = accept(clean)
    assert mask.mean() > 0.995
    spoiled = clean.copy()
    spoiled[::10] *= 6.0
    mask, same = accept(spoiled)
    assert same == pytest.approx(limit, rel=0.1)
    assert not mask[::10].any()


def test_artefact_trials_are_left_out_and_counted() -> None:
    trials = noise(1_000) + RESPONSE
    bad = np.random.default_rng(1).choice(1_000, 50, replace=False)
    trials[bad, 40:60] += 100.0
    parts, report = average_trials(epochs(trials), preset=NO_FILTER)
    assert (report.used, report.rejected) == (950, 50)
    expected = 2.0**2 / 950
    assert error(parts.mean()) < 1.5 * expected
    assert error(trials.mean(axis=0)) > 10 * expected


@pytest.mark.parametrize("flat_uv", [0.0, 400.0])
def test_a_lost_electrode_does_not_become_the_average(flat_uv: float) -> None:
    # Flat trials have no variance: weighted by their noise they would be all that counts.
    trials = noise(1_600) + RESPONSE
    trials[100:400] = flat_uv
    parts, report = average_trials(epochs(trials), preset=PRESETS["adult_click"])
    kept = np.delete(trials, np.s_[100:400], axis=0)
    expected, _ = average_trials(epochs(kept), preset=PRESETS["adult_click"])
    assert report.rejected >= 300
    assert error(parts.mean(), expected.mean()) < 0.1 * error(expected.mean(), np.zeros(N_SAMPLES))


def test_a_stated_limit_is_used() -> None:
    trials = noise(200)
    trials[:7, 3] = 15.0
    _, report = average_trials(epochs(trials), preset=NO_FILTER, limit_uv=12.0)
    assert (report.rejected, report.limit_uv) == (7, 12.0)


def test_weights_beat_the_plain_mean_in_bursty_noise() -> None:
    # A restless patient: a quarter of the session is four times as noisy.
    ratios = []
    for seed in range(20):
        restless = noise(1_600, seed)
        restless[400:800] *= 4.0
        trials = restless + RESPONSE
        parts, _ = average_trials(epochs(trials), preset=NO_FILTER, limit_uv=np.inf)
        ratios.append(error(parts.mean()) / error(trials.mean(axis=0)))
    # Theory: 1 / mean(1 / v) over mean(v) = 0.28.
    assert np.mean(ratios) == pytest.approx(0.28, abs=0.06)


def test_weights_are_trials_over_variance() -> None:
    sign = np.tile([1.0, -1.0], 8)
    trials = np.concatenate([sign[:8] * 1.0, sign[:8] * 2.0])[:, None] * np.ones(N_SAMPLES)
    parts = weigh_blocks(trials, None, 2)
    np.testing.assert_allclose(parts.weights, [0.8, 0.2])  # 1 / 1 to 1 / 4


def test_equal_noise_hardly_disturbs_the_weights() -> None:
    parts, _ = average_trials(epochs(noise(1_600) + RESPONSE), preset=NO_FILTER)
    assert parts.count == 16
    assert parts.weights.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(parts.weights, 1 / 16, rtol=0.1)


def test_contrasts_of_blocks_state_the_noise_of_the_average() -> None:
    trials = noise(1_600) + 30 * RESPONSE
    parts, _ = average_trials(epochs(trials), preset=NO_FILTER, limit_uv=np.inf)
    assert parts.source == "trials"
    expected_uv = 2.0 / np.sqrt(1_600)
    assert np.sqrt(parts.noise_variance().mean()) == pytest.approx(expected_uv, rel=0.05)


def test_polarity_balance_cancels_what_inverts_and_keeps_what_does_not() -> None:
    # The microphonic inverts with the stimulus; twice as many trials are of one polarity.
    inverted = np.arange(1_500) % 3 == 0
    microphonic = 5.0 * np.sin(np.arange(N_SAMPLES) / 3.0)
    trials = RESPONSE + np.where(inverted[:, None], -1.0, 1.0) * microphonic
    parts, _ = average_trials(epochs(trials, inverted), preset=NO_FILTER)
    np.testing.assert_allclose(parts.values, np.tile(RESPONSE, (16, 1)), atol=1e-5)
    blind, _ = average_trials(epochs(trials), preset=NO_FILTER)
    assert np.abs(blind.mean() - RESPONSE).max() > 1.0


def test_polarity_follows_its_trials_past_rejected_ones() -> None:
    # Flags out of step by a rejected trial would sort the trials into the wrong polarity.
    inverted = np.arange(400) % 3 == 0
    microphonic = 5.0 * np.sin(np.arange(N_SAMPLES) / 3.0)
    trials = RESPONSE + np.where(inverted[:, None], -1.0, 1.0) * microphonic
    trials[[0, 3, 4, 7, 10]] = 500.0
    parts, report = average_trials(epochs(trials, inverted), preset=NO_FILTER)
    assert report.rejected == 5
    np.testing.assert_allclose(parts.mean(), RESPONSE, atol=1e-5)


def test_one_polarity_alone_is_averaged_as_it_is() -> None:
    trials = noise(160) + RESPONSE
    every, _ = average_trials(epochs(trials, np.ones(160, dtype=bool)), preset=NO_FILTER)
    none, _ = average_trials(epochs(trials), preset=NO_FILTER)
    np.testing.assert_array_equal(every.values, none.values)


def test_trials_are_filtered_before_they_are_judged() -> None:
    # A drift of hundreds of microvolts is no reason to reject what the filter makes clean.
    still = noise(400) + RESPONSE
    drifting = still.copy()
    drifting[100:200] += np.linspace(0, 300, 100)[:, None]
    expected, kept = average_trials(epochs(still), preset=PRESETS["adult_click"])
    parts, report = average_trials(epochs(drifting), preset=PRESETS["adult_click"])
    assert (report.used, report.rejected) == (kept.used, kept.rejected)
    np.testing.assert_allclose(parts.mean(), expected.mean(), atol=1e-3)


@pytest.mark.parametrize("n_trials", [1, 2, 3, 9])
def test_few_trials_do_not_crash(n_trials: int) -> None:
    parts, report = average_trials(epochs(noise(n_trials) + RESPONSE), preset=NO_FILTER)
    assert report.used + report.rejected == n_trials
    assert parts.mean().shape == (N_SAMPLES,)
    assert parts.weights.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("inverted", [None, np.arange(60) % 2 == 0])
def test_nothing_but_artefacts_does_not_crash(inverted: NDArray[np.bool_] | None) -> None:
    trials = noise(60, size_uv=500.0)
    parts, _ = average_trials(epochs(trials, inverted), preset=NO_FILTER, limit_uv=20.0)
    assert np.isfinite(parts.values).all()
    # They are far apart from each other: the noise says that nothing can be believed.
    assert np.sqrt(parts.noise_variance().mean()) > 20.0


def test_a_recording_of_zeros_does_not_crash() -> None:
    parts, _ = average_trials(epochs(np.zeros((100, N_SAMPLES))), preset=PRESETS["tone"])
    np.testing.assert_array_equal(parts.mean(), 0.0)


def test_long_recordings_are_read_in_blocks() -> None:
    n_trials = 2 * BLOCK_TRIALS + 100
    asked: list[int] = []

    def load(which: slice) -> NDArray[np.float32]:
        start, stop, _ = which.indices(n_trials)
        asked.append(stop - start)
        return np.tile(RESPONSE, (stop - start, 1)).astype(np.float32)

    recording = Epochs(
        n_trials=n_trials,
        n_samples=N_SAMPLES,
        sampling_rate_hz=RATE_HZ,
        onset_sample=10.0,
        loader=load,
    )
    parts, report = average_trials(recording, preset=NO_FILTER)
    assert asked == [BLOCK_TRIALS, BLOCK_TRIALS, 100]
    assert report.used == n_trials
    np.testing.assert_allclose(parts.mean(), RESPONSE, atol=1e-6)
