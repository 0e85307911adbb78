"""The noise of every level: too small, and everything is a response; too large, and nothing is."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.abr.averaging import SubAverages
from evoscope.abr.classical.cosines import HUMAN_CLICK, project
from evoscope.abr.classical.level_noise import LevelNoise, measured_noise, modelled_noise

from .builders import TIME_MS, Array, halves, prepared, single

N = TIME_MS.size
LEVELS = [float(level) for level in range(0, 90, 10)]


def measure(parts: list[SubAverages], sweeps: list[int | None] | None = None) -> LevelNoise | None:
    return measured_noise(
        prepared(LEVELS[: len(parts)], parts, sweeps=sweeps),
        start_ms=1.0,
        stop_ms=14.0,
        band=HUMAN_CLICK,
    )


def response() -> Array:
    return np.asarray(np.exp(-0.5 * ((TIME_MS - 6.0) / 0.4) ** 2))


def variance(noise: LevelNoise) -> Array:
    return np.asarray(noise.spectrum.mean() * noise.scale)


def test_the_noise_of_halves_is_measured_whatever_the_response() -> None:
    rng = np.random.default_rng(0)
    noise = measure([halves(response() * 5, 0.1, rng) for _ in range(8)])
    assert noise is not None
    assert noise.measured
    assert variance(noise).mean() == pytest.approx(0.01, rel=0.25)


def test_a_noisier_level_is_known_to_be_noisier() -> None:
    rng = np.random.default_rng(0)
    noise = measure([halves(np.zeros(N), 0.4 if i == 3 else 0.1, rng) for i in range(8)])
    assert noise is not None
    assert int(np.argmax(noise.scale)) == 3
    assert noise.scale[3] > 4 * np.median(noise.scale)


def test_without_parts_nothing_is_measured() -> None:
    rng = np.random.default_rng(0)
    assert measure([single(np.zeros(N), 0.1, rng) for _ in range(6)]) is None


def test_one_repeated_level_does_not_speak_for_all() -> None:
    rng = np.random.default_rng(0)
    parts = [single(np.zeros(N), 0.1, rng) for _ in range(6)]
    parts[2] = halves(np.zeros(N), 0.5, rng)
    assert measure(parts) is None


def test_levels_without_parts_get_their_noise_from_their_sweeps() -> None:
    rng = np.random.default_rng(0)
    parts = [halves(np.zeros(N), 0.1, rng) for _ in range(6)]
    parts[0] = single(np.zeros(N), 0.2, rng)
    noise = measure(parts, [250, *[1000] * 5])
    assert noise is not None
    assert noise.scale[0] > 2 * np.median(noise.scale[1:])


def test_sweeps_stated_only_where_the_noise_is_not_measured_help_nobody() -> None:
    rng = np.random.default_rng(0)
    parts = [halves(np.zeros(N), 0.1, rng) for _ in range(3)]
    parts[0] = single(np.zeros(N), 0.1, rng)
    noise = measure(parts, [1000, None, None])
    assert noise is not None
    assert variance(noise)[0] == pytest.approx(0.01, rel=0.5)


@pytest.mark.parametrize("noise_uv", [0.0, 1e-17])
def test_a_copied_half_at_one_level_does_not_decide_the_others(noise_uv: float) -> None:
    # A - B is zero or rounding there: its logarithm once ruled the mean over levels.
    rng = np.random.default_rng(0)
    parts = [halves(np.zeros(N), 0.1, rng) for _ in range(7)]
    parts[2] = halves(np.zeros(N), noise_uv, rng)
    noise = measure(parts)
    assert noise is not None
    assert variance(noise).min() > 0.003
    assert variance(noise).max() < 0.03


def test_copied_halves_everywhere_measure_nothing() -> None:
    rng = np.random.default_rng(0)
    assert measure([halves(np.zeros(N), 0.0, rng) for _ in range(5)]) is None


def coefficients(rows: Array) -> Array:
    return project(rows, time_ms=TIME_MS, start_ms=1.0, stop_ms=14.0, band=HUMAN_CLICK)


def test_modelled_noise_is_near_the_truth_though_the_response_grows() -> None:
    rng = np.random.default_rng(0)
    growing = response() * np.linspace(0.0, 1.0, 10)[:, None]
    noise = modelled_noise(coefficients(growing + 0.05 * rng.standard_normal((10, N))), [None] * 10)
    assert noise is not None
    assert not noise.measured
    assert 0.3 < variance(noise).mean() / 0.0025 < 2.0


def test_modelled_noise_follows_the_sweeps() -> None:
    rng = np.random.default_rng(0)
    rows = coefficients(0.05 * rng.standard_normal((5, N)))
    noise = modelled_noise(rows, [500, 1000, 1000, 1000, 2000])
    assert noise is not None
    assert noise.scale[0] / noise.scale[-1] == pytest.approx(4.0)


def test_an_artefact_at_one_level_is_noise_there_not_everywhere() -> None:
    rng = np.random.default_rng(0)
    rows = 0.05 * rng.standard_normal((8, N))
    rows[4] *= 20.0
    noise = modelled_noise(coefficients(rows), [None] * 8)
    assert noise is not None
    assert int(np.argmax(noise.scale)) == 4
    assert noise.scale[4] > 10.0
    assert variance(noise)[0] < 4 * 0.0025


@pytest.mark.parametrize("n_levels", [1, 2])
def test_fewer_than_three_levels_model_nothing(n_levels: int) -> None:
    assert modelled_noise(np.ones((n_levels, 30)), [None] * n_levels) is None


def test_residual_rms_of_white_noise_is_what_it_was_made_with() -> None:
    rng = np.random.default_rng(0)
    full_band = HUMAN_CLICK.__class__(0.0, 5000.0, (0.0,), 1.0)
    rows = project(
        0.05 * rng.standard_normal((200, N)),
        time_ms=TIME_MS,
        start_ms=1.0,
        stop_ms=14.0,
        band=full_band,
    )
    noise = LevelNoise((rows**2).mean(axis=0), np.ones(3), measured=True)
    assert noise.rms_uv(0, 131) == pytest.approx(0.05, rel=0.05)
