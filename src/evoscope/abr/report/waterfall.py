"""The waterfall: every level of a series, loudest on top, with its waves and its noise."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from evoscope.abr.findings import WAVES, Findings, WaveName
from evoscope.abr.report import words
from evoscope.abr.report.canvas import (
    Picture,
    axes_of,
    finish,
    heading,
    new_figure,
    remark,
    style,
)
from evoscope.abr.report.levels import Level, levels_of, threshold_level
from evoscope.abr.report.notes import series_note
from evoscope.abr.report.palette import (
    ACCENT,
    HIGHLIGHT,
    INK,
    QUIET,
    REPLICATE,
    WAVE_COLOR,
    WAVE_MARKER,
)
from evoscope.abr.report.rows import (
    REACH_ROWS,
    Row,
    broken_line,
    extent_rows,
    interrupted,
    row_spacing_uv,
)
from evoscope.abr.report.window import time_grid_ms

WIDTH_IN, ROW_IN = 4.7, 0.44
# Margins for the level labels, the axis, the noise column and the legend.
LEFT_IN, BOTTOM_IN, RIGHT_IN, TOP_IN = 0.62, 0.46, 1.0, 0.5
NOTE_IN = 0.24  # two small lines under the heading
_HEADROOM = 1.0  # rows above the loudest level, at least
_LABEL_ROWS = 0.5  # a wave's symbol and name above its peak
_BREAK = (2, 2, -45)  # matplotlib's way to say: two strokes from the middle, slanted
_CALL_X, _NOISE_X = 1.02, 1.125  # columns right of the axes, in axes widths


def waterfall(findings: Findings) -> Picture:
    """Draw a series as a stack of traces on one microvolt scale."""
    levels = levels_of(findings)
    grid = time_grid_ms(findings)
    rows = [Row(level, grid) for level in levels]
    spacing = row_spacing_uv(rows)
    lowest, highest = extent_rows(rows, spacing)
    top = max(_HEADROOM, highest + _LABEL_ROWS)
    bottom = min(0.3 - len(rows), lowest - 0.15)
    note = series_note(findings)
    top_in = TOP_IN + (NOTE_IN if note else 0.0)
    height = BOTTOM_IN + top_in + ROW_IN * (top - bottom)
    with style():
        figure = new_figure(WIDTH_IN, height)
        axes = axes_of(figure, LEFT_IN, BOTTOM_IN, RIGHT_IN, top_in)
        axes.set_xlim(grid[0], grid[-1])
        axes.set_ylim(bottom, top)
        _frame(axes)
        marked = threshold_level(findings)
        shown: set[WaveName] = set()
        for index, row in enumerate(rows):
            shown |= _draw_row(axes, row, -float(index), spacing, highlight=row.level_db == marked)
        _voltage_bar(axes, spacing, bottom)
        _heading(figure, axes, findings, top)
        remark(figure, note)
        return finish(figure, "waterfall", _alt(findings, shown))


def _frame(axes: Axes) -> None:
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Time after stimulus onset (ms)")
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    axes.axvline(0.0, color=QUIET, linewidth=0.7, linestyle=(0, (2, 2)), zorder=0.5)


def _draw_row(
    axes: Axes, row: Row, base: float, spacing: float, *, highlight: bool
) -> set[WaveName]:
    if highlight:
        axes.axhspan(base - 0.5, base + 0.5, color=HIGHLIGHT, zorder=0, linewidth=0)
    thin = [base + _interrupted(axes, row, trace, base, spacing) for trace in row.thin]
    # Recordings that run over their neighbours step back, or no row could be followed.
    alpha = float(np.clip(0.5 * spacing / max(row.reach_uv(), 1e-12), 0.45, 1.0))
    x, y = broken_line(row.grid, thin)
    axes.plot(x, y, color=REPLICATE, linewidth=0.4, alpha=alpha, zorder=2)
    bold = base + _interrupted(axes, row, row.bold, base, spacing)
    axes.plot(row.grid, bold, color=INK, lw=1.1, zorder=3)
    _margin_words(axes, row.level, base, spacing, highlight=highlight)
    return _mark_waves(axes, row, base, spacing)


def _interrupted(
    axes: Axes, row: Row, trace: NDArray[np.float64], base: float, spacing: float
) -> NDArray[np.float64]:
    """Return what is drawn of a trace in rows, with a slanted tick at each end of a gap."""
    drawn, ends = interrupted(trace, spacing)
    axes.plot(
        row.grid[ends],
        base + drawn[ends],
        linestyle="none",
        marker=_BREAK,
        markersize=5,
        markeredgecolor=QUIET,
        markeredgewidth=0.8,
        zorder=3.5,
    )
    return drawn


def _mark_waves(axes: Axes, row: Row, base: float, spacing: float) -> set[WaveName]:
    marked: set[WaveName] = set()
    for name in WAVES:
        wave = row.level.pooled.wave(name)
        if wave is None or not wave.present or wave.latency_ms is None:
            continue
        at = wave.latency_ms
        if not row.grid[0] <= at.value <= row.grid[-1]:
            continue
        height = float(np.interp(at.value, row.grid, np.nan_to_num(row.bold))) / spacing
        y = base + float(np.clip(height, -REACH_ROWS, REACH_ROWS))
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


def _voltage_bar(axes: Axes, spacing: float, bottom: float) -> None:
    """Draw the microvolt scale under the noise column, where no trace runs."""
    size = nice_bar_uv(spacing)
    half = size / spacing / 2
    edge = axes.get_yaxis_transform()
    middle = bottom - 0.1
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


def _heading(figure: Figure, axes: Axes, findings: Findings, top: float) -> None:
    edge = axes.get_yaxis_transform()
    heading(figure, findings.info.name, words.threshold_headline(findings.threshold))
    for x, align, text in (
        (-0.02, "right", "level"),
        (_CALL_X, "left", "call"),
        (_NOISE_X, "left", "noise"),
    ):
        axes.text(
            x,
            top - 0.25,
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
