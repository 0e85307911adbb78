"""What a person looks at: tables, figures and one page, written whole or not at all."""

from evoscope.abr.report.output import OutputError, check_output
from evoscope.abr.report.tables import COLUMNS, table_rows
from evoscope.abr.report.writer import write_report

__all__ = ["COLUMNS", "OutputError", "check_output", "table_rows", "write_report"]
