"""Cohorts: labelled recordings on disk, their schema, their patient split and their hashes."""

from evoscope.abr.cohort.batch import null_where_nan
from evoscope.abr.cohort.classes import (
    CENSORED,
    CLASSES,
    DISPLAY_TR,
    SEVERITY,
    LossClass,
    parse_class,
)
from evoscope.abr.cohort.columns import COLUMNS, Column, names
from evoscope.abr.cohort.describe import describe
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
from evoscope.abr.cohort.writer import CohortWriter

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
