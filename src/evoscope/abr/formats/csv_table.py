"""The table inside a plain CSV: preamble, delimiter, decimal mark, columns by name, layout."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.formats.csv_headers import ColumnCondition, column_condition
from evoscope.abr.formats.csv_words import REFERENCES
from evoscope.abr.formats.numbers import NotANumberError, to_floats
from evoscope.abr.formats.text import numbered_lines

MIN_SAMPLES = 16  # fewer numbered columns are a table of results, not a waveform
_MAX_PREAMBLE = 200

_ALIASES = {
    "level": "level_db",
    "intensity": "level_db",
    "intensity_db": "level_db",
    "db": "level_db",
    "freq_hz": "frequency_hz",
    "freq": "frequency",
    "freq_khz": "frequency_khz",
    "fs": "sampling_rate_hz",
    "fs_hz": "sampling_rate_hz",
    "sampling_rate": "sampling_rate_hz",
    "subject_id": "subject",
    "patient": "subject",
    "patient_id": "subject",
    "side": "ear",
    "laterality": "ear",
    "kind": "stimulus",
    "n_sweeps": "sweeps",
    "averages": "sweeps",
    "unit": "units",
}
_TIME_NAME = re.compile(r"(?:time|t)_(\w+)")
_TIME_UNIT_MS = {
    **dict.fromkeys(("ms", "msec", "milliseconds"), 1.0),
    **dict.fromkeys(("s", "sec", "seconds"), 1000.0),
    **dict.fromkeys(("us", "usec", "microseconds"), 1e-3),
}
_LEVEL_NAME = re.compile(
    r"(?:(?:stim|stimulus)_)?(?:(?:level|intensity)(?:_?db)?|db)(?:_?(nhl|p?pespl|spl|hl))?"
)


@dataclass(frozen=True)
class Table:
    """A CSV table before its cells mean anything.

    Attributes:
        preamble: ``# key: value`` lines above the header, keys normalised.
        header: column names as written.
        names: the same, normalised (``Level(dB)`` is ``level_db``).
        text: the whole file.
        body: where in ``text`` the rows begin.
        first_line: number of the first of them.
        delimiter: comma, semicolon or tab.
    """

    preamble: dict[str, str]
    header: list[str]
    names: list[str]
    text: str
    body: int
    first_line: int
    delimiter: str

    @property
    def decimal_comma(self) -> bool:
        """Whether a comma may stand for the decimal point."""
        return self.delimiter != ","

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield line number and cells of each row that is not blank."""
        for number, line in self.lines():
            yield number, self.cells(line)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield number and text of each row that is not blank."""
        for number, line in numbered_lines(self.text[self.body :]):
            if line.strip():
                yield number + self.first_line - 1, line

    def is_cut(self, line: str, width: int) -> bool:
        """Whether a row is the last of a file that ends amid it.

        Args:
            line: the row.
            width: how many cells the row before it has.
        """
        return (
            line.count(self.delimiter) < width - 1
            and not self.text.endswith("\n")
            and self.text.endswith(line)
            and len(self.cells(line)) < width
        )

    def cells(self, line: str) -> list[str]:
        """Split a row."""
        return _cells(line, self.delimiter)

    def check_width(self, row: list[str]) -> None:
        """Refuse a row that goes on behind the last column: its cells stand under wrong names.

        Raises:
            ValueError: it does; blank cells, with which a spreadsheet pads, are nothing.
        """
        width = len(self.header)
        if len(row) > width and any(cell.strip() for cell in row[width:]):
            hint = " Are its commas decimal marks?" if self.delimiter == "," else ""
            raise ValueError(
                f"A row should have as many cells as the header, {width}. Found {len(row)}.{hint}"
            )


@dataclass(frozen=True)
class Layout:
    """Where the waveforms are.

    Attributes:
        kind: ``rows`` (a row is a waveform) or ``columns`` (a column is one).
        samples: the columns that hold samples.
        times_ms: for ``rows`` whose headers are times: those; for ``columns``: ``None``.
        time_column: for ``columns``: the column that holds the time axis.
        level: for ``columns`` with one waveform whose header states no level: what the preamble
            or the file's name states.
    """

    kind: Literal["rows", "columns"]
    samples: list[int]
    times_ms: NDArray[np.float64] | None = None
    time_column: int = -1
    level: ColumnCondition | None = None


def parse_table(text: str) -> Table:
    """Split a CSV into preamble, header and rows.

    Raises:
        ValueError: there is no header.
    """
    preamble: dict[str, str] = {}
    body = 0
    for number, line in itertools.islice(numbered_lines(text), _MAX_PREAMBLE):
        body += len(line) + 1
        # Spreadsheets pad every line to the width of the table.
        comment = line.strip('",;\t ')
        if comment.startswith("#"):
            key, colon, value = comment.lstrip("# ").partition(":")
            if colon:
                preamble[normalised(key)] = value.strip()
        elif line.strip():
            delimiter = _delimiter(line)
            header = _cells(line, delimiter)
            names = [normalised(name) for name in header]
            return Table(preamble, header, names, text, body, number + 1, delimiter)
    raise ValueError("a header row should name the columns. Found none")


def normalised(name: str) -> str:
    """Return a column name in the form this module knows.

    Example:
        >>> [normalised(n) for n in ("Level(dB)", "Freq(Hz)", "Time (µs)", "Level (dB SPL)")]
        ['level_db', 'frequency_hz', 'time_us', 'level_db_spl']
    """
    # Without its micro sign a microsecond would be a second.
    plain = name.lower().replace("\N{MICRO SIGN}", "u").replace("\N{GREEK SMALL LETTER MU}", "u")
    text = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return _ALIASES.get(text, text)


def level_column(names: list[str]) -> tuple[int, str | None] | None:
    """Return the level column and the reference its name states."""
    for index, name in enumerate(names):
        found = _LEVEL_NAME.fullmatch(name)
        if found:
            return index, REFERENCES.get(found[1], found[1]) if found[1] else None
    return None


def find_layout(table: Table, stem: str = "") -> Layout | None:
    """Find the waveforms; ``None`` when the table holds none.

    Args:
        table: the table.
        stem: the file's name, which may state the level of a file that holds one waveform.
    """
    return _rows_layout(table) or _columns_layout(table, stem)


def time_scale(name: str, span: float) -> float | None:
    """Return milliseconds per unit of a time column; a bare ``time`` is judged by its span."""
    stated = _TIME_NAME.fullmatch(name)
    if stated:
        return _TIME_UNIT_MS.get(stated[1])
    if name not in ("time", "t"):
        return None
    # An averaged response lasts 4 to 120 ms: the three units cannot be confused.
    for scale in (1.0, 1000.0, 1e-3):
        if 4.0 <= span * scale <= 120.0:
            return scale
    return None


def is_time_name(name: str) -> bool:
    """Whether a column name is that of a time axis."""
    stated = _TIME_NAME.fullmatch(name)
    return name in ("time", "t") or (stated is not None and stated[1] in _TIME_UNIT_MS)


def _rows_layout(table: Table) -> Layout | None:
    if level_column(table.names) is None and "level_db" not in table.preamble:
        return None
    samples: list[int] = []
    values: list[float] = []
    for index, cell in enumerate(table.header):
        text = re.sub(r"\s*ms$", "", cell.strip(), flags=re.I)
        try:
            value = float(to_floats([text], decimal_comma=table.decimal_comma)[0])
        except NotANumberError:
            if samples:
                return None  # numbered columns stand together, at the end
            continue
        if np.isfinite(value):
            samples.append(index)
            values.append(value)
        elif samples:
            break  # blank columns after the samples
    if len(samples) < MIN_SAMPLES:
        return None
    array = np.array(values)
    is_index = array[0] in (0.0, 1.0) and np.array_equal(array - array[0], np.arange(array.size))
    return Layout("rows", samples, times_ms=None if is_index else array)


def _columns_layout(table: Table, stem: str) -> Layout | None:
    time = next((i for i, name in enumerate(table.names) if is_time_name(name)), None)
    if time is None or len(list(itertools.islice(table.lines(), MIN_SAMPLES))) < MIN_SAMPLES:
        return None
    others = [i for i, header in enumerate(table.header) if i != time and header.strip()]
    samples = [i for i in others if column_condition(table.header[i]) is not None]
    if samples:
        return Layout("columns", samples, time_column=time)
    level = _level_of_one(table, stem) if len(others) == 1 else None
    return Layout("columns", others, time_column=time, level=level) if level else None


def _level_of_one(table: Table, stem: str) -> ColumnCondition | None:
    """Return the level of a file's only waveform: from above the table, else from its name."""
    stated = table.preamble.get("level_db")
    if stated is not None:
        return column_condition(stated)
    # A number alone, in the name of a file, may be anything.
    return column_condition(stem) if re.search(r"\d[ _-]*db", stem, re.I) else None


def _delimiter(header: str) -> str:
    # A European export has semicolons because its commas are decimal marks: where there are as many
    # of both (level;0,5;1,0), the semicolons divide.
    return max(";\t,", key=header.count)


def _cells(line: str, delimiter: str) -> list[str]:
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error as error:
        raise ValueError(f"cells should be well quoted. Found: {error}") from None
