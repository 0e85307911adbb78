"""Every figure of the docs, again: benchmarks as named parts, tables and pictures made of them.

Tables and pictures come with their first use: they need what reads cohorts.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from evoscope.bench.parts import PARTS, Need, Part, part_named
from evoscope.bench.run import Outcome, run_part
from evoscope.bench.table import Table

if TYPE_CHECKING:
    from evoscope.bench.plots import PLOTS, Plot, draw_plots, stale_plots
    from evoscope.bench.tables import TABLES, fill_tables, stale_tables

_HOME = {
    **dict.fromkeys(("PLOTS", "Plot", "draw_plots", "stale_plots"), "plots"),
    **dict.fromkeys(("TABLES", "fill_tables", "stale_tables"), "tables"),
}

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


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
