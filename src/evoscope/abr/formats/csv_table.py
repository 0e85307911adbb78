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

from evoscope.abr.formats.numbers import NotANumberError, leading_number, to_floats
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
    "kind": "stimulus",
    "n_sweeps": "sweeps",
    "averages": "sweeps",
    "unit": "units",
}
_TIME_UNIT_MS = {"time_ms": 1.0, "t_ms": 1.0, "time_s": 1000.0, "t_s": 1000.0}
_TIME_UNIT_MS |= {"time_us": 1e-3, "t_us": 1e-3}
_LEVEL_HEADER = re.compile(r"(-?\d+(?:[.,]\d+)?)[ _]*db(?:[ _]*(nhl|spl|pespl))?", re.I)
_FREQUENCY_HEADER = re.compile(r"(\d+(?:[.,]\d+)?)[ _]*(k?hz)", re.I)
_LEVEL_NAME = re.compile(r"(?:level|intensity)_(?:db_)?(nhl|spl|pespl)")
REFERENCES = {"nhl": "nHL", "spl": "SPL", "pespl": "peSPL"}


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

    def cells(self, line: str) -> list[str]:
        """Split a row."""
        return _cells(line, self.delimiter)


@dataclass(frozen=True)
class Layout:
    """Where the waveforms are.

    Attributes:
        kind: ``rows`` (a row is a waveform) or ``columns`` (a column is one).
        samples: the columns that hold samples.
        times_ms: for ``rows`` whose headers are times: those; for ``columns``: ``None``.
        time_column: for ``columns``: the column that holds the time axis.
    """

    kind: Literal["rows", "columns"]
    samples: list[int]
    times_ms: NDArray[np.float64] | None = None
    time_column: int = -1


@dataclass(frozen=True)
class ColumnCondition:
    """What the header of a waveform column says: ``4 kHz 80 dB SPL``."""

    level_db: float
    reference: str | None
    frequency: str | None


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
        >>> [normalised(n) for n in ("Level(dB)", "Freq(Hz)", "Sweeps", "Level (dB SPL)")]
        ['level_db', 'frequency_hz', 'sweeps', 'level_db_spl']
    """
    text = re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")
    return _ALIASES.get(text, text)


def level_column(names: list[str]) -> tuple[int, str | None] | None:
    """Return the level column and the reference its name states."""
    for index, name in enumerate(names):
        found = _LEVEL_NAME.fullmatch(name)
        if name == "level_db" or found:
            return index, REFERENCES[found[1]] if found else None
    return None


def find_layout(table: Table) -> Layout | None:
    """Find the waveforms; ``None`` when the table holds none."""
    return _rows_layout(table) or _columns_layout(table)


def column_condition(header: str) -> ColumnCondition | None:
    """Read level, reference and frequency from the header of a waveform column.

    Example:
        >>> column_condition("4 kHz 80 dB SPL")
        ColumnCondition(level_db=80.0, reference='SPL', frequency='4 kHz')
        >>> column_condition("80").level_db, column_condition("comment")
        (80.0, None)
    """
    frequency = _FREQUENCY_HEADER.search(header)
    level = _LEVEL_HEADER.search(header)
    if level is not None:
        value = float(level[1].replace(",", "."))
        reference = REFERENCES[level[2].lower()] if level[2] else None
    else:
        bare = leading_number(header)
        if bare is None or bare[1]:
            return None
        value, reference = bare[0], None
    word = f"{frequency[1]} {frequency[2]}" if frequency else None
    if word is None and re.search(r"\bclick\b", header, re.I):
        word = "click"
    return ColumnCondition(value, reference, word)


def time_scale(name: str, span: float) -> float | None:
    """Return milliseconds per unit of a time column; a bare ``time`` is judged by its span."""
    if name in _TIME_UNIT_MS:
        return _TIME_UNIT_MS[name]
    if name not in ("time", "t"):
        return None
    # An averaged response lasts 4 to 120 ms: the three units cannot be confused.
    for scale in (1.0, 1000.0, 1e-3):
        if 4.0 <= span * scale <= 120.0:
            return scale
    return None


def is_time_name(name: str) -> bool:
    """Whether a column name is that of a time axis."""
    return name in _TIME_UNIT_MS or name in ("time", "t")


def _rows_layout(table: Table) -> Layout | None:
    if level_column(table.names) is None:
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


def _columns_layout(table: Table) -> Layout | None:
    time = next((i for i, name in enumerate(table.names) if is_time_name(name)), None)
    if time is None or len(list(itertools.islice(table.lines(), MIN_SAMPLES))) < MIN_SAMPLES:
        return None
    samples = [
        i
        for i, header in enumerate(table.header)
        if i != time and column_condition(header) is not None
    ]
    return Layout("columns", samples, time_column=time) if samples else None


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
