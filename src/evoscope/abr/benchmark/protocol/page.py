"""The evaluation as one self-contained page: verdicts first, then every figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from evoscope.abr.benchmark.evaluation import Evaluation, Figure, Reached
from evoscope.abr.benchmark.protocol.plots import pictures
from evoscope.abr.benchmark.protocol.predict import Predictions
from evoscope.abr.benchmark.tables import number
from evoscope.abr.report.html import data_uri
from evoscope.abr.report.pages import filled_page

_TEMPLATES = Path(__file__).parent / "templates"
GOAL_COLUMNS = ("of", "goal", "found", "90 % interval", "limit", "trivial", "verdict")
# Slices that are no parts of the cohort, but another question asked of it.
_BESIDE = ("model=", "truth=", "mix=", "polarity=", "marked=")
COLUMNS = ("figure", "value", "90 % interval", "trivial", "limit", "n", "note")


@dataclass(frozen=True)
class SliceTable:
    """All slices of one task: rows are slices, columns metrics, cells a value over its interval."""

    task: str
    metrics: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def render_page(evaluation: Evaluation, predictions: Predictions) -> str:
    """Render an evaluation as HTML that fetches nothing and runs nothing."""
    figures = evaluation.figures
    series = predictions.series
    drawn = pictures(predictions.recordings, series[series["main"]], figures)
    return filled_page(
        _TEMPLATES,
        "evaluation.html.j2",
        evaluation=evaluation,
        simulated=any(f.simulated for f in figures),
        gates=[(g, number(g.value), number(g.trivial)) for g in evaluation.gates],
        goals=[goal_row(g) for g in evaluation.goals],
        goal_columns=GOAL_COLUMNS,
        columns=COLUMNS,
        overall=[overall_row(f) for f in figures if f.slice == "all"],
        others=[
            overall_row(f)
            for f in figures
            if f.slice.startswith(_BESIDE) or f.metric == "rmse_over_crlb"
        ],
        tables=slice_tables(figures),
        pictures=[(p.name, data_uri(p.svg), p.alt) for p in drawn],
        css=Markup((_TEMPLATES / "evaluation.css").read_text(encoding="utf-8")),
    )


def overall_row(figure: Figure) -> tuple[str, ...]:
    """Word one figure under ``COLUMNS``; a slice other than ``all`` is named with it."""
    name = f"{figure.task} {figure.metric}"
    return (
        name if figure.slice == "all" else f"{name} ({figure.slice})",
        number(figure.value),
        interval(figure),
        number(figure.trivial),
        number(figure.limit),
        str(figure.n),
        figure.note,
    )


def goal_row(goal: Reached) -> tuple[str, ...]:
    """Word one goal under ``GOAL_COLUMNS``."""
    return (
        goal.topic,
        goal.says,
        number(goal.value),
        interval(goal),
        number(goal.limit),
        number(goal.trivial),
        goal.verdict,
    )


def interval(figure: Figure | Reached) -> str:
    """Word a figure's interval; a dash where there is none."""
    if figure.low is None or figure.high is None:
        return "-"
    return f"{number(figure.low)} to {number(figure.high)}"


def slice_tables(figures: Sequence[Figure]) -> list[SliceTable]:
    """Lay out every figure: one table per task, in the order of the document."""
    tables = []
    for task in dict.fromkeys(f.task for f in figures):
        own = {(f.slice, f.metric): f for f in figures if f.task == task}
        metrics = tuple(dict.fromkeys(metric for _, metric in own))
        rows = tuple(
            (where, tuple(_cell(own.get((where, metric))) for metric in metrics))
            for where in dict.fromkeys(where for where, _ in own)
        )
        tables.append(SliceTable(task, metrics, rows))
    return tables


def _cell(figure: Figure | None) -> tuple[str, str]:
    if figure is None:
        return "", ""
    return number(
        figure.value
    ), f"{interval(figure)}; n {figure.n}; trivial {number(figure.trivial)}"
