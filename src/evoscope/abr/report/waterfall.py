"""The waterfall: every level of a series, loudest on top, with its waves and its noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from evoscope.abr.findings import WAVES, Findings, WaveName
from evoscope.abr.report import words
from evoscope.abr.report.canvas import Picture, axes_of, finish, heading, new_figure, style
from evoscope.abr.report.levels import MOST_REPLICATES, Level, levels_of, on_grid
from evoscope.abr.report.palette import (
    ACCENT,
    HIGHLIGHT,
    INK,
    QUIET,
    REPLICATE,
    WAVE_COLOR,
    WAVE_MARKER,
)
from evoscope.abr.report.window import time_grid_ms

WIDTH_IN, ROW_IN = 4.7, 0.44
# Margins for the level labels, the axis, the noise column and the legend.
LEFT_IN, BOTTOM_IN, RIGHT_IN, TOP_IN = 0.62, 0.46, 1.0, 0.5
# The stimulus artefact is over by then, and should not set the scale of the response.
_SETTLED_MS = 1.5
_MOST_ROWS = 1.2
_HEADROOM = 1.3  # rows above the loudest level, for its peaks
_CALL_X, _NOISE_X = 1.02, 1.125  # columns right of the axes, in axes widths


def waterfall(findings: Findings) -> Picture:
    """Draw a series as a stack of traces on one microvolt scale."""
    levels = levels_of(findings)
    grid = time_grid_ms(findings)
    rows = [_Row(level, grid) for level in levels]
    settled = grid >= min(_SETTLED_MS, float(grid[-1]) / 3)
    spacing = row_spacing_uv([row.bold[settled] for row in rows])
    height = BOTTOM_IN + TOP_IN + ROW_IN * (len(rows) + _HEADROOM - 0.3)
    with style():
        figure = new_figure(WIDTH_IN, height)
        axes = axes_of(figure, LEFT_IN, BOTTOM_IN, RIGHT_IN, TOP_IN)
        axes.set_xlim(grid[0], grid[-1])
        axes.set_ylim(-len(rows) + 0.3, _HEADROOM)
        _frame(axes)
        marked = threshold_level(findings)
        shown: set[WaveName] = set()
        for index, row in enumerate(rows):
            shown |= _draw_row(axes, row, -float(index), spacing, highlight=row.level_db == marked)
        _voltage_bar(axes, spacing, len(rows))
        _heading(figure, axes, findings)
        return finish(figure, "waterfall", _alt(findings, shown))


def row_spacing_uv(traces: Sequence[NDArray[np.float64]]) -> float:
    """Choose the microvolts between rows: the largest response fills about a row and a half."""
    heights = [np.nanmax(t) - np.nanmin(t) for t in traces if np.isfinite(t).any()]
    largest = float(max(heights, default=0.0))
    return largest / 1.5 if largest > 0.0 else 1.0


def threshold_level(findings: Findings) -> float | None:
    """Return the lowest tested level at or above an estimated threshold."""
    value = findings.threshold.value_db
    if findings.threshold.status != "estimated" or value is None:
        return None
    return next((level for level in findings.levels_db if level >= value), None)


class _Row:
    """A level resampled onto the figure's clock, each trace around its own median."""

    def __init__(self, level: Level, grid: NDArray[np.float64]) -> None:
        self.level, self.level_db, self.grid = level, level.level_db, grid
        each = [_centred(on_grid(r.trace, grid)) for r in level.recordings]
        self.thin = each if len(each) <= MOST_REPLICATES else [_mean(each[::2]), _mean(each[1::2])]
        self.bold = _centred(on_grid(level.pooled.denoised, grid))


