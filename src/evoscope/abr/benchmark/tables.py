"""Tables of figures for people: on the terminal and in the docs, always from a result file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from evoscope.abr.benchmark.evaluation import Figure


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


def markdown(figures: Sequence[Figure], *, beside: Literal["goal", "limit"] = "goal") -> str:
    """A table with one row per figure, the trivial guess and the goal or the limit beside each."""
    lines = [
        f"| on | figure | value | 90 % interval | n | trivial | {beside} |",
        "|---|---|---|---|---|---|---|",
    ]
    for f in figures:
        interval = (
            "-" if f.low is None or f.high is None else f"{number(f.low)} to {number(f.high)}"
        )
        where = f.slice if beside == "limit" else f.slice.split("=", 1)[-1]
        lines.append(
            f"| {where} | {f.task} {f.metric.replace('_', ' ')} | {number(f.value)} | {interval} | "
            f"{f.n} | {number(f.trivial)} | "
            f"{f.goal or '-' if beside == 'goal' else _limit(f)} |"
        )
    return "\n".join(lines)


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
