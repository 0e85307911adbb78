"""A recording of any rate must show its waves where they are."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from evoscope.abr.encoding.grid import (
    covered_by,
    grid_time_ms,
    on_grid,
    samples_to_cover,
)


def clock(rate_hz: float, first_ms: float = -2.0, last_ms: float = 14.0) -> np.ndarray:
    step = 1000.0 / rate_hz
    return first_ms + step * np.arange(int((last_ms - first_ms) / step))


@pytest.mark.parametrize("rate_hz", [8000.0, 12_500.0, 20_000.0, 24_414.0625, 25_000.0, 48_000.0])
def test_a_wave_keeps_its_latency_and_amplitude_at_any_rate(rate_hz):
    time_ms = clock(rate_hz)
    grid = grid_time_ms(200)

    def wave(t):
        return 0.4 * np.exp(-0.5 * ((t - 5.873) / 0.25) ** 2)

    got = on_grid(wave(time_ms), time_ms, 200)
    assert np.abs(got - wave(grid)).max() < 2e-3
    fine = np.linspace(5.0, 7.0, 20_001)
    drawn = CubicSpline(grid, got)(fine)
    assert fine[drawn.argmax()] == pytest.approx(5.873, abs=0.003)
    assert drawn.max() == pytest.approx(0.4, rel=0.005)


def test_what_the_grid_cannot_hold_does_not_come_back_as_a_wave():
    time_ms = clock(48_000.0)
    for hz in (9000.0, 12_000.0, 14_400.0):  # folded, these would be 6, 3 and 0.6 kHz
        middle = on_grid(np.sin(2 * np.pi * hz * time_ms / 1000), time_ms, 200)[30:180]
        assert np.abs(middle).max() < 1e-3


@pytest.mark.parametrize("rate_hz", [20_000.0, 48_000.0])
def test_the_band_of_a_response_passes_whole(rate_hz):
    time_ms = clock(rate_hz)
    for hz in (100.0, 1000.0, 3000.0, 4500.0):
        got = on_grid(np.cos(2 * np.pi * hz * time_ms / 1000), time_ms, 200)
        wanted = np.cos(2 * np.pi * hz * grid_time_ms(200) / 1000)
        assert np.abs(got - wanted)[30:180].max() < 2e-3


def test_samples_on_the_grid_come_out_as_they_were():
    rng = np.random.default_rng(0)
    values = rng.standard_normal((3, 200))
    assert np.allclose(on_grid(values, grid_time_ms(200), 200), values, atol=1e-9)


def test_a_slope_at_the_ends_is_not_a_step():
    time_ms = clock(20_000.0, first_ms=0.0, last_ms=10.0)
    got = on_grid(3.0 + time_ms, time_ms, 168)
    inside = covered_by(time_ms, 168)
    assert np.abs(got - (3.0 + grid_time_ms(168)))[inside].max() < 1e-5
    assert not got[~inside].any()


def test_where_a_recording_does_not_reach_nothing_is_claimed():
    time_ms = clock(20_000.0, first_ms=0.0, last_ms=10.0)
    inside = covered_by(time_ms, 168)
    grid = grid_time_ms(168)
    assert np.array_equal(inside, (grid >= 0.0) & (grid <= time_ms[-1]))


def test_lengths_are_what_a_network_can_halve():
    for last_ms in np.linspace(3.0, 40.0, 75):
        n = samples_to_cover(float(last_ms))
        assert n % 8 == 0
        assert n <= 384
        held = grid_time_ms(n + 8)
        assert n == 384 or held[n - 8] <= last_ms + 1e-6 < held[n]
