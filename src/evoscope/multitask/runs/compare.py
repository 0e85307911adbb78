"""Compares logged runs: figures, verdicts, red flags, what their recipes differ in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evoscope.measure import Measured
from evoscope.multitask.runs.logged import LoggedRun

UNSET = "unset"
"""In a difference of recipes: the run's recipe has no such field."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of one run.

    Attributes:
        run: by its name in the comparison.
        task, metric: what is measured.
        figure, trivial: of the run, and of the trivial predictor on the same rows.
        verdict: of the task, beside its primary metric; empty beside the others.
    """

    run: str
    task: str
    metric: str
    figure: Measured
    trivial: Measured
    verdict: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs side by side.

    Attributes:
        runs: name -> run; names are folders, as short as they can be told apart.
        rows: of the figures, by task, metric and run.
        differences: dotted recipe field -> run -> value, of the fields that are not the same in
            all runs.
    """

    runs: Mapping[str, LoggedRun]
    rows: Sequence[Row]
    differences: Mapping[str, Mapping[str, Any]]


def compare(runs: Sequence[LoggedRun], *, all_metrics: bool = False) -> Comparison:
    """Put runs side by side.

    Args:
        runs: one is enough.
        all_metrics: every figure, instead of those the tasks are judged by. Of a run without a
            result, which does not say what those are, every figure is taken either way.

    Raises:
        ValueError: no run, or the same one twice.
    """
    if not runs or len({run.folder.resolve() for run in runs}) < len(runs):
        raise ValueError(
            f"runs to compare should be there and differ. Found {[str(r.folder) for r in runs]}."
        )
    named = dict(zip(short_names([run.folder for run in runs]), runs, strict=True))
    primary = {task: own.metric for run in runs for task, own in run.verdict.tasks.items()}
    rows = [
        row
        for name, run in named.items()
        for row in _rows(name, run)
        if all_metrics or primary.get(row.task, row.metric) == row.metric
    ]
    place = {name: number for number, name in enumerate(named)}
    rows.sort(key=lambda row: (row.task, row.metric, place[row.run]))
    return Comparison(named, rows, _differences(named))


def _rows(name: str, run: LoggedRun) -> list[Row]:
    judged = run.verdict.tasks
    rows = []
    for task, figures in run.metrics.items():
        for metric, figure in figures.items():
            own = judged.get(task)
            primary = own if own and own.metric == metric else None
            rows.append(
                Row(
                    name,
                    task,
                    metric,
                    primary.figure if primary else figure,  # with its interval
                    run.trivial[task][metric],
                    primary.verdict if primary else "",
                )
            )
    return rows


def _differences(runs: Mapping[str, LoggedRun]) -> dict[str, dict[str, Any]]:
    flat = {name: flattened(run.recipe) for name, run in runs.items()}
    fields = {field: None for own in flat.values() for field in own}  # in order, once each
    found = {field: {name: own.get(field, UNSET) for name, own in flat.items()} for field in fields}
    return {
        field: values
        for field, values in found.items()
        if any(value != next(iter(values.values())) for value in values.values())
    }


def flattened(fields: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Name every value of nested mappings by its dotted path, as an override would.

    Example:
        >>> flattened({"epochs": 3, "optimiser": {"learning_rate": 0.001}})
        {'epochs': 3, 'optimiser.learning_rate': 0.001}
    """
    flat: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, Mapping) and value:
            flat |= flattened(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value
    return flat


def short_names(folders: Sequence[Path]) -> list[str]:
    """Name folders by as many of their last parts as tell all of them apart.

    Example:
        >>> short_names([Path("runs/a/seed0"), Path("runs/b/seed0")])
        ['a/seed0', 'b/seed0']
    """
    parts = [folder.resolve().parts for folder in folders]
    names: list[str] = []
    for length in range(1, max(len(own) for own in parts) + 1):
        names = ["/".join(own[-length:]) for own in parts]
        if len(set(names)) == len(names):
            break
    return names
