"""Where the waveforms of a plain CSV are: in rows or in columns, or why they cannot be read."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.formats.csv_headers import ColumnCondition, column_condition, has_ear_letters
from evoscope.abr.formats.csv_table import SPACES, Table
from evoscope.abr.formats.csv_units_row import TIMES_MS
from evoscope.abr.formats.csv_words import REFERENCES
from evoscope.abr.formats.numbers import NotANumberError, leading_number, to_floats

MIN_SAMPLES = 16  # fewer numbered columns are a table of results, not a waveform

_TIME_NAME = re.compile(r"(?:time|t)_(?:in_|en_)?(\w+)")
_LEVEL_NAME = re.compile(
    r"(?:(?:stim|stimulus)_)?(?:(?:level|intensity)(?:_?db)?|db)(?:_?(nhl|p?pespl|spl|hl))?"
)
# Names that programs and people give to samples: s0, sample_1, V1 and X1 (R), Var1 (MATLAB). Not
# "ch": channels are numbered, too.
_NUMBERED = re.compile(
    r"(?:s|sample|samp|x|y|v|var|t|pt|point|data|value|val|n|i|amp|uv)[ _.]?(\d+)", re.I
)


@dataclass(frozen=True)
class Layout:
    """Where the waveforms are.

    Attributes:
        kind: ``rows`` (a row is a waveform) or ``columns`` (a column is one).
        samples: the columns that hold samples.
        times_ms: for ``rows`` whose headers are times: those; for ``columns``: ``None``.
        time_column: for ``columns``: the column that holds the time axis.
        conditions: for ``columns``: what is recorded in each.
    """

    kind: Literal["rows", "columns"]
    samples: list[int]
    times_ms: NDArray[np.float64] | None = None
    time_column: int = -1
    conditions: tuple[ColumnCondition, ...] = ()


def level_column(names: list[str]) -> tuple[int, str | None] | None:
    """Return the level column and the reference its name states."""
    for index, name in enumerate(names):
        found = _LEVEL_NAME.fullmatch(name)
        if found:
            return index, REFERENCES.get(found[1], found[1]) if found[1] else None
    return None


def find_layout(table: Table, stem: str = "") -> Layout | None:
    """Find the waveforms; ``None`` when the table holds none that can be read.

    Args:
        table: the table.
        stem: the file's name, which may state the level of a file of one level.
    """
    return _rows_layout(table) or _columns_layout(table, stem)


def time_scale(name: str, span: float) -> float | None:
    """Return milliseconds per unit of a time column; a bare ``time`` is judged by its span."""
    stated = _TIME_NAME.fullmatch(name)
    if stated:
        return TIMES_MS.get(stated[1])
    if name not in ("time", "t"):
        return None
    # An averaged response lasts 4 to 120 ms: the three units cannot be confused.
    for scale in (1.0, 1000.0, 1e-3):
        if 4.0 <= span * scale <= 120.0:
            return scale
    return None


def what_is_missing(table: Table, stem: str = "") -> tuple[str, str] | None:
    """Say why a table that looks like waveforms cannot be read, and what to do about it.

    Returns:
        What should hold and what was found, and what to do; ``None`` where nothing looks like
        waveforms.
    """
    first = [table.cells(line) for _, line in itertools.islice(table.lines(), MIN_SAMPLES)]
    time = _time_column(table)
    found = ", ".join(h.strip() for i, h in enumerate(table.header) if i != time)[:100]
    if time is not None and len(first) == MIN_SAMPLES:
        if table.delimiter == SPACES and len(first[-1]) != len(table.header):
            return (
                f"Each column should have one name. Found {len(table.header)} names, parted by "
                f"spaces, over {len(first[-1])} columns of numbers.",
                "Write names without spaces (80dB), or part names and numbers by semicolons.",
            )
        times = [row[time] for row in first if time < len(row)]
        if sum(leading_number(cell) is not None for cell in times) < MIN_SAMPLES // 2:
            return None  # a log of events, by the hour
        if _level_of_file(table, stem) is not None:
            return (
                f"Each column should be known. Found columns {found}, and one level for all.",
                "Name the ears (Left, Right), or write what each column is into its header "
                "(80 dB rarefaction); remove what is no waveform.",
            )
        return (
            f"Each column should state its level. Found columns {found}.",
            "Write it into the headers (Left 80 dB); a file of one level may state it above the "
            "table (# level_db: 80) or in its name (P3_80dB.csv).",
        )
    if _numbered(table) is not None and first:
        stated = [header for header in table.header if leading_number(header) is None]
        return (
            "Each row should state its level. Found columns "
            f"{', '.join(stated)[:100] or 'of samples alone'}.",
            "Add a column level_db, or a line '# level_db: 80' at the top.",
        )
    if _is_axis(first, 0) and all(leading_number(cell) for cell in table.header if cell.strip()):
        return (
            f"A header row should name the columns. Found numbers: {', '.join(table.header)[:60]}.",
            "Write one above them: time_ms,80 dB,60 dB.",
        )
    loud = [h for h in table.header if re.search(r"\d ?dB", h, re.I) and column_condition(h)]
    if len(first) == MIN_SAMPLES and loud and len(loud) >= len(table.header) - 1:
        return (
            f"A time axis should stand beside the waveforms. Found columns {found}.",
            "Write the times into a first column called time_ms (or time_s, time_us).",
        )
    return None


def _is_axis(rows: list[list[str]], column: int) -> bool:
    """Whether the first cells of a column rise in even steps, with something beside them."""
    cells = [row[column] for row in rows if len(row) > 1]
    if len(cells) < MIN_SAMPLES:
        return False
    try:
        steps = np.diff(to_floats(cells))
    except NotANumberError:
        return False
    return bool(steps.min() > 0 and np.ptp(steps) <= 0.5 * steps.mean())


def _time_column(table: Table) -> int | None:
    return next((i for i, name in enumerate(table.names) if _is_time_name(name)), None)


def _is_time_name(name: str) -> bool:
    stated = _TIME_NAME.fullmatch(name)
    return name in ("time", "t") or (stated is not None and stated[1] in TIMES_MS)


def _rows_layout(table: Table) -> Layout | None:
    if level_column(table.names) is None and "level_db" not in table.preamble:
        return None
    found = _numbered(table)
    if found is None:
        return None
    samples, array = found
    is_index = array[0] in (0.0, 1.0) and np.array_equal(array - array[0], np.arange(array.size))
    return Layout("rows", samples, times_ms=None if is_index else array)


def _numbered(table: Table) -> tuple[list[int], NDArray[np.float64]] | None:
    """Return the numbered columns at the end of a table and their numbers."""
    counted = _counted(table.header)
    samples: list[int] = []
    values: list[float] = []
    for index, cell in enumerate(table.header):
        text = counted.get(index, re.sub(r"\s*ms$", "", cell.strip(), flags=re.I))
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
    return (samples, np.array(values)) if len(samples) >= MIN_SAMPLES else None


def _counted(header: list[str]) -> dict[int, str]:
    """Return the numbers of columns ``s0``, ``s1``, ... where they count by one, from 0 or 1."""
    matches = {i: _NUMBERED.fullmatch(cell.strip()) for i, cell in enumerate(header)}
    found = {i: match[1] for i, match in matches.items() if match}
    numbers = [int(text) for text in found.values()]
    prefixes = {header[i].strip().rstrip("0123456789") for i in found}
    counting = bool(numbers) and numbers[0] in (0, 1) and len(prefixes) == 1
    return found if counting and numbers == [*range(numbers[0], numbers[-1] + 1)] else {}


def _columns_layout(table: Table, stem: str) -> Layout | None:
    time = _time_column(table)
    if time is None or len(list(itertools.islice(table.lines(), MIN_SAMPLES))) < MIN_SAMPLES:
        return None
    others = {i: header for i, header in enumerate(table.header) if i != time and header.strip()}
    first = table.cells(next(table.lines())[1])
    if table.delimiter == SPACES and len(table.header) != len(first):
        return None
    letters = has_ear_letters(table.header)
    stated = {i: column_condition(h, letters_are_ears=letters) for i, h in others.items()}
    if not any(stated.values()):
        stated = _of_one_level(others, _level_of_file(table, stem), letters=letters)
    known = {i: condition for i, condition in stated.items() if condition is not None}
    if not known:
        return None
    return Layout("columns", [*known], time_column=time, conditions=(*known.values(),))


def _of_one_level(
    headers: dict[int, str], level: ColumnCondition | None, *, letters: bool
) -> dict[int, ColumnCondition | None]:
    """Return what the columns of a file of one level hold: one waveform, or an ear each."""
    if level is None:
        return {}
    # With a level beside it, a header is read like any other.
    read = {
        i: column_condition(f"{header} 0 dB", letters_are_ears=letters)
        for i, header in headers.items()
    }
    found = {
        i: replace(
            level,
            ear=said.ear or level.ear,
            polarity=said.polarity or level.polarity,
            unit=said.unit,
        )
        for i, said in read.items()
        if said is not None and (said.ear or said.polarity or len(headers) == 1)
    }
    different = {(condition.ear, condition.polarity) for condition in found.values()}
    return dict(found) if len(found) == len(headers) == len(different) else {}


def _level_of_file(table: Table, stem: str) -> ColumnCondition | None:
    """Return the level of a file of one level: from above the table, else from its name."""
    stated = table.preamble.get("level_db")
    if stated is not None:
        return column_condition(stated)
    # A number alone, in the name of a file, may be anything.
    return column_condition(stem) if re.search(r"\d[ _-]*db", stem, re.I) else None
