"""Peaks that could be waves: when, how large, how sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.classical.maxima import prominent_maxima

# A trough ends where the trace has climbed back by this share of its fall: wave V's slow trough
# often carries small wiggles on its way down.
CLIMB_SHARE = 0.25
# Smallest prominence of a candidate, in units of the residual noise.
MIN_PROMINENCE = 0.7


@dataclass(frozen=True, eq=False)
class Candidates:
    """Local maxima of one trace, each with its following trough.

    Attributes:
        latency_ms: ``(n,)`` peak times, ascending, refined between samples.
        amplitude_uv: ``(n,)`` peak to following trough.
        latency_sd_ms: ``(n,)`` standard deviation of the peak time under the residual noise.
        trough_ms: ``(n,)`` time of the following trough.
        noise_uv: residual noise RMS the trace was judged by.
    """

    latency_ms: NDArray[np.float64]
    amplitude_uv: NDArray[np.float64]
    latency_sd_ms: NDArray[np.float64]
    trough_ms: NDArray[np.float64]
    noise_uv: float

    @property
    def count(self) -> int:
        """Number of candidates."""
        return int(self.latency_ms.size)


def find_candidates(
    trace: NDArray[np.float64],
    *,
    time_ms: NDArray[np.float64],
    window: slice,
    noise_uv: float,
    slope_noise_uv_ms: float,
    trough_within_ms: float,
) -> Candidates:
    """Find the local maxima of a filtered average inside the response window.

    The peak time's standard deviation follows from the noise of the trace's derivative over the
    curvature of the peak: ``sd = sd(noise') / |s''|`` (the error of a zero of the derivative).

    Args:
        trace: ``(n_samples,)`` microvolts, filtered.
        time_ms: ``(n_samples,)`` ms after onset.
        window: samples to search.
        noise_uv: residual noise RMS in uV.
        slope_noise_uv_ms: RMS of the noise's derivative in uV/ms.
        trough_within_ms: how long after a peak its trough may come.
    """
    step = float(time_ms[1] - time_ms[0])
    section = trace[window]
    peaks = prominent_maxima(section, least=max(MIN_PROMINENCE * noise_uv, 1e-9))
    reach = max(2, int(trough_within_ms / step))
    half = max(1, round(0.12 / step))
    values = trace.tolist()  # what is looked at one by one: an array takes longer to give a number
    rows = []
    for peak in peaks:
        at = peak + window.start
        trough = _trough(values, at, min(at + reach, trace.size - 1), noise_uv)
        offset, curvature = _parabola(trace, at, half)
        sd = slope_noise_uv_ms / max(curvature / step**2, 1e-9)
        rows.append((time_ms[at] + offset * step, values[at] - values[trough], sd, time_ms[trough]))
    table = np.asarray(rows, dtype=np.float64).reshape(-1, 4)
    sds = np.hypot(table[:, 2], step / np.sqrt(12))
    return Candidates(table[:, 0], table[:, 1], sds, table[:, 3], noise_uv)


def _trough(values: Sequence[float], peak: int, last: int, noise_uv: float) -> int:
    """Sample of the lowest point before the trace climbs back."""
    height = lowest = values[peak]
    found = peak
    for at in range(peak + 1, last + 1):
        value = values[at]
        if value < lowest:
            lowest, found = value, at
        elif value - lowest > max(1.5 * noise_uv, CLIMB_SHARE * (height - lowest)):
            break
    return found


def _parabola(trace: NDArray[np.float64], peak: int, half: int) -> tuple[float, float]:
    """Offset of the vertex from the peak in samples, and curvature in uV per sample squared."""
    low, high = max(0, peak - half), min(trace.size - 1, peak + half)
    if high - low < 2:
        return 0.0, 0.0
    a, b = (_least_squares(low - peak, high - peak) @ trace[low : high + 1]).tolist()
    if a >= 0:
        return 0.0, 0.0
    return min(max(-b / (2 * a), -half), half), -2 * a


@lru_cache(maxsize=256)
def _least_squares(first: int, last: int) -> NDArray[np.float64]:
    """Weights that give the first two coefficients of a parabola: nearly all peaks share them."""
    return np.asarray(np.linalg.pinv(np.vander(np.arange(first, last + 1.0), 3))[:2])
