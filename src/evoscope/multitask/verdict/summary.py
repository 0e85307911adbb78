"""A run's verdict, for the terminal."""

from __future__ import annotations

from rich.console import Group
from rich.table import Table
from rich.text import Text

from evoscope.multitask.verdict.verdict import RunVerdict, figure_text

STYLES = {
    "better than trivial": "green",
    "better than trivial, but flagged": "yellow",
    "not distinguishable": "yellow",
    "undefined": "yellow",
    "unfinished": "yellow",
}
"""Of outcomes and verdicts; all others are red."""


def summary(verdict: RunVerdict) -> Group:
    """Render what a verdict rests on: a line for every task, a line for every red flag."""
    parts: list[Text | Table] = []
    if verdict.tasks:
        table = Table("task", "metric", "figure", "trivial", "advantage", "verdict", "labels")
        for name, task in verdict.tasks.items():
            table.add_row(
                Text(name),
                Text(task.metric),
                Text(figure_text(task.figure)),
                Text(figure_text(task.trivial)),
                Text(figure_text(task.advantage)),
                Text.assemble(styled(task.verdict), f" ({task.reason})" if task.reason else ""),
                Text(str(task.figure.n)),
            )
        parts.append(table)
    for raised in verdict.flags:
        gone = "" if raised.cleared is None else f" Gone in epoch {raised.cleared + 1}."
        parts.append(
            Text(
                f"red flag {raised.flag}, epoch {raised.epoch + 1}: {raised.message}{gone}",
                style="red" if raised.stands else "yellow",
            )
        )
    return Group(*parts)


def styled(outcome: str) -> Text:
    """Colour an outcome by what it means."""
    return Text(outcome, style=STYLES.get(outcome, "red"))
