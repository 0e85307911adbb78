"""The latency-intensity function: when waves I, III and V come at each level, over the norm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from evoscope.abr.analysis.series_norms import latency_norm
from evoscope.abr.findings import Findings, WaveName
from evoscope.abr.norms import Norm
from evoscope.abr.report import words
from evoscope.abr.report.canvas import (
    Picture,
    axes_of,
    finish,
    footnote,
    heading,
    new_figure,
    style,
)
from evoscope.abr.report.levels import Level, levels_of
from evoscope.abr.report.palette import BAND, QUIET, WAVE_COLOR, WAVE_MARKER

WIDTH_IN, HEIGHT_IN = 4.7, 3.3
_DRAWN: tuple[WaveName, ...] = ("V", "III", "I")


def latency_intensity(findings: Findings) -> Picture:
    """Draw latency against level with 90 % intervals; the normal range only where one exists."""
    levels = list(reversed(levels_of(findings)))
    with style():
        figure = new_figure(WIDTH_IN, HEIGHT_IN)
        axes = axes_of(figure, 0.62, 0.7, 0.42, 0.42)
        heading(figure, findings.info.name, "Latency-intensity function")
        x = [level.level_db for level in levels]
        pad = max(2.5, 0.04 * (x[-1] - x[0]))
        axes.set_xlim(x[0] - pad, x[-1] + pad)
        found = [name for name in _DRAWN if _points(levels, name)]
        norms = {}
        for name in found or ["V"]:
            # Softer levels lack the early waves, whose ranges would only cross the later ones.
            reach = [at for at in x if name == "V" or at >= _points(levels, name)[0].level_db]
            norms[name] = norm_line(findings, name, reach)
            _draw_band(axes, reach, norms[name], sure=_comparable(findings))
        for name in found:
            _draw_wave(axes, levels, name)
        if not found:
            axes.text(
                0.5,
                0.5,
                "No wave was found at any level",
                transform=axes.transAxes,
                ha="center",
                va="center",
                color=QUIET,
                fontsize=9,
            )
            axes.set_yticks([])
        axes.set_xlabel(f"Level ({words.decibel(findings.info.level_reference)})")
        axes.set_ylabel("Latency (ms)")
        axes.grid(axis="y")
        axes.set_axisbelow(True)
        note = norm_note(findings, norms)
        footnote(figure, note)
        return finish(figure, "latency", _alt(findings, levels, found, note))


def norm_line(findings: Findings, name: WaveName, levels_db: Sequence[float]) -> list[Norm] | None:
    """Return the norm of a wave at each level, or ``None`` where the species has none."""
    norms = [latency_norm(findings.info, name, level_db=level_db) for level_db in levels_db]
    known = [norm for norm in norms if norm is not None]
    return known if len(known) == len(norms) else None


def norm_note(findings: Findings, norms: dict[WaveName, list[Norm] | None]) -> str:
    """Say in one line what the grey band is, and how far to trust it."""
    known = [line[0] for line in norms.values() if line]
    if not known:
        return f"No published norm for {findings.info.species} ({findings.info.stimulus})."
    spread = "normal range (mean \N{PLUS-MINUS SIGN} 2 SD)"
    parts = [f"Grey: {spread}"]
    if not _comparable(findings):
        parts = [f"Dashed: {spread}, assuming dB nHL: the file states no reference"]
    if any(norm.assumed for norm in known):
        parts.append("partly textbook values")
    return "; ".join(parts) + "."


def _comparable(findings: Findings) -> bool:
    return findings.info.level_reference != "unknown"


def _points(levels: Sequence[Level], name: WaveName) -> list[Level]:
    return [
        level
        for level in levels
        if (wave := level.pooled.wave(name)) and wave.present and wave.latency_ms is not None
    ]


def _draw_band(axes: Axes, x: Sequence[float], line: list[Norm] | None, *, sure: bool) -> None:
    if not line:
        return
    low = [norm.mean - 2 * norm.sd for norm in line]
    high = [norm.mean + 2 * norm.sd for norm in line]
    edge = "solid" if sure else (0, (3, 2))
    if len(x) == 1:
        axes.errorbar(
            x, [line[0].mean], yerr=2 * line[0].sd, color=QUIET, lw=5, alpha=0.3, zorder=1
        )
        return
    if sure:
        axes.fill_between(x, low, high, color=BAND, linewidth=0, zorder=1)
    for values in (low, high):
        axes.plot(x, values, color=QUIET, linewidth=0.6, linestyle=edge, zorder=1.2)


def _draw_wave(axes: Axes, levels: Sequence[Level], name: WaveName) -> None:
    points = _points(levels, name)
    color, marker = WAVE_COLOR[name], WAVE_MARKER[name]
    several = [
        (level.level_db, wave.latency_ms.value)
        for level in points
        if level.several
        for recording in level.recordings
        if (wave := recording.wave(name)) and wave.present and wave.latency_ms is not None
    ]
    if several:
        axes.plot(
            *zip(*several, strict=True),
            marker,
            color=color,
            markersize=2,
            alpha=0.3,
            markeredgewidth=0,
            zorder=2,
        )
    waves = [level.pooled.wave(name) for level in points]
    estimates = [wave.latency_ms for wave in waves if wave is not None]
    y = np.array([e.value for e in estimates if e is not None])
    low = np.array([e.value if e.low is None else e.low for e in estimates if e is not None])
    high = np.array([e.value if e.high is None else e.high for e in estimates if e is not None])
    x = [level.level_db for level in points]
    axes.errorbar(
        x,
        y,
        yerr=np.clip([y - low, high - y], 0, None),
        color=color,
        marker=marker,
        markersize=4.5,
        markeredgecolor="white",
        markeredgewidth=0.6,
        linewidth=1.2,
        elinewidth=1.0,
        capsize=2,
        zorder=3,
    )
    axes.annotate(
        name,
        (x[-1], y[-1]),
        xytext=(9, 0),
        textcoords="offset points",
        va="center",
        color=color,
        fontweight="bold",
        fontsize=9,
        annotation_clip=False,
    )


def _alt(findings: Findings, levels: Sequence[Level], found: Sequence[WaveName], note: str) -> str:
    if not found:
        return f"Latency-intensity function of {findings.info.name}: no wave was found."
    parts = []
    for name in found:
        points = _points(levels, name)
        ends = [
            f"{wave.latency_ms.value:.2f} ms at {words.level(level.level_db)} dB"
            for level in (points[-1], points[0])
            if (wave := level.pooled.wave(name)) and wave.latency_ms is not None
        ]
        parts.append(f"wave {name} " + " to ".join(dict.fromkeys(ends)))
    return f"Latency-intensity function of {findings.info.name}: {'; '.join(parts)}. {note}"