def _centred(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values - np.nanmedian(values) if np.isfinite(values).any() else values


def _clipped(values_uv: NDArray[np.float64], spacing: float) -> NDArray[np.float64]:
    """Rows of height; a stimulus artefact is cut, or it would cross the whole picture."""
    return np.clip(values_uv / spacing, -_MOST_ROWS, _MOST_ROWS)


def broken_line(
    x: NDArray[np.float64], traces: Sequence[NDArray[np.float64]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Chain traces into one line with gaps: one path draws many times faster than many."""
    gap = [np.nan]
    xs = np.concatenate([np.concatenate([x, gap]) for _ in traces])
    return xs, np.concatenate([np.concatenate([trace, gap]) for trace in traces])


def _mean(traces: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Mean of the traces that reach, NaN where none does."""
    values = np.array(traces)
    count = np.sum(np.isfinite(values), axis=0)
    return np.where(count > 0, np.nansum(values, axis=0) / np.maximum(count, 1), np.nan)


def _frame(axes: Axes) -> None:
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Time after stimulus onset (ms)")
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    axes.axvline(0.0, color=QUIET, linewidth=0.7, linestyle=(0, (2, 2)), zorder=0.5)


def _draw_row(
    axes: Axes, row: _Row, base: float, spacing: float, *, highlight: bool
) -> set[WaveName]:
    if highlight:
        axes.axhspan(base - 0.5, base + 0.5, color=HIGHLIGHT, zorder=0, linewidth=0)
    x, y = broken_line(row.grid, [base + _clipped(trace, spacing) for trace in row.thin])
    axes.plot(x, y, color=REPLICATE, linewidth=0.4, zorder=2)
    axes.plot(row.grid, base + _clipped(row.bold, spacing), color=INK, lw=1.1, zorder=3)
    _margin_words(axes, row.level, base, spacing, highlight=highlight)
    return _mark_waves(axes, row, base, spacing)


def _mark_waves(axes: Axes, row: _Row, base: float, spacing: float) -> set[WaveName]:
    marked: set[WaveName] = set()
    for name in WAVES:
        wave = row.level.pooled.wave(name)
        if wave is None or not wave.present or wave.latency_ms is None:
            continue
        at = wave.latency_ms
        if not row.grid[0] <= at.value <= row.grid[-1]:
            continue
        height = float(np.interp(at.value, row.grid, np.nan_to_num(row.bold))) / spacing
        y = base + float(np.clip(height, -_MOST_ROWS, _MOST_ROWS))
        color = WAVE_COLOR[name]
        low = at.value if at.low is None else at.low
        high = at.value if at.high is None else at.high
        axes.plot([low, high], [y, y], color=color, lw=1.6, alpha=0.75, zorder=4)
        axes.plot(
            at.value,
            y,
            WAVE_MARKER[name],
            color=color,
            markersize=4.0,
            markeredgecolor="white",
            markeredgewidth=0.5,
            zorder=5,
        )
        axes.annotate(
            name,
            (at.value, y),
            xytext=(0, 3.5),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=6.5,
            fontweight="bold",
            color=color,
            zorder=6,
        )
        marked.add(name)
    return marked


def _margin_words(
    axes: Axes, level: Level, base: float, spacing: float, *, highlight: bool
) -> None:
    edge = axes.get_yaxis_transform()
    color, weight = (ACCENT, "bold") if highlight else (INK, "normal")
    text = f"{words.level(level.level_db)} dB"
    axes.text(
        -0.02, base, text, transform=edge, ha="right", va="center", color=color, fontweight=weight
    )
    axes.text(_CALL_X, base, level.pooled.call, transform=edge, va="center", fontsize=7, color=INK)
    noise = level.pooled.residual_noise_nv
    if noise is None:
        axes.text(_NOISE_X, base, "unknown", transform=edge, va="center", fontsize=7, color=QUIET)
        return
    half = min(noise / 1000.0 / spacing, 0.5)
    axes.errorbar(
        [_NOISE_X + 0.01],
        [base],
        yerr=[[half], [half]],
        transform=edge,
        color=QUIET,
        lw=1.0,
        capsize=1.6,
        clip_on=False,
    )
    axes.text(
        _NOISE_X + 0.03,
        base,
        f"{noise:.0f} nV",
        transform=edge,
        va="center",
        fontsize=7,
        color=QUIET,
    )


def _voltage_bar(axes: Axes, spacing: float, rows: int) -> None:
    """Draw the microvolt scale under the noise column, where no trace runs."""
    size = nice_bar_uv(spacing)
    half = size / spacing / 2
    edge = axes.get_yaxis_transform()
    middle = 0.2 - rows
    axes.errorbar(
        [_NOISE_X + 0.01],
        [middle],
        yerr=[[half], [half]],
        transform=edge,
        color=INK,
        lw=1.2,
        capsize=2,
        clip_on=False,
    )
    axes.text(
        _NOISE_X + 0.03,
        middle,
        f"{size:g} \N{MICRO SIGN}V",
        transform=edge,
        va="center",
        fontsize=7,
    )


def nice_bar_uv(spacing: float) -> float:
    """Pick a round scale bar between half a row and a row high.

    Example:
        >>> nice_bar_uv(0.33), nice_bar_uv(1.0), nice_bar_uv(7.0)
        (0.2, 1.0, 5.0)
    """
    power = 10.0 ** np.floor(np.log10(spacing))
    return float(max(step * power for step in (1.0, 2.0, 5.0) if step * power <= spacing))


def _heading(figure: Figure, axes: Axes, findings: Findings) -> None:
    edge = axes.get_yaxis_transform()
    heading(figure, findings.info.name, words.threshold_headline(findings.threshold))
    for x, align, text in (
        (-0.02, "right", "level"),
        (_CALL_X, "left", "call"),
        (_NOISE_X, "left", "noise"),
    ):
        axes.text(
            x,
            _HEADROOM - 0.25,
            text,
            transform=edge,
            ha=align,
            va="center",
            fontsize=6.5,
            color=QUIET,
        )


def _alt(findings: Findings, shown: set[WaveName]) -> str:
    levels = findings.levels_db
    waves = ", ".join(name for name in WAVES if name in shown) or "none"
    return (
        f"Waveforms of {findings.info.name} at {len(levels)} level(s) from "
        f"{words.level(levels[-1])} down to {words.level(levels[0])} dB. "
        f"Waves marked: {waves}. {words.threshold_headline(findings.threshold)}."
    )
