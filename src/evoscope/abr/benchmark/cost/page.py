"""The tables of the docs that say what an analysis costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from evoscope.abr.benchmark.cost.growth import RECORDINGS, TRIALS
from evoscope.abr.benchmark.cost.timing import EXTRAPOLATED
from evoscope.abr.benchmark.evaluation import Evaluation, Figure
from evoscope.measure.results import number, short_commit

Show = Literal["value", "interval", "trivial", "over_trivial"]


class Column(NamedTuple):
    """A column: its title, the metric, and what of it is shown."""

    title: str
    metric: str
    show: Show = "value"


_TABLES: Mapping[str, tuple[str, Sequence[Column]]] = {
    "process": (
        "whole process",
        (
            Column("CPU s", "cpu_s", "interval"),
            Column("x Python itself", "cpu_s", "over_trivial"),
            Column("peak memory, MB", "peak_mb"),
            Column("of Python itself", "peak_mb", "trivial"),
        ),
    ),
    "stage": (
        "stage of an analysis",
        (
            Column("CPU ms", "cpu_ms", "interval"),
            Column("only moving the bytes, ms", "cpu_ms", "trivial"),
        ),
    ),
    RECORDINGS: (
        "recordings, from Parquet to findings",
        (
            Column("CPU s", "cpu_s"),
            Column("ms a recording", "ms_each", "interval"),
            Column("only reading it, ms", "ms_each", "trivial"),
            Column("peak memory so far, MB", "peak_mb"),
        ),
    ),
    TRIALS: (
        "single trials averaged",
        (
            Column("CPU s", "cpu_s"),
            Column("us a trial", "us_each", "interval"),
            Column("only their plain mean, us", "us_each", "trivial"),
        ),
    ),
    "throughput.analysis": (
        "series read together, whole analyses",
        (
            Column("recordings a CPU second", "per_cpu_s", "interval"),
            Column("x one by one", "per_cpu_s", "over_trivial"),
        ),
    ),
    "throughput.network": (
        "series in a call of the network",
        (
            Column("recordings a CPU second", "per_cpu_s", "interval"),
            Column("a second of the wall", "per_wall_s", "interval"),
            Column("wall, x one by one on one thread", "per_wall_s", "over_trivial"),
        ),
    ),
    "roofline": (
        "recordings in a call of the network",
        (
            Column("operations, 10^9", "gflop"),
            Column("CPU ms", "cpu_ms", "interval"),
            Column("10^9 a second", "gflop_per_s"),
            Column("of a matrix product", "peak_gflop_per_s"),
            Column("share of it", "share_of_peak", "interval"),
        ),
    ),
}
"""Task, what is in a row, and its columns."""


def speed_table(found: Evaluation) -> str:
    """Markdown of ``cost.json``: what it was measured on, then one table per question."""
    about = (
        f"Measured on {found.machine}, one thread where nothing else is said, commit "
        f"`{short_commit(found.commit)}`. Processor time, not wall time, where nothing else is "
        "said: the machine was shared. In brackets intervals of 90 % over n timed pieces. "
        "Rows with a star were not run: they are computed from the largest count that was."
    )
    return "\n\n".join([about, *(table(name, found.figures) for name in _TABLES)])


def table(name: str, figures: Sequence[Figure]) -> str:
    """One of the tables."""
    title, columns = _TABLES[name]
    return laid_out(title, columns, [figure for figure in figures if figure.task == name])


def laid_out(title: str, columns: Sequence[Column], figures: Sequence[Figure]) -> str:
    """Markdown: a row for each slice, n last, and a star where a note says "extrapolated".

    Args:
        title: of the first column, whose cells are the slices.
        columns: the others.
        figures: of one task.
    """
    rows: dict[str, dict[str, Figure]] = {}
    for figure in figures:
        rows.setdefault(figure.slice, {})[figure.metric] = figure
    head = [title, *(column.title for column in columns), "n"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for where, own in rows.items():
        cells = [_cell(own.get(column.metric), column.show) for column in columns]
        n = max(figure.n for figure in own.values())
        star = " *" if any(one.note.startswith(EXTRAPOLATED) for one in own.values()) else ""
        lines.append(f"| {' | '.join([f'{_said(where)}{star}', *cells, str(n)])} |")
    return "\n".join(lines)


def _said(where: str) -> str:
    """Say which row it is: counts with thousands apart, then the threads.

    Example:
        >>> _said("recordings=100003"), _said("together=8, threads=2")
        ('100,003', '8, threads: 2')
    """
    name, value = where.split("=", 1)
    if name == "process":
        return value
    first, *others = value.split(", ")
    counted = f"{int(first):,}" if first.isdigit() else first
    return ", ".join([counted, *(other.replace("=", ": ") for other in others)])


def _cell(figure: Figure | None, show: Show) -> str:
    if figure is None or figure.value is None:
        return "-"
    if show == "trivial":
        return number(figure.trivial)
    if show == "over_trivial":
        return number(figure.value / figure.trivial) if figure.trivial else "1.00"
    if show == "interval" and figure.low is not None and figure.high is not None:
        return f"{number(figure.value)} ({number(figure.low)} to {number(figure.high)})"
    return number(figure.value)
