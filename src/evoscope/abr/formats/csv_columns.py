"""Plain CSVs with a waveform per column, beside a time axis."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from evoscope.abr.formats.csv_doubts import CUT, doubt_of_replicates, ignored
from evoscope.abr.formats.csv_layout import MIN_SAMPLES, Layout, time_scale
from evoscope.abr.formats.csv_recording import clock_of, recording_of, values_of
from evoscope.abr.formats.csv_table import Table
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.numbers import NotANumberError, leading_number, to_floats
from evoscope.abr.formats.salvage import Job
from evoscope.abr.recording import Recording

_UNEVEN = "Export the file again, with semicolons or tabs between its columns."
_SECOND_TABLE = "Write a file for each table, and remove remarks from amid it."
_SECOND_HEADER = (
    "Write one row of names, and below it at most one of units (ms, uV): what is recorded in a "
    "column goes into its name (Left 80 dB)."
)


def jobs_of_columns(
    path: Path, table: Table, layout: Layout, scale: float
) -> tuple[list[Job], tuple[str, ...]]:
    """Return how to build each recording of a table with a waveform per column, and warnings.

    Raises:
        FormatError: a row that cannot be one of the time axis.
        ValueError: a time axis that is uneven or of an unknown unit.
    """
    cells, warnings = _cells(path, table, [layout.time_column, *layout.samples])
    name = table.names[layout.time_column]
    try:
        times = to_floats(cells[layout.time_column], decimal_comma=table.decimal_comma)
    except NotANumberError as error:
        raise ValueError(f"column '{name}' {error}") from None
    unit_ms = time_scale(name, float(times[-1] - times[0]) if np.isfinite(times).all() else 0.0)
    if unit_ms is None:
        raise ValueError(f"the unit of column '{name}' should be clear. Call it time_ms or time_s")
    axis = clock_of(times * unit_ms)
    conditions = dict(zip(layout.samples, layout.conditions, strict=True))
    left_out = [h for i, h in enumerate(table.header) if i not in cells and h.strip()]
    warnings = [
        *ignored(left_out, "Columns without a level in their name, or of spreads,"),
        *doubt_of_replicates(table.header, conditions),
        *warnings,
    ]

    def job(index: int, column: int) -> Job:
        def build() -> Recording:
            fields = dict(table.preamble) | conditions[column].fields
            return recording_of(
                path, index, fields, {"average": values_of(cells[column], table, scale)}, axis
            )

        return f"column '{table.header[column]}'", build

    return [job(index, column) for index, column in enumerate(layout.samples)], tuple(warnings)


def _cells(path: Path, table: Table, columns: list[int]) -> tuple[dict[int, list[str]], list[str]]:
    """Return the cells of columns, first that of time, down to where it ends, and warnings."""
    cells: dict[int, list[str]] = {i: [] for i in columns}
    times = cells[columns[0]]
    remarks: list[str] = []
    width = 0
    for line_number, line in table.lines():
        row = table.cells(line)
        time = row[columns[0]].strip() if columns[0] < len(row) else ""
        if time and leading_number(time) is None:
            remarks.append(time)  # Mean, SD, a note
            continue
        if remarks and not time:
            continue  # what stands below a remark, or a row of sums without a name
        place = f"line {line_number}"
        if remarks:
            reason = f"Numbers should follow one another to the end. Found {remarks[0][:40]!r}"
            if times:
                raise FormatError(str(path), place, f"{reason} above.", _SECOND_TABLE)
            raise FormatError(str(path), place, f"{reason} below the header.", _SECOND_HEADER)
        try:
            table.check_width(row)
        except ValueError as error:
            raise FormatError(str(path), place, str(error), _UNEVEN) from None
        if table.is_cut(line, width):
            return cells, [CUT]
        width = len(row)
        for index, column in cells.items():
            column.append(row[index] if index < len(row) else "")
    if len(times) < MIN_SAMPLES:
        raise ValueError(f"a time axis should have {MIN_SAMPLES} numbers. Found {len(times)}")
    return cells, [*ignored(remarks, "Rows below the time axis")]
