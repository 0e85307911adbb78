"""The tables of the docs that say what messages cost."""

from __future__ import annotations

from evoscope.abr.benchmark.cost.page import Column, laid_out
from evoscope.abr.benchmark.evaluation import Evaluation
from evoscope.measure.results import short_commit

TEXTS, THROUGHPUT = "growth.texts", "throughput.texts"
"""Tasks of the figures."""
_COLUMNS = {
    TEXTS: (
        "messages answered",
        (
            Column("CPU s", "cpu_s"),
            Column("ms a message", "ms_each", "interval"),
            Column("only cutting it into words, ms", "ms_each", "trivial"),
        ),
    ),
    THROUGHPUT: (
        "messages in a call of the network",
        (
            Column("messages a CPU second", "per_cpu_s", "interval"),
            Column("a second of the wall", "per_wall_s", "interval"),
            Column("wall, x one by one on one thread", "per_wall_s", "over_trivial"),
        ),
    ),
}


def growth_table(found: Evaluation) -> str:
    """Markdown of ``text_growth.json``."""
    about = (
        f"Measured on {found.machine}, commit `{short_commit(found.commit)}`; {found.data.note} "
        "Rows with a star were not run: they are computed from the largest count that was."
    )
    parts = [about]
    for task, (title, columns) in _COLUMNS.items():
        parts.append(laid_out(title, columns, [f for f in found.figures if f.task == task]))
    return "\n\n".join(parts)
