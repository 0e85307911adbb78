"""Measure waves I-V on noise-free responses, many at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.norms import WAVE_LABELS
from evoscope.abr.simulation.components import Components
from evoscope.abr.simulation.physiology import FUSED_MS, SEARCH_MS, TROUGH_MS, VISIBLE_UV

_STEP_MS = 0.02
_TIME_MS = np.arange(0.0, 26.0, _STEP_MS)


@dataclass(frozen=True, eq=False, kw_only=True)
class MeasuredWaves:
    """Waves I-V of each recording, ``(n, 5)``; NaN where a wave is not there."""

    present: NDArray[np.bool_]
    latency_ms: NDArray[np.float64]
    amplitude_uv: NDArray[np.float64]

    def delayed(self, by_ms: float) -> MeasuredWaves:
        """The same waves, later."""
        return replace(self, latency_ms=self.latency_ms + by_ms)


def measure_waves(components: Components) -> MeasuredWaves:
    """Measure peaks that are there, peak to following trough, as ``true_waves`` does for one.

    A wave without a peak of its own within 0.35 ms of its place, or smaller than 20 nV, is absent.
    The complex of a fused IV and V is called V.
    """
    n = components.stretch.size
    present = np.zeros((n, 5), dtype=bool)
    latency, size = np.full((n, 5), np.nan), np.full((n, 5), np.nan)
    rows = np.flatnonzero(components.size_uv.max(axis=1) > 0.0) if n else np.zeros(0, dtype=int)
    if rows.size == 0:
        return MeasuredWaves(present=present, latency_ms=latency, amplitude_uv=size)
    values = components.at(_TIME_MS)[rows]
    peak = _find_peaks(
        values, components.latency_ms[rows], components.size_uv[rows], components.stretch[rows]
    )
    at = np.arange(rows.size)
    for index in range(5):
        found = peak[:, index] >= 0
        start = np.where(found, peak[:, index], 0)
        later = np.where(peak > start[:, None], peak, _TIME_MS.size).min(axis=1)
        reach = np.round(TROUGH_MS * components.stretch[rows] / _STEP_MS).astype(int)
        end = np.minimum(np.minimum(later, start + reach), _TIME_MS.size - 1)
        trough = _lowest(values, start, end)
        height = values[at, start] - trough
        seen = found & (height >= VISIBLE_UV)
        present[rows, index] = seen
        latency[rows, index] = np.where(seen, _refined_ms(values, start), np.nan)
        size[rows, index] = np.where(seen, height, np.nan)
    return MeasuredWaves(present=present, latency_ms=latency, amplitude_uv=size)


def _find_peaks(
    values: NDArray[np.float32],
    nominal_ms: NDArray[np.float64],
    size_uv: NDArray[np.float64],
    stretch: NDArray[np.float64],
) -> NDArray[np.intp]:
    """Index of each wave's peak, ``(n, 5)``, -1 where it has none."""
    rising = np.diff(values, axis=1) > 0.0
    tops = np.zeros(values.shape, dtype=bool)
    tops[:, 1:-1] = rising[:, :-1] & ~rising[:, 1:]
    peak = np.full(nominal_ms.shape, -1, dtype=np.intp)
    # V first: the last wave has the first claim on a peak that two waves could share.
    for index in reversed(range(len(WAVE_LABELS))):
        reach = np.full(stretch.shape, SEARCH_MS)
        best = _nearest(tops, nominal_ms[:, index], reach)
        if WAVE_LABELS[index] == "V":
            fused = _nearest(tops, nominal_ms[:, index], FUSED_MS * stretch)
            best = np.where(best >= 0, best, fused)
        taken = (peak == best[:, None]).any(axis=1)
        wanted = (size_uv[:, index] > 0.0) & ~taken
        peak[:, index] = np.where(wanted, best, -1)
    return peak


def _nearest(
    tops: NDArray[np.bool_], nominal_ms: NDArray[np.float64], reach_ms: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Index of the top nearest to a time, within reach; -1 without one."""
    width = int(np.ceil(reach_ms.max() / _STEP_MS)) + 1
    offsets = np.arange(-width, width + 1)
    centre = np.clip(np.round(nominal_ms / _STEP_MS).astype(int), 0, _TIME_MS.size - 1)
    where = np.clip(centre[:, None] + offsets, 0, _TIME_MS.size - 1)
    distance = np.abs(where * _STEP_MS - nominal_ms[:, None])
    candidate = np.take_along_axis(tops, where, axis=1) & (distance <= reach_ms[:, None])
    distance = np.where(candidate, distance, np.inf)
    best = distance.argmin(axis=1)
    found = np.isfinite(distance[np.arange(best.size), best])
    return np.where(found, where[np.arange(best.size), best], -1)


def _lowest(
    values: NDArray[np.float32], start: NDArray[np.intp], end: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Smallest value from ``start`` to ``end`` of each row."""
    offsets = np.arange(int((end - start).max()) + 1)
    where = np.minimum(start[:, None] + offsets, end[:, None])
    return np.asarray(np.take_along_axis(values, where, axis=1).min(axis=1))


def _refined_ms(values: NDArray[np.float32], peak: NDArray[np.intp]) -> NDArray[np.float64]:
    # The top of the parabola through three samples: latencies finer than the grid.
    at = np.arange(peak.size)
    middle = np.clip(peak, 1, _TIME_MS.size - 2)
    before, top, after = (values[at, middle + i].astype(float) for i in (-1, 0, 1))
    bend = before - 2.0 * top + after
    safe = np.where(bend == 0.0, -1.0, bend)
    shift = np.where(bend == 0.0, 0.0, 0.5 * (before - after) / safe)
    return np.asarray((middle + np.clip(shift, -1.0, 1.0)) * _STEP_MS)
