"""Peaks: when, how large, how sure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks

from evoscope.abr.classical.candidates import Candidates, find_candidates

from .builders import Array

STEP_MS = 0.05
TIME_MS = np.arange(300) * STEP_MS


def bump(at_ms: float, size_uv: float, sd_ms: float = 0.3) -> Array:
    return size_uv * np.exp(-0.5 * ((TIME_MS - at_ms) / sd_ms) ** 2)


def find(trace: Array, *, noise_uv: float = 0.01, slope: float = 0.02) -> Candidates:
    return find_candidates(
        trace,
        time_ms=TIME_MS,
        window=slice(20, 280),
        noise_uv=noise_uv,
        slope_noise_uv_ms=slope,
        trough_within_ms=2.0,
    )


@pytest.mark.parametrize("at_ms", [5.000, 5.012, 5.025, 5.049])
def test_a_peak_between_samples_is_placed_between_samples(at_ms: float) -> None:
    # Half a sample is 25 us here, and 30 us at the rate many devices export: it adds up.
    found = find(bump(at_ms, 0.3))
    assert found.latency_ms == pytest.approx([at_ms], abs=0.003)


def test_amplitude_is_peak_to_following_trough() -> None:
    found = find(bump(5.0, 0.3) - bump(6.0, 0.2))
    trace = bump(5.0, 0.3) - bump(6.0, 0.2)
    assert found.amplitude_uv[0] == pytest.approx(trace.max() - trace.min(), abs=1e-3)
    assert found.trough_ms[0] == pytest.approx(TIME_MS[np.argmin(trace)], abs=STEP_MS)


def test_the_trough_is_the_next_one_not_the_deepest_of_the_recording() -> None:
    found = find(bump(3.0, 0.3) - bump(4.0, 0.1) + bump(4.6, 0.25) - bump(8.0, 5.0))
    assert found.trough_ms[0] < 4.4


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0, 2.0))
def test_a_trough_is_the_lowest_point_before_the_trace_climbs_back_by_its_share(
    seed: int, noise_uv: float
) -> None:
    trace = gaussian_filter1d(np.random.default_rng(seed).normal(0.0, 5.0, 300), 2.0)
    found = find(trace, noise_uv=noise_uv)
    peaks = 20 + find_peaks(trace[20:280], prominence=max(0.7 * noise_uv, 1e-9))[0]
    expected = []
    for peak in peaks:
        after = trace[peak : min(peak + 40, 299) + 1]
        lowest = np.minimum.accumulate(after)
        back = (after - lowest) > np.maximum(1.5 * noise_uv, 0.25 * (trace[peak] - lowest))
        end = int(np.argmax(back)) if back.any() else after.size
        expected.append(peak + int(np.argmin(after[:end])))
    assert found.trough_ms.tolist() == TIME_MS[expected].tolist()
    assert found.amplitude_uv.tolist() == (trace[peaks] - trace[expected]).tolist()


def test_two_waves_are_two_candidates_in_order_of_time() -> None:
    found = find(bump(3.8, 0.2) + bump(5.7, 0.4))
    assert found.latency_ms == pytest.approx([3.8, 5.7], abs=0.02)


def test_ripples_smaller_than_the_noise_are_not_candidates() -> None:
    trace = bump(5.0, 0.3) + 0.004 * np.sin(2 * np.pi * TIME_MS / 0.7)
    assert find(trace, noise_uv=0.001).count > 1
    assert find(trace, noise_uv=0.02).count == 1


def test_peaks_outside_the_window_are_not_seen() -> None:
    assert find(bump(0.4, 1.0)).count == 0


def test_a_flat_trace_has_none() -> None:
    assert find(np.zeros(300)).count == 0


def test_the_stated_uncertainty_is_the_scatter_of_the_peak_under_noise() -> None:
    # The interval of every latency rests on this number.
    rng = np.random.default_rng(0)
    stated, seen = [], []
    for _ in range(300):
        noise = gaussian_filter1d(rng.standard_normal(300), 5.0)
        noise *= 0.02 / noise.std()
        slope = float(np.sqrt((np.diff(noise) ** 2).mean())) / STEP_MS
        found = find(bump(5.0, 0.3) + noise, noise_uv=0.02, slope=slope)
        nearest = int(np.argmin(np.abs(found.latency_ms - 5.0)))
        stated.append(found.latency_sd_ms[nearest])
        seen.append(found.latency_ms[nearest] - 5.0)
    assert np.median(stated) == pytest.approx(np.std(seen), rel=0.35)


def test_a_sharp_peak_is_surer_than_a_round_one() -> None:
    sharp, round_ = find(bump(5.0, 0.3, 0.2)), find(bump(5.0, 0.3, 0.8))
    assert sharp.latency_sd_ms[0] < round_.latency_sd_ms[0] / 2
