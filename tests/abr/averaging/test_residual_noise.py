"""The residual noise decides the call and when to stop: it must be right, and say whence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from evoscope.abr.averaging import SubAverages, more_sweeps, residual_noise
from evoscope.abr.findings import NoiseSource

TIME_MS = np.arange(600) / 20.0 - 10.0  # 10 ms before the stimulus, 20 after
WINDOW = slice(220, 500)
SINGLE_SWEEP_UV = 3.0


def halves(sweeps: int, seed: int = 0) -> SubAverages:
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((2, TIME_MS.size)) * SINGLE_SWEEP_UV / np.sqrt(sweeps / 2)
    return SubAverages(noise, np.full(2, 0.5), "halves")


def measured_nv(sweeps: int) -> float:
    found = [
        residual_noise(halves(sweeps, seed), time_ms=TIME_MS, window=WINDOW).rms_nv
        for seed in range(40)
    ]
    return float(np.sqrt(np.mean([x**2 for x in found if x is not None])))


@pytest.mark.parametrize("sweeps", [500, 2_000, 8_000])
def test_noise_falls_with_the_square_root_of_the_sweeps(sweeps: int) -> None:
    expected_nv = 1000 * SINGLE_SWEEP_UV / np.sqrt(sweeps)
    assert measured_nv(sweeps) == pytest.approx(expected_nv, rel=0.02)


@pytest.mark.parametrize("source", ["trials", "halves", "replicates"])
def test_the_source_is_that_of_the_parts(source: NoiseSource) -> None:
    parts = SubAverages(halves(1_000).values, np.full(2, 0.5), source)
    assert residual_noise(parts, time_ms=TIME_MS, window=WINDOW).source == source


def test_a_large_response_is_no_noise() -> None:
    quiet = halves(2_000)
    response = 50 * np.sin(TIME_MS)
    loud = SubAverages(quiet.values + response, quiet.weights, "halves")
    expected = residual_noise(quiet, time_ms=TIME_MS, window=WINDOW).rms_nv
    assert residual_noise(loud, time_ms=TIME_MS, window=WINDOW).rms_nv == pytest.approx(expected)


def test_only_the_response_window_counts() -> None:
    values = halves(2_000).values.copy()
    values[:, :200] += np.array([[500.0], [-500.0]])
    spoiled = SubAverages(values, np.full(2, 0.5), "halves")
    found = residual_noise(spoiled, time_ms=TIME_MS, window=WINDOW)
    clean = residual_noise(halves(2_000), time_ms=TIME_MS, window=WINDOW)
    assert found.rms_nv == pytest.approx(clean.rms_nv)


def single(time_ms: NDArray[np.float64]) -> SubAverages:
    noise = 0.1 * np.random.default_rng(1).standard_normal((1, time_ms.size))
    return SubAverages(noise + 5.0 * (time_ms > 1.0), np.ones(1), "none")


def test_one_average_uses_the_time_before_the_stimulus() -> None:
    found = residual_noise(single(TIME_MS), time_ms=TIME_MS, window=WINDOW)
    assert found.source == "prestimulus"
    assert found.rms_nv == pytest.approx(100.0, rel=0.15)


@pytest.mark.parametrize("before_ms", [0.0, 1.0, 4.0])
def test_too_short_a_time_before_the_stimulus_is_not_used(before_ms: float) -> None:
    time_ms = TIME_MS[-before_ms <= TIME_MS]
    found = residual_noise(single(time_ms), time_ms=time_ms, window=slice(50, 200))
    assert (found.rms_nv, found.source) == (None, "none")


def test_a_flat_record_has_no_measured_noise() -> None:
    # The same buffer twice: nothing is known of the noise, and it is not 1e-13 nV.
    for same in (np.zeros(600), np.sin(TIME_MS)):
        twice = SubAverages(np.stack([same, same]), np.full(2, 0.5), "halves")
        assert residual_noise(twice, time_ms=TIME_MS, window=WINDOW).rms_nv is None
    flat = SubAverages(np.zeros((1, 600)), np.ones(1), "none")
    assert residual_noise(flat, time_ms=TIME_MS, window=WINDOW).source == "none"


@pytest.mark.parametrize(
    ("residual_nv", "sweeps", "target_nv", "more"),
    [
        (60.0, 1_000, 40.0, 1_250),
        (80.0, 1_000, 40.0, 3_000),  # half the noise: four times the sweeps
        (40.0, 1_000, 40.0, 0),
        (20.0, 1_000, 40.0, 0),
        (40.4, 1_000, 40.0, 50),  # 20.1 more: said in steps of fifty
    ],
)
def test_more_sweeps(residual_nv: float, sweeps: int, target_nv: float, more: int) -> None:
    assert more_sweeps(residual_nv=residual_nv, sweeps=sweeps, target_nv=target_nv) == more


@given(st.floats(1, 500), st.integers(1, 20_000), st.floats(5, 100))
def test_that_many_more_reach_the_target_and_hardly_fewer_do(
    residual_nv: float, sweeps: int, target_nv: float
) -> None:
    more = more_sweeps(residual_nv=residual_nv, sweeps=sweeps, target_nv=target_nv)
    after = residual_nv * np.sqrt(sweeps / (sweeps + more))
    assert after <= target_nv * (1 + 1e-9) or more == 0
    if more == 0:
        assert residual_nv <= target_nv * (1 + 1e-9)
    else:
        fewer = max(0, more - 50)
        assert residual_nv * np.sqrt(sweeps / (sweeps + fewer)) >= target_nv * (1 - 1e-9)
