"""The threshold curve: evidence for a response at each level, and where it crosses the rule."""

from __future__ import annotations

from matplotlib.axes import Axes

from evoscope.abr.findings import Findings, Threshold
from evoscope.abr.report import words
from evoscope.abr.report.canvas import (
    Picture,
    axes_of,
    finish,
    footnote,
    heading,
    new_figure,
    plain,
    style,
)
from evoscope.abr.report.palette import ACCENT, HIGHLIGHT, INK, QUIET, WAVE_COLOR

WIDTH_IN, HEIGHT_IN = 4.7, 3.3


def threshold_curve(findings: Findings) -> Picture:
    """Draw evidence against level with the fitted curve, the criterion and the threshold."""
    threshold = findings.threshold
    with style():
        figure = new_figure(WIDTH_IN, HEIGHT_IN)
        axes = axes_of(figure, 0.62, 0.7, 0.42, 0.42)
        heading(figure, findings.info.name, words.threshold_headline(threshold))
        _limits(axes, findings)
        _shade(axes, threshold)
        _evidence(axes, threshold)
        axes.set_xlabel(f"Level ({words.decibel(threshold.level_reference)})")
        axes.set_ylabel(plain(threshold.evidence_name).capitalize(), parse_math=False)
        axes.grid(axis="y")
        axes.set_axisbelow(True)
        footnote(figure, threshold.reason or f"Method: {threshold.method}")
        return finish(figure, "threshold", _alt(findings))


def _limits(axes: Axes, findings: Findings) -> None:
    levels = findings.levels_db
    pad = max(2.5, 0.04 * (levels[-1] - levels[0]))
    axes.set_xlim(levels[0] - pad, levels[-1] + pad)


def _shade(axes: Axes, threshold: Threshold) -> None:
    left, right = axes.get_xlim()
    value = threshold.value_db
    if threshold.status != "estimated" or value is None:
        return
    low = left if threshold.low_db is None else threshold.low_db
    high = right if threshold.high_db is None else threshold.high_db
    axes.axvspan(max(low, left), min(high, right), color=HIGHLIGHT, zorder=0, linewidth=0)
    axes.axvline(value, color=ACCENT, linewidth=1.4, zorder=2)
    beyond_middle = value > (left + right) / 2
    axes.annotate(
        f"{words.level(value)} dB",
        (value, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(-5 if beyond_middle else 5, -3),
        textcoords="offset points",
        ha="right" if beyond_middle else "left",
        va="top",
        color=ACCENT,
        fontweight="bold",
        fontsize=8.5,
        zorder=5,
    )


def _evidence(axes: Axes, threshold: Threshold) -> None:
    curve = sorted(threshold.curve, key=lambda point: point.level_db)
    if not curve:
        axes.text(
            0.5,
            0.5,
            "No evidence could be computed at any level",
            transform=axes.transAxes,
            ha="center",
            va="center",
            color=QUIET,
            fontsize=9,
        )
        axes.set_yticks([])
        return
    fitted = [(p.level_db, p.fitted) for p in curve if p.fitted is not None]
    if fitted:
        axes.plot(
            *zip(*fitted, strict=True),
            color=WAVE_COLOR["III"],
            linewidth=1.3,
            zorder=3,
            label="fitted",
        )
    axes.plot(
        [p.level_db for p in curve],
        [p.evidence for p in curve],
        "o",
        color=INK,
        markersize=4.5,
        markeredgecolor="white",
        markeredgewidth=0.6,
        zorder=4,
        label="measured",
    )
    axes.axhline(
        threshold.criterion,
        color=QUIET,
        linewidth=0.9,
        linestyle=(0, (4, 3)),
        zorder=2,
        label=f"criterion {threshold.criterion:.3g}",
    )
    if threshold.fitted_db is not None:
        axes.plot(
            threshold.fitted_db,
            threshold.criterion,
            "o",
            color=ACCENT,
            markersize=5,
            markerfacecolor="white",
            zorder=5,
            label="crossing",
        )
    axes.margins(y=0.16)
    axes.legend(loc="best", fontsize=7, handlelength=1.8)


def _alt(findings: Findings) -> str:
    threshold = findings.threshold
    return (
        f"Evidence for a response ({threshold.evidence_name}) against level of "
        f"{findings.info.name}. {words.threshold_headline(threshold)}."
    )
