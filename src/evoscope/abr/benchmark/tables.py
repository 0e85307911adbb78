"""Tables of figures for people: on the terminal and in the docs, always from a result file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from evoscope.abr.benchmark.evaluation import Figure, Reached
from evoscope.measure.results import number

__all__ = ["Row", "beside", "goals_table", "markdown", "number"]


def markdown(figures: Sequence[Figure]) -> str:
    """A table with one row per figure, the trivial guess and the goal beside each."""
    lines = [
        "| on | figure | value | 90 % interval | n | trivial | goal |",
        "|---|---|---|---|---|---|---|",
        *(
            f"| {f.slice.split('=', 1)[-1]} | {f.task} {f.metric.replace('_', ' ')} | "
            f"{number(f.value)} | {_interval(f)} | {f.n} | {number(f.trivial)} | {f.goal or '-'} |"
            for f in figures
        ),
    ]
    return "\n".join(lines)


class Row(NamedTuple):
    """A figure, and that of another analyzer on the same data."""

    figure: Figure
    other: Figure | None


def beside(rows: Sequence[Row], *, others: str, last: Literal["limit", "goal"] = "limit") -> str:
    """A table with one row per figure: another analyzer's value, a trivial one, limit or goal."""
    lines = [
        f"| on | figure | value | 90 % interval | n | {others} | trivial | {last} |",
        "|---|---|---|---|---|---|---|---|",
        *(
            f"| {f.slice if last == 'limit' else f.slice.split('=', 1)[-1]} | "
            f"{f.task} {f.metric.replace('_', ' ')} | {number(f.value)} | "
            f"{_interval(f)} | {f.n} | {number(other.value if other else None)} | "
            f"{number(f.trivial)} | {_limit(f) if last == 'limit' else f.goal or '-'} |"
            for f, other in rows
        ),
    ]
    return "\n".join(lines)


def goals_table(goals: Sequence[Reached]) -> str:
    """A table with one row per goal, and whether it was reached."""
    lines = [
        "| of | goal | on | value | 90 % interval | limit | |",
        "|---|---|---|---|---|---|---|",
        *(
            f"| {g.topic} | {g.says} | {g.slice} | {number(g.value)} | {_interval(g)} | "
            f"{number(g.limit)} | {g.verdict} |"
            for g in goals
        ),
    ]
    return "\n".join(lines)


def _interval(one: Figure | Reached) -> str:
    if one.low is None or one.high is None:
        return "-"
    return f"{number(one.low)} to {number(one.high)}"


def _limit(figure: Figure) -> str:
    # What is beaten beyond chance is no limit, and must not be read as one.
    return (
        f"{number(figure.limit)} (estimate, beaten)" if figure.beats_limit else number(figure.limit)
    )
