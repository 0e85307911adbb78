"""Logged runs: read as far as they are whole, and compared."""

from evoscope.multitask.runs.compare import Comparison, Row, compare
from evoscope.multitask.runs.curves import save_curves
from evoscope.multitask.runs.logged import LoggedEpoch, LoggedRun, find_runs, read_run
from evoscope.multitask.runs.table import comparison_table

__all__ = [
    "Comparison",
    "LoggedEpoch",
    "LoggedRun",
    "Row",
    "compare",
    "comparison_table",
    "find_runs",
    "read_run",
    "save_curves",
]
