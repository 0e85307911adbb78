"""Every figure of the docs, again: benchmarks as named parts, tables and pictures made of them."""

from evoscope.bench.parts import PARTS, Need, Part, part_named
from evoscope.bench.plots import PLOTS, Plot, draw_plots, stale_plots
from evoscope.bench.run import Outcome, run_part
from evoscope.bench.table import Table
from evoscope.bench.tables import TABLES, fill_tables, stale_tables

__all__ = [
    "PARTS",
    "PLOTS",
    "TABLES",
    "Need",
    "Outcome",
    "Part",
    "Plot",
    "Table",
    "draw_plots",
    "fill_tables",
    "part_named",
    "run_part",
    "stale_plots",
    "stale_tables",
]
