"""Four pictures of an evaluation: agreement, latency error, honesty of intervals, detection."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from evoscope.abr.benchmark.evaluation import Figure
from evoscope.abr.benchmark.protocol.ruler import Flags, Numbers, flags, numbers
from evoscope.abr.benchmark.protocol.scores import RELIABILITY_BINS, reliability_bins
from evoscope.abr.benchmark.protocol.threshold import GRID_TRUTH
from evoscope.abr.benchmark.protocol.waves import MARKED
from evoscope.abr.cohort import CENSORED
from evoscope.abr.report.canvas import Picture, axes_of, finish, new_figure, style
from evoscope.abr.report.palette import ACCENT, HAIR, INK, QUIET, REPLICATE, WAVE_COLOR

_SIZE_IN = (5.0, 3.4)
_MARGINS_IN = (0.65, 0.5, 0.15, 0.3)
# Fewer cases in a bin draw a line of chance.
_FEWEST = 10
_NOMINAL = 0.9


def pictures(
    recordings: pd.DataFrame, series: pd.DataFrame, figures: Sequence[Figure]
) -> tuple[Picture, ...]:
    """Draw every picture that the predictions have cases for."""
    with style():
        drawn = (
            bland_altman(series, figures),
            latency_error(recordings),
            reliability(recordings),
            coverage_bars(figures),
            roc(recordings),
        )
    return tuple(picture for picture in drawn if picture is not None)


def bland_altman(series: pd.DataFrame, figures: Sequence[Figure]) -> Picture | None:
    """Difference of answered and true threshold over their mean (Bland & Altman 1986)."""
    true, found = numbers(series, GRID_TRUTH), numbers(series, "found_threshold_db")
    censored = series["loss_type"].isin(CENSORED).fillna(False).to_numpy(dtype=bool)
    both = np.isfinite(true) & np.isfinite(found) & ~censored
    lines = {f.metric: f.value for f in figures if f.task == "threshold" and f.slice == "all"}
    if both.sum() < 2:
        return None
    points = np.column_stack([(true + found)[both] / 2.0, (found - true)[both]])
    # Levels lie on a grid: equal points are one dot, as large as they are many.
    where, count = np.unique(points, axis=0, return_counts=True)
    figure = new_figure(*_SIZE_IN)
    axes = axes_of(figure, *_MARGINS_IN)
    axes.scatter(
        where[:, 0],
        where[:, 1],
        s=8.0 + 200.0 * count / count.max(),
        color=ACCENT,
        alpha=0.45,
        linewidths=0,
    )
    for metric, look in (("bias_db", "-"), ("loa_low_db", "--"), ("loa_high_db", "--")):
        value = lines.get(metric)
        if value is not None:
            axes.axhline(value, color=INK, linewidth=0.9, linestyle=look)
            axes.annotate(
                f"{value:+.1f} dB",
                (1.0, value),
                xycoords=("axes fraction", "data"),
                ha="right",
                va="bottom",
                fontsize=7,
            )
    axes.axhline(0.0, color=HAIR, linewidth=0.7, zorder=0)
    axes.set_xlabel("mean of answer and truth (dB)")
    axes.set_ylabel("answer minus truth (dB)")
    axes.set_title(f"Threshold: agreement, {int(both.sum())} series")
    return finish(
        figure,
        "bland_altman",
        "Bland-Altman plot: differences between answered and true thresholds over their mean, "
        "with bias and limits of agreement.",
    )


def latency_error(recordings: pd.DataFrame) -> Picture | None:
    """Median and middle 90 % of the latency error of waves I, III and V at each level."""
    figure = new_figure(*_SIZE_IN)
    axes = axes_of(figure, *_MARGINS_IN)
    level = numbers(recordings, "level_db")
    drawn = False
    for shift, wave in zip((-0.8, 0.0, 0.8), MARKED, strict=True):
        error = numbers(recordings, f"found_{wave}_latency_ms") - numbers(
            recordings, f"wave_{wave}_latency_ms"
        )
        usable = np.isfinite(error)
        levels = [x for x in np.unique(level[usable]) if (level[usable] == x).sum() >= _FEWEST]
        if not levels:
            continue
        drawn = True
        ends = np.array([np.percentile(error[usable & (level == x)], [5, 50, 95]) for x in levels])
        at, color = np.array(levels) + shift, WAVE_COLOR[wave]
        axes.vlines(at, ends[:, 0], ends[:, 2], color=color, linewidth=1.6, alpha=0.6)
        axes.plot(at, ends[:, 1], "o", color=color, markersize=3.5, label=f"wave {wave}")
    if not drawn:
        return None
    axes.axhline(0.0, color=QUIET, linewidth=0.7, zorder=0)
    axes.set_xlabel("level (dB)")
    axes.set_ylabel("answer minus truth (ms)")
    axes.set_title("Latency: median error and its middle 90 %")
    axes.legend(loc="best")
    return finish(
        figure,
        "latency_error",
        "Latency error of waves I, III and V by level: median and middle 90 %.",
    )


def reliability(recordings: pd.DataFrame) -> Picture | None:
    """How often waves are there that were said to be there with a probability."""
    figure = new_figure(*_SIZE_IN)
    axes = axes_of(figure, *_MARGINS_IN)
    drawn = False
    for wave in MARKED:
        true, known = flags(recordings, f"wave_{wave}_present")
        stated = numbers(recordings, f"found_{wave}_probability")[known]
        bins = reliability_bins(stated)
        count = np.bincount(bins, minlength=RELIABILITY_BINS)
        full = count >= _FEWEST
        if not full.any():
            continue
        drawn = True
        said = np.bincount(bins, stated, RELIABILITY_BINS)[full] / count[full]
        seen = np.bincount(bins, true[known], RELIABILITY_BINS)[full] / count[full]
        axes.plot(said, seen, "o-", color=WAVE_COLOR[wave], markersize=3.5, label=f"wave {wave}")
    if not drawn:
        return None
    axes.plot([0, 1], [0, 1], color=QUIET, linewidth=0.7, linestyle="--", zorder=0)
    axes.set_xlabel("stated probability")
    axes.set_ylabel("share truly present")
    axes.set_title("Existence: are the probabilities honest?")
    axes.legend(loc="best")
    return finish(
        figure,
        "reliability",
        "Reliability diagram: share of waves truly present over the probability stated.",
    )


def coverage_bars(figures: Sequence[Figure]) -> Picture | None:
    """How many truths the 90 % intervals hold."""
    shown = [
        f
        for f in figures
        if f.metric == "coverage_90"
        and f.slice == "all"
        and f.value is not None
        and f.task.rsplit(".", 1)[-1] in (*MARKED, "threshold")
    ]
    if not shown:
        return None
    figure = new_figure(*_SIZE_IN)
    axes = axes_of(figure, 1.2, *_MARGINS_IN[1:])
    for at, one in enumerate(reversed(shown)):
        assert one.value is not None  # chosen above
        axes.plot(one.value, at, "o", color=ACCENT, markersize=5)
        if one.low is not None and one.high is not None:
            axes.hlines(at, one.low, one.high, color=ACCENT, linewidth=1.6)
    axes.axvline(_NOMINAL, color=QUIET, linewidth=0.9, linestyle="--", zorder=0)
    axes.set_yticks(range(len(shown)), [f.task.replace(".", " ") for f in reversed(shown)])
    axes.set_ylim(-0.6, len(shown) - 0.4)
    axes.set_xlim(min(0.5, *(f.value or 0.0 for f in shown)) - 0.03, 1.01)
    axes.set_xlabel("share of truths inside the stated 90 % interval")
    axes.set_title("Intervals: do they hold what they promise?")
    return finish(
        figure,
        "coverage",
        "Share of truths inside stated 90 % intervals, with patient-bootstrap intervals.",
    )


def roc(recordings: pd.DataFrame) -> Picture | None:
    """Detection: sensitivity over false alarms, beside the rivals."""
    true, known = flags(recordings, "response_present")
    curves: tuple[tuple[str, Numbers, str, str], ...] = (
        ("the analyzer", numbers(recordings, "found_response"), ACCENT, "-"),
        ("half F test", -numbers(recordings, "half_f_p"), INK, "--"),
        ("correlation of halves", numbers(recordings, "halves_correlation"), QUIET, "-."),
        ("Fmp of the device", numbers(recordings, "fmp"), REPLICATE, ":"),
    )
    figure = new_figure(*_SIZE_IN)
    axes = axes_of(figure, *_MARGINS_IN)
    drawn = False
    for name, score, color, look in curves:
        scored = known & np.isfinite(score)
        if not (true[scored].any() and (~true[scored]).any()):
            continue
        drawn = True
        alarms, found = _curve(score[scored], true[scored])
        axes.plot(alarms, found, color=color, linestyle=look, linewidth=1.3, label=name)
    if not drawn:
        return None
    axes.axvline(0.05, color=HAIR, linewidth=0.9, zorder=0)
    axes.plot([0, 1], [0, 1], color=HAIR, linewidth=0.7, zorder=0)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.01)
    axes.set_xlabel("false alarms (line: 5 %)")
    axes.set_ylabel("sensitivity")
    axes.set_title("Detection of a response in one recording")
    axes.legend(loc="lower right")
    return finish(
        figure,
        "roc",
        "ROC curves of response detection: the analyzer, the half F test, the correlation of the "
        "halves and the Fmp.",
    )


def _curve(score: Numbers, true: Flags) -> tuple[Numbers, Numbers]:
    """Points of a ROC curve, thinned to what a picture shows; ties are called together."""
    values, place = np.unique(-score, return_inverse=True)
    hits = np.cumsum(np.bincount(place, true, values.size)) / true.sum()
    alarms = np.cumsum(np.bincount(place, ~true, values.size)) / (~true).sum()
    alarms, hits = np.concatenate([[0.0], alarms]), np.concatenate([[0.0], hits])
    keep = np.unique(np.linspace(0, hits.size - 1, 400).astype(int))
    return alarms[keep], hits[keep]
