"""Noise blocks: the colour, size and statistics that a device would find in its averages."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from evoscope.abr.averaging import SubAverages
from evoscope.abr.simulation.blocks import (
    Clock,
    NoiseState,
    average,
    locked_drift,
    noise_blocks,
    noise_trials,
    other_polarity,
)

CLOCK = Clock(n_samples=200, sampling_rate_hz=15_000.0, band_hz=(30.0, 3000.0), mains_hz=50.0)
WINDOW = slice(45, 198)
NOTHING = np.zeros((1, 200), dtype=np.float32)


def state(n: int, **change: object) -> NoiseState:
    plain = NoiseState(
        eeg_uv=np.full(n, 2.0),
        drift_uv=np.zeros(n),
        mains_uv=np.zeros(n),
        noisy=np.zeros(n, dtype=bool),
        weighted=np.ones(n, dtype=bool),
        sweeps=np.full(n, 1600),
        rate_hz=np.full(n, 33.1),
    )
    return dataclasses.replace(plain, **change)  # type: ignore[arg-type]


def averaged(of: NoiseState, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    blocks = noise_blocks(np.random.default_rng(seed), of, CLOCK)
    made = average(blocks, blocks.values, NOTHING, WINDOW)
    return made.waveform, made.residual_noise_nv, made.fmp


def test_noise_left_falls_with_the_root_of_the_sweeps_and_is_what_it_says() -> None:
    left = {}
    for sweeps in (400, 1600, 6400):
        waveform, stated_nv, _ = averaged(state(200, sweeps=np.full(200, sweeps)))
        left[sweeps] = 1e3 * float(waveform.std())
        assert np.sqrt(np.mean(stated_nv**2)) == pytest.approx(left[sweeps], rel=0.05)
    assert left[400] / left[1600] == pytest.approx(2.0, rel=0.05)
    assert left[400] / left[6400] == pytest.approx(4.0, rel=0.05)
    assert left[1600] == pytest.approx(1e3 * 2.0 / 40.0, rel=0.1)


def test_eeg_falls_above_350_hz_and_drift_lies_below_60() -> None:
    def power(of: NoiseState) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
        clock = dataclasses.replace(CLOCK, n_samples=1500)
        values = noise_blocks(np.random.default_rng(1), of, clock).values[:, ::4]
        spectrum = np.abs(np.fft.rfft(values * np.hanning(1500), axis=-1)) ** 2
        return np.fft.rfftfreq(1500, 1 / 15_000.0), spectrum.mean(axis=(0, 1))

    f, eeg = power(state(20))
    slope = np.polyfit(np.log(f[70:200]), np.log(eeg[70:200]), 1)[0]  # 700-2000 Hz
    assert -3.2 < slope < -1.6  # one pole: -2, and the edge of the band
    assert eeg[(f > 3500)].max() < 0.02 * eeg[(f > 100) & (f < 300)].mean()
    f, drift = power(state(20, eeg_uv=np.full(20, 1e-6), drift_uv=np.full(20, 2.0)))
    assert drift[f < 60].sum() / drift.sum() > 0.95


def test_the_average_is_the_mean_of_its_halves_whose_noise_is_independent() -> None:
    blocks = noise_blocks(np.random.default_rng(2), state(100, noisy=np.ones(100, bool)), CLOCK)
    made = average(blocks, blocks.values, NOTHING, WINDOW)
    assert (made.half_a + made.half_b) / 2 == pytest.approx(made.waveform, abs=1e-6)
    assert abs(np.corrcoef(made.half_a.ravel(), made.half_b.ravel())[0, 1]) < 0.05
    between = (made.half_a - made.half_b) / 2
    assert between.std() == pytest.approx(made.waveform.std(), rel=0.05)


def test_residual_noise_is_the_one_of_the_averaging_module() -> None:
    blocks = noise_blocks(np.random.default_rng(3), state(5), CLOCK)
    made = average(blocks, blocks.values, NOTHING, WINDOW)
    for row in range(5):
        parts = SubAverages(
            blocks.values[row].astype(float), blocks.weights[row].astype(float), "trials"
        )
        expected = 1e3 * np.sqrt(parts.noise_variance()[WINDOW].mean())
        assert made.residual_noise_nv[row] == pytest.approx(expected, rel=1e-3)
        fmp = parts.mean()[WINDOW].var() / parts.noise_variance()[WINDOW].mean()
        assert made.fmp[row] == pytest.approx(fmp, rel=1e-3)


def test_fmp_is_near_one_in_noise_lower_in_drift_and_grows_with_a_response() -> None:
    quiet = averaged(state(100))[2]
    assert 0.5 < np.median(quiet) < 1.0
    drifting = averaged(state(100, eeg_uv=np.full(100, 0.5), drift_uv=np.full(100, 2.0)))[2]
    assert np.median(drifting) < 0.5 * np.median(quiet)
    blocks = noise_blocks(np.random.default_rng(5), state(50), CLOCK)
    response = 0.2 * np.sin(np.arange(200) / 10.0, dtype=np.float32)[None]
    loud = average(blocks, blocks.values, response, WINDOW)
    assert np.median(loud.fmp) > 5.0
    silent = average(blocks, blocks.values, NOTHING, WINDOW)
    assert loud.residual_noise_nv == pytest.approx(silent.residual_noise_nv)


def test_bursts_are_rejected_or_weighted_down() -> None:
    noisy = {"noisy": np.ones(200, bool)}
    blocks = noise_blocks(np.random.default_rng(6), state(200, **noisy), CLOCK)
    assert (blocks.sweeps < 1600).mean() > 0.5
    assert blocks.sweeps.min() >= 800
    assert (blocks.weights == 0.0).any()
    weighted = averaged(state(200, **noisy))[0].std()
    plain = averaged(state(200, **noisy, weighted=np.zeros(200, bool)))[0].std()
    assert weighted < 0.95 * plain


def test_mains_cancels_unless_the_rate_divides_it() -> None:
    def hum(rate_hz: float) -> float:
        loud = state(20, eeg_uv=np.full(20, 1e-6), mains_uv=np.full(20, 5.0))
        return float(averaged(dataclasses.replace(loud, rate_hz=np.full(20, rate_hz)))[0].std())

    assert hum(25.0) > 1.0  # every sweep meets the same phase: the hum stays
    assert hum(33.1) < 0.02


def test_one_polarity_has_twice_the_variance_and_the_other_its_own_noise() -> None:
    of = state(200)
    blocks = noise_blocks(np.random.default_rng(7), of, CLOCK)
    other = other_polarity(np.random.default_rng(8), blocks, of, CLOCK)
    one = average(blocks, blocks.values + other, NOTHING, WINDOW).waveform
    two = average(blocks, blocks.values - other, NOTHING, WINDOW).waveform
    both = average(blocks, blocks.values, NOTHING, WINDOW).waveform
    assert one.var() / both.var() == pytest.approx(2.0, rel=0.1)
    assert abs(np.corrcoef(one.ravel(), two.ravel())[0, 1]) < 0.06
    assert (one + two) / 2 == pytest.approx(both, abs=1e-5)


def test_locked_drift_has_the_size_asked_for_and_is_slow() -> None:
    size = np.full(2000, 0.05)
    values = locked_drift(np.random.default_rng(9), size, CLOCK)
    assert values.std() == pytest.approx(0.05, rel=0.05)
    assert np.diff(values, axis=1).std() < 0.05 * values.std()


def test_trials_average_to_the_noise_that_blocks_have() -> None:
    one = state(1, sweeps=np.array([1600]))
    means = [noise_trials(np.random.default_rng(s), one, CLOCK).mean(axis=0) for s in range(8)]
    assert np.std(means) == pytest.approx(2.0 / 40.0, rel=0.25)
    with pytest.raises(ValueError, match="one recording"):
        noise_trials(np.random.default_rng(0), state(2), CLOCK)
