"""The denoised trace lies nearer to the response than the average does, and invents nothing."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.abr.analysis import analyze
from evoscope.abr.classical.denoise import fit_denoiser
from evoscope.abr.simulation import simulate_series

from .builders import TIME_MS, halves, prepared, single

LEVELS_DB = [20.0, 40.0, 60.0, 80.0]
CLEAN = np.exp(-0.5 * ((TIME_MS - 6.0) / 0.5) ** 2)


def series_of(size: float, noise_uv: float, seed: int = 0):  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(seed)
    return prepared(LEVELS_DB, [halves(size * i * CLEAN, noise_uv, rng) for i in range(4)])


def test_the_error_to_the_clean_response_falls_at_every_level() -> None:
    before, after = np.zeros(4), np.zeros(4)
    for seed in range(10):
        ready = series_of(0.2, 0.1, seed)
        denoise = fit_denoiser(ready, None)
        for i, level in enumerate(ready.levels):
            before[i] += ((level.mean() - 0.2 * i * CLEAN) ** 2).mean()
            after[i] += ((denoise(level, i) - 0.2 * i * CLEAN) ** 2).mean()
    assert (after < before).all()
    assert after[0] < 0.5 * before[0]


def test_the_wave_keeps_its_place_and_nearly_its_size() -> None:
    ready = series_of(0.5, 0.02)
    cleaned = fit_denoiser(ready, None)(ready.levels[-1], 3)
    assert TIME_MS[np.argmax(cleaned)] == pytest.approx(6.0, abs=0.1)
    assert cleaned.max() == pytest.approx(1.5, rel=0.15)


def test_an_average_of_unknown_noise_is_shown_as_it_is() -> None:
    rng = np.random.default_rng(0)
    ready = prepared(LEVELS_DB, [single(CLEAN, 0.1, rng) for _ in range(4)])
    assert np.array_equal(fit_denoiser(ready, None)(ready.levels[1], 1), ready.levels[1].mean())


def test_denoised_noise_is_nearly_flat_in_the_report() -> None:
    # A denoiser that paints waves into silence is worse than none.
    series, _ = simulate_series(true_threshold_db=120, levels_db=range(20, 81, 10), seed=3)
    for level in analyze(series).levels:
        assert np.std(level.denoised.values_uv) < 0.7 * np.std(level.trace.values_uv)
