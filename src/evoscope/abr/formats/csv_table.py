"""The table inside a plain CSV: preamble, delimiter, decimal mark, columns by name."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from evoscope.abr.formats.csv_units_row import units_row, with_unit
from evoscope.abr.formats.csv_words import ENGLISH, plain
from evoscope.abr.formats.numbers import leading_number
from evoscope.abr.formats.text import numbered_lines

_MAX_PREAMBLE = 200
_LONGEST_ROW = 1 << 20
SPACES = " "

_ALIASES = {
    **dict.fromkeys(("level", "intensity", "intensity_db", "db"), "level_db"),
    "freq_hz": "frequency_hz",
    "freq": "frequency",
    "freq_khz": "frequency_khz",
    **dict.fromkeys(("fs", "fs_hz", "sampling_rate", "sample_rate"), "sampling_rate_hz"),
    **dict.fromkeys(("sampling_frequency", "sampling_frequency_hz"), "sampling_rate_hz"),
    **dict.fromkeys(("sample_rate_hz", "frequency_d_echantillonnage"), "sampling_rate_hz"),
    **dict.fromkeys(("frequency_d_echantillonnage_hz",), "sampling_rate_hz"),
    **dict.fromkeys(("frequency_de_muestreo", "frequency_de_muestreo_hz"), "sampling_rate_hz"),
    **dict.fromkeys(("subject_id", "patient", "patient_id", "animal", "animal_id"), "subject"),
    **dict.fromkeys(("mouse", "mouse_id", "participant", "participant_id"), "subject"),
    **dict.fromkeys(("side", "laterality"), "ear"),
    "kind": "stimulus",
    **dict.fromkeys(("n_sweeps", "averages"), "sweeps"),
    "unit": "units",
}
# A level or a reference may be apart from its number: '80 dB nHL' is one name, '(ms)' part of one.
_SPACED_NAME = re.compile(
    r"\S+(?: dB(?: (?:n?HL|(?:pp?e)?SPL))?)?(?: \([^)]*\)| \[[^\]]*\])?", re.IGNORECASE
)


@dataclass(frozen=True)
class Table:
    """A CSV table before its cells mean anything.

    Attributes:
        preamble: ``# key: value`` lines above the header, keys normalised.
        header: column names as written.
        names: the same, normalised (``Level(dB)`` is ``level_db``), with the unit below them.
        units: of each column, where a row of units stands below the header; else empty.
        text: the whole file.
        body: where in ``text`` the rows begin.
        first_line: number of the first of them.
        delimiter: comma, semicolon, tab or `SPACES`, any number of which are one.
    """

    preamble: dict[str, str]
    header: list[str]
    names: list[str]
    units: tuple[str, ...]
    text: str
    body: int
    first_line: int
    delimiter: str

    @property
    def decimal_comma(self) -> bool:
        """Whether a comma may stand for the decimal point."""
        return self.delimiter != ","

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
            self.n_delimiters(line) < width - 1
            and not self.text.endswith("\n")
            and self.text.endswith(line)
            and len(self.cells(line)) < width
        )

    def n_delimiters(self, line: str) -> int:
        """Count the delimiters of a row, quoted ones too: fast, and never too few."""
        return len(line.split()) - 1 if self.delimiter == SPACES else line.count(self.delimiter)

    def cells(self, line: str) -> list[str]:
        """Split a row."""
        return _cells(line, self.delimiter)

    def check_width(self, row: list[str]) -> None:
        """Refuse a row whose cells may stand under wrong names.

        Raises:
            ValueError: it goes on behind the last column (blank cells, with which a spreadsheet
                pads, are nothing); or spaces part the columns and it has fewer than the header.
        """
        width = len(self.header)
        more = len(row) > width and any(cell.strip() for cell in row[width:])
        if more or (self.delimiter == SPACES and len(row) != width):
            hint = " Are its commas decimal marks?" if self.delimiter == "," else ""
            raise ValueError(
                f"A row should have as many cells as the header, {width}. Found {len(row)}.{hint}"
            )


def parse_table(text: str) -> Table:
    """Split a CSV into preamble, header, units and rows.

    Raises:
        ValueError: there is no header.
    """
    preamble: dict[str, str] = {}
    body = 0
    lines = numbered_lines(text)
    for number, line in itertools.islice(lines, _MAX_PREAMBLE):
        body += len(line) + 1
        # Spreadsheets pad every line to the width of the table.
        comment = line.strip('",;\t ')
        if comment.startswith("#"):
            key, colon, value = comment.lstrip("# ").partition(":")
            if colon:
                preamble[normalised(key)] = value.strip()
        elif line.strip():
            delimiter, header = _header(line, text, body)
            below = text[body : _end_of_line(text, body)]
            units = units_row(header, _cells(below, delimiter)) if below.strip() else None
            names = [
                normalised(with_unit(normalised(name), unit))
                for name, unit in itertools.zip_longest(header, units or (), fillvalue="")
            ]
            if units is not None:
                body, number = body + len(below) + 1, number + 1
            return Table(preamble, header, names, units or (), text, body, number + 1, delimiter)
    raise ValueError("a header row should name the columns. Found none")


def normalised(name: str) -> str:
    """Return a column name in the form this module knows.

    Example:
        >>> [normalised(n) for n in ("Level(dB)", "Freq(Hz)", "Time (µs)", "Level (dB SPL)")]
        ['level_db', 'frequency_hz', 'time_us', 'level_db_spl']
        >>> [normalised(n) for n in ("Zeit (ms)", "Fréquence (kHz)", "Edad (meses)")]
        ['time_ms', 'frequency_khz', 'age_months']
    """
    words = re.split(r"[^a-z0-9]+", plain(name))
    text = "_".join(ENGLISH.get(word, word) for word in words if word)
    return _ALIASES.get(text, text)


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _header(line: str, text: str, body: int) -> tuple[str, list[str]]:
    """Return the delimiter and the names of a header; without delimiters, by what follows it."""
    # A European export has semicolons because its commas are decimal marks: where there are as many
    # of both (level;0,5;1,0), the semicolons divide.
    delimiter = max(";\t,", key=line.count)
    if delimiter in line:
        return delimiter, _cells(line, delimiter)
    below = text[body : body + _LONGEST_ROW]
    for _, row in itertools.islice(numbered_lines(below), 3):  # a row of units, a blank one
        parts = row.split()
        if len(parts) > 1 and leading_number(parts[-1]) is not None:
            return SPACES, _spaced(line.strip(), len(parts))
    return ",", [line]


def _spaced(line: str, width: int) -> list[str]:
    """Split a header at spaces so that it has as many names as its rows have cells."""
    ways = [line.split(), re.split(r"\s{2,}", line), _SPACED_NAME.findall(line)]
    return next((names for names in ways if len(names) == width), ways[0])


def _cells(line: str, delimiter: str) -> list[str]:
    if delimiter == SPACES:
        return line.split()
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error as error:
        raise ValueError(f"cells should be well quoted. Found: {error}") from None
