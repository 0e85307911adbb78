"""Tables of figures for people: on the terminal and in the docs, always from a result file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from evoscope.abr.benchmark.evaluation import Figure, Reached


def number(value: float | None) -> str:
    """Three significant digits, without an exponent; a dash for nothing.

    Example:
        >>> [number(v) for v in (4.428, 0.0721, 61442.0, None)]
        ['4.43', '0.072', '61442', '-']
    """
    if value is None:
        return "-"
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


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


def fill(text: str, name: str, table: str) -> str:
    """Put a table between ``<!-- table:name -->`` and ``<!-- /table -->``.

    Raises:
        ValueError: the text has no such place.
    """
    pattern = re.compile(rf"(<!-- table:{re.escape(name)} -->\n).*?(<!-- /table -->)", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"the document should have <!-- table:{name} -->. Found none.")
    return pattern.sub(lambda m: f"{m[1]}{table}\n{m[2]}", text)


def fill_file(path: Path, name: str, table: str) -> None:
    """Fill a table in a document on disk."""
    path.write_text(fill(path.read_text("utf-8"), name, table), encoding="utf-8")
