"""Every figure of the docs, again: the benchmarks as named parts, and the tables made of them."""

from evoscope.bench.parts import PARTS, Need, Part, part_named
from evoscope.bench.run import Outcome, run_part
from evoscope.bench.table import Table
from evoscope.bench.tables import TABLES, fill_tables, stale_tables

__all__ = [
    "PARTS",
    "TABLES",
    "Need",
    "Outcome",
    "Part",
    "Table",
    "fill_tables",
    "part_named",
    "run_part",
    "stale_tables",
]
