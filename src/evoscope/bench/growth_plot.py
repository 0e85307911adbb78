"""How the cost of one more grows with how many there are."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture

from evoscope.abr.benchmark.cost.growth import RECORDINGS, TRIALS
from evoscope.abr.benchmark.cost.timing import EXTRAPOLATED
from evoscope.abr.benchmark.evaluation import Evaluation, Figure
from evoscope.abr.report.palette import ACCENT, QUIET
from evoscope.bench.text_growth.page import TEXTS


def draw_growth(cost: Evaluation, texts: Evaluation) -> Picture:
    """Processor time of a recording, a message and a single trial over their number.

    Args:
        cost: of ``cost.json``.
        texts: of ``text_growth.json``.
    """
    picture = Picture(figsize=(8.4, 2.9), layout="constrained")
    panels = picture.subplots(1, 3)
    for axes, found, task, metric, title, trivial, unit in (
        (panels[0], cost, RECORDINGS, "ms_each", "Recordings analyzed", "only read", "ms"),
        (panels[1], texts, TEXTS, "ms_each", "Messages answered", "only cut into words", "ms"),
        (panels[2], cost, TRIALS, "us_each", "Single trials averaged", "only their mean", "us"),
    ):
        own = [f for f in found.figures if f.task == task and f.metric == metric]
        _panel(axes, own, trivial)
        axes.set(title=title, xlabel="how many", ylabel=f"CPU {unit} each")
    return picture


def _panel(axes: Axes, figures: Sequence[Figure], trivial: str) -> None:
    counts = [int(f.slice.split("=")[1]) for f in figures]
    values = [f.value or 0.0 for f in figures]
    axes.plot(counts, values, color=ACCENT, linewidth=1.0)
    for count, figure, value in zip(counts, figures, values, strict=True):
        measured = not figure.note.startswith(EXTRAPOLATED)
        low, high = figure.low, figure.high
        axes.errorbar(
            count,
            value,
            yerr=None if low is None or high is None else [[value - low], [high - value]],
            marker="o",
            markersize=4.5,
            color=ACCENT,
            markerfacecolor=ACCENT if measured else "white",
            elinewidth=0.9,
            capsize=2.0,
        )
    axes.plot([], [], "o-", color=ACCENT, markersize=4.5, label="measured, 90 % interval")
    if any(f.note.startswith(EXTRAPOLATED) for f in figures):
        axes.plot([], [], "o", color=ACCENT, markerfacecolor="white", label="computed, not run")
    axes.plot(counts, [f.trivial or 0.0 for f in figures], "--", color=QUIET, label=trivial)
    axes.set(xscale="log", yscale="log")
    # Room for the legend between the two lines.
    axes.grid(visible=True)
    axes.legend(loc="center right", fontsize=6.5)
