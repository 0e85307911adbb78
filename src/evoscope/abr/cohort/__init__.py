"""Cohorts: labelled recordings on disk, their schema, their patient split and their hashes.

Classes and columns are known everywhere. What reads and writes cohorts comes with its first use: it
needs pandas and pyarrow (``pip install "evoscope[cohorts]"``).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from evoscope.abr.cohort.classes import (
    CENSORED,
    CLASSES,
    DISPLAY_TR,
    SEVERITY,
    LossClass,
    parse_class,
)
from evoscope.abr.cohort.columns import COLUMNS, Column, names
from evoscope.extras import extras_named

if TYPE_CHECKING:
    from evoscope.abr.cohort.batch import null_where_nan
    from evoscope.abr.cohort.filters import FilterCount, Filters
    from evoscope.abr.cohort.importing import ImportedTable, import_table
    from evoscope.abr.cohort.origin import is_simulated
    from evoscope.abr.cohort.reader import Cohort
    from evoscope.abr.cohort.schema import SCHEMA_VERSION, Grid, arrow_schema
    from evoscope.abr.cohort.split import (
        Part,
        Split,
        load_split,
        make_split,
        named_split_path,
        save_split,
        split_path,
    )
    from evoscope.abr.cohort.summary import describe
    from evoscope.abr.cohort.writer import CohortWriter

_LAZY = {
    "batch": ("null_where_nan",),
    "filters": ("FilterCount", "Filters"),
    "importing": ("ImportedTable", "import_table"),
    "origin": ("is_simulated",),
    "reader": ("Cohort",),
    "schema": ("SCHEMA_VERSION", "Grid", "arrow_schema"),
    "split": (
        "Part", "Split", "load_split", "make_split", "named_split_path", "save_split", "split_path",
    ),
    "summary": ("describe",),
    "writer": ("CohortWriter",),
}  # fmt: skip
_HOME = {name: module for module, found in _LAZY.items() for name in found}

__all__ = [
    "CENSORED",
    "CLASSES",
    "COLUMNS",
    "DISPLAY_TR",
    "SCHEMA_VERSION",
    "SEVERITY",
    "Cohort",
    "CohortWriter",
    "Column",
    "FilterCount",
    "Filters",
    "Grid",
    "ImportedTable",
    "LossClass",
    "Part",
    "Split",
    "arrow_schema",
    "describe",
    "import_table",
    "is_simulated",
    "load_split",
    "make_split",
    "named_split_path",
    "names",
    "null_where_nan",
    "parse_class",
    "save_split",
    "split_path",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        with extras_named():
            return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
