"""Error against cost of everybody who was asked, on each kind of recordings."""

from __future__ import annotations

import math
from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture
from matplotlib.ticker import NullFormatter

from evoscope.abr.benchmark.evaluation import Evaluation, Figure
from evoscope.abr.benchmark.peers.contest import NAMES, OURS
from evoscope.abr.benchmark.peers.table import data_of, model_of
from evoscope.abr.report.palette import QUIET

# Okabe & Ito (2008), told apart in grey by their shapes.
_LOOK = dict(
    zip(
        NAMES,
        (
            ("#c24100", "o"),
            ("#e69f00", "s"),
            ("#0072b2", "D"),
            ("#009e73", "^"),
            ("#a8578a", "v"),
            ("#8a7a00", "P"),
            ("#56b4e9", "X"),
        ),
        strict=True,
    )
)
_COST = "cpu_ms_per_series"
_ROWS = (
    ("median_ae_db", "median error of\nanswers given (dB)"),
    ("within_10db", "share not within 10 dB,\nno answer included"),
)


def draw_peers(found: Evaluation) -> Picture:
    """Draw ``peers.json``: left is cheap, below is good; dashed what a trivial guess scores."""
    here: dict[str, dict[tuple[str, str, str], Figure]] = {}
    for figure in found.figures:
        key = (model_of(figure.slice), figure.task, figure.metric)
        here.setdefault(data_of(figure.slice), {})[key] = figure
    picture = Picture(figsize=(10.4, 4.9), layout="constrained")
    panels = picture.subplots(len(_ROWS), len(here), sharex="col", squeeze=False)
    for column, (data, own) in enumerate(here.items()):
        for row, (metric, says) in enumerate(_ROWS):
            axes = panels[row][column]
            _panel(axes, own, metric)
            if not column:
                axes.set_ylabel(says)
        n = own[OURS, "threshold", "within_10db"].n
        kind = "simulated" if own[OURS, "threshold", "within_10db"].simulated else "real"
        panels[0][column].set_title(f"{data[0].upper()}{data[1:]}\n({kind}, {n} series)")
        panels[-1][column].set_xlabel("CPU ms a series")
        costs = [f.value for (_, _, metric), f in own.items() if metric == _COST and f.value]
        ends = math.floor(math.log10(0.8 * min(costs))), math.ceil(math.log10(1.2 * max(costs)))
        panels[-1][column].set_xlim(10.0 ** ends[0], 10.0 ** ends[1])
    handles = [
        panels[0][0].plot([], [], look[1], color=look[0], markersize=6, label=name)[0]
        for name, look in _LOOK.items()
    ]
    guess = panels[0][0].plot([], [], "--", color=QUIET, label="a trivial guess")[0]
    picture.legend(handles=[*handles, guess], loc="outside lower center", ncols=4)
    return picture


def _panel(axes: Axes, own: Mapping[tuple[str, str, str], Figure], metric: str) -> None:
    share = metric == "within_10db"
    for name, (color, marker) in _LOOK.items():
        figure, cost = own.get((name, "threshold", metric)), own.get((name, "time", _COST))
        if figure is None or figure.value is None or cost is None or cost.value is None:
            continue
        value = 1.0 - figure.value if share else figure.value
        ends = [
            abs((1.0 - end if share else end) - value)
            for end in ((figure.high, figure.low) if share else (figure.low, figure.high))
            if end is not None
        ]
        axes.errorbar(
            cost.value,
            value,
            yerr=[[ends[0]], [ends[1]]] if len(ends) == 2 else None,
            marker=marker,
            markersize=6,
            color=color,
            elinewidth=0.9,
            capsize=2.0,
        )
    trivial = own[OURS, "threshold", metric].trivial
    if trivial is not None:
        guess = 1.0 - trivial if share else trivial
        axes.axhline(guess, linestyle="--", color=QUIET, linewidth=0.9)
    axes.set_xscale("log")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_ylim(bottom=-0.02 if share else -1.0, top=1.05 if share else None)
    axes.grid(visible=True)
