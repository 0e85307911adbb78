"""The rows of a waterfall: traces on one clock and one scale, interrupted where they go far."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.report.levels import MOST_REPLICATES, Level, on_grid

# A trace is interrupted, with a mark, beyond this many rows: mostly the stimulus artefact.
REACH_ROWS = 1.8
# The stimulus artefact is over by then, and should not set the scale of the response.
_SETTLED_MS = 1.5
_RESPONSE_ROWS = 1.5
_NOISE_ROWS = 0.6
_SMALLER_AT_MOST = 2.0  # noise may halve the response on the page, not hide it


class Row:
    """A level resampled onto the figure's clock, each trace around its own median, in uV."""

    def __init__(self, level: Level, grid: NDArray[np.float64]) -> None:
        self.level, self.level_db, self.grid = level, level.level_db, grid
        each = [_centred(on_grid(r.trace, grid)) for r in level.recordings]
        self.thin = each if len(each) <= MOST_REPLICATES else [_mean(each[::2]), _mean(each[1::2])]
        self.bold = _centred(on_grid(level.pooled.denoised, grid))
        self.settled = grid >= min(_SETTLED_MS, float(grid[-1]) / 3)

    def reach_uv(self) -> float:
        """What 98 % of the recorded samples stay within, after the stimulus artefact."""
        return _reach([self])


def row_spacing_uv(rows: Sequence[Row]) -> float:
    """Choose the microvolts between rows.

    The largest response fills about a row and a half. Where the recordings are larger than that
    leaves room for, it is up to half of that: 98 % of their samples then stay near their row.
    """
    bold = [row.bold[row.settled] for row in rows]
    heights = [np.nanmax(trace) - np.nanmin(trace) for trace in bold if np.isfinite(trace).any()]
    response = float(max(heights, default=0.0)) / _RESPONSE_ROWS
    noise = _reach(rows) / _NOISE_ROWS
    spacing = max(response, min(noise, _SMALLER_AT_MOST * response)) if response > 0.0 else noise
    return spacing if spacing > 0.0 else 1.0


def interrupted(
    values_uv: NDArray[np.float64], spacing: float
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Interrupt a trace where it goes too far, and say at which samples it leaves and returns.

    Cut flat it would look like an amplifier at its limit; drawn in full, a stimulus artefact would
    cross the whole picture.

    Returns:
        The trace in rows, NaN where it is interrupted, and the last samples drawn beside a gap.

    Example:
        >>> interrupted(np.array([0.0, 1.0, 5.0, 1.0]), 1.0)
        (array([ 0.,  1., nan,  1.]), array([1, 3]))
    """
    rows = values_uv / spacing
    far = np.abs(rows) > REACH_ROWS
    near_far = np.convolve(far, [1, 0, 1], mode="full")[1:-1] > 0
    return np.where(far, np.nan, rows), np.flatnonzero(near_far & ~far & np.isfinite(rows))


def extent_rows(rows: Sequence[Row], spacing: float) -> tuple[float, float]:
    """Lowest and highest point drawn, in rows: the first row is at 0, the next at -1."""
    lows, highs = [1.0 - len(rows)], [0.0]
    for index, row in enumerate(rows):
        for trace in (*row.thin, row.bold):
            drawn = interrupted(trace, spacing)[0]
            if np.isfinite(drawn).any():
                lows.append(float(np.nanmin(drawn)) - index)
                highs.append(float(np.nanmax(drawn)) - index)
    return min(lows), max(highs)


def broken_line(
    x: NDArray[np.float64], traces: Sequence[NDArray[np.float64]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Chain traces into one line with gaps: one path draws many times faster than many."""
    gap = [np.nan]
    xs = np.concatenate([np.concatenate([x, gap]) for _ in traces])
    return xs, np.concatenate([np.concatenate([trace, gap]) for trace in traces])


def _reach(rows: Sequence[Row]) -> float:
    traces = [trace[row.settled] for row in rows for trace in row.thin]
    values = np.abs(np.concatenate(traces)) if traces else np.empty(0)
    values = values[np.isfinite(values)]
    return float(np.quantile(values, 0.98)) if values.size else 0.0


def _centred(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values - np.nanmedian(values) if np.isfinite(values).any() else values


def _mean(traces: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Mean of the traces that reach, NaN where none does."""
    values = np.array(traces)
    count = np.sum(np.isfinite(values), axis=0)
    return np.where(count > 0, np.nansum(values, axis=0) / np.maximum(count, 1), np.nan)
