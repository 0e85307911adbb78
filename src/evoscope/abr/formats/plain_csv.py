"""Plain CSV waveforms: the format to write when a device has none of its own.

This docstring is the documentation of the format. A file is UTF-8 text: optional comment lines,
one header row, data rows. The delimiter is a comma, a semicolon or a tab; with the last two a
comma may be the decimal mark. Column names ignore case, spaces and punctuation
(``Level(dB)`` = ``level_db``).

**A waveform per row** (numbered columns at the end; at least 16)::

    # units: uV
    # sampling_rate_hz: 20000
    # level_reference: nHL
    level_db,frequency_hz,sweeps,0,1,2,3,...
    60,,2000,0.012,0.034,...
    50,,2000,0.010,0.021,...

The numbered columns are sample indices from 0 or 1, or times in ms after stimulus onset.
Columns before them whose name is not known are ignored, with a warning.

**A waveform per column** (a time axis, and the level in each header)::

    # stimulus: click
    time_ms,80 dB,60 dB,40 dB
    -1.00,0.01,0.02,0.00
    -0.95,0.02,0.01,0.01

The time column is ``time_ms``, ``time_s``, ``time_us`` (or ``time``: the unit is judged by its
span) and counts from stimulus onset. A header may add frequency, reference, ear, polarity and unit
(``4 kHz 80 dB SPL left rarefaction (nV)``) and anything else: equal conditions are replicates. A
file of one waveform may state its level above the table, or in its name (``P3_80dB.csv``).

**What may be stated**, as ``# key: value`` for the file or, in the row layout, as a column for
each row (a column wins):

========================= =====================================================================
``units``                 uV (default), nV, mV or V; for the file, or in the headers of columns
``level_db``              required; a name such as ``level_db_spl`` also states the reference
``frequency_hz``          or ``frequency_khz``; blank, 0 or ``click`` is a click
``sampling_rate_hz``      required unless the header or a time column gives it; 500 Hz to 1 MHz
``onset_ms``              stimulus onset after the first sample, in ms; default 0, marked assumed
``onset_source``          file, assumed or corrected
``level_reference``       nHL, SPL, peSPL or unknown
``stimulus``              click, tone, chirp or unknown
``rate_hz``               stimuli per second
``polarity``              alternating, rarefaction, condensation or unknown
``transducer``            insert, headphone, bone, free field or unknown
``tube_delay_ms``         and ``tube_delay_included`` (true or false)
``duration_ms``           of the stimulus
``masking_db``            contralateral masking
``subject``, ``ear``      ear: left, right, both (or L, R, B); subject: else the file's name
                          without its level
``species``               human, mouse, rat, gerbil, guinea pig, chinchilla
``sex``                   female, male
``age_years``             and ``age_weeks``
``sweeps``                and ``sweeps_rejected``
``high_pass_hz``          and ``low_pass_hz`` of the acquisition filter
``record``, ``half``      rows of one ``record`` whose ``half`` is ``A``, ``B`` and ``average``
                          are one recording with its half-averages; without an ``average`` row
                          it is the mean of the halves
========================= =====================================================================

A frequency column without a unit is in kHz below 100, else in Hz. The table of the ABRA program
(``Freq(Hz),Level(dB),0,1,2,...`` and nothing else) states no rate: its rows are 10 ms long.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.formats import biosig_csv
from evoscope.abr.formats.csv_doubts import CUT, doubt_of_replicates, doubt_of_unit, ignored
from evoscope.abr.formats.csv_fields import (
    KNOWN,
    Fields,
    check_clock,
    clock,
    count,
    number,
    stimulus,
    subject,
)
from evoscope.abr.formats.csv_headers import (
    UNITS,
    column_condition,
    has_ear_letters,
)
from evoscope.abr.formats.csv_table import (
    Layout,
    Table,
    find_layout,
    level_column,
    parse_table,
    time_scale,
)
from evoscope.abr.formats.errors import FormatError, NotARecordingError
from evoscope.abr.formats.numbers import NotANumberError, to_floats
from evoscope.abr.formats.reader import Head, Reader
from evoscope.abr.formats.salvage import keep_good
from evoscope.abr.formats.text import head_text, load_text, stem_of
from evoscope.abr.recording import OnsetSource, Recording, Source

NAME = "csv"
_ABRA_MS = 10.0
_SPARE_CELLS = 1000  # a spreadsheet pads rows; a row far longer than its header is not one
_UNEVEN = "Export the file again, with semicolons or tabs between its columns."
_NO_RATE = "Add a line '# sampling_rate_hz: 20000' at the top, or a time axis."
_LAYOUT = (
    "A plain CSV needs a level column and numbered sample columns, or a time_ms column and one "
    "column per level."
)
Job = tuple[str, Callable[[], Recording]]


def sniff(head: Head) -> bool:
    """Whether the head is a table with waveforms in rows or in columns."""
    text = head_text(head)
    if head.is_folder or "\0" in text or biosig_csv.sniff(head):
        return False  # BioSigRZ's table is one of waveforms too, with a reader of its own
    try:
        return find_layout(parse_table(text), stem_of(head.path)) is not None
    except ValueError:
        return False


def read(path: Path) -> list[Recording]:
    """Read every waveform of a plain CSV.

    Raises:
        NotARecordingError: a table without waveforms.
        FormatError: no sampling rate, an unknown unit, or no usable waveform.
    """
    text = load_text(path)
    try:
        table = parse_table(text)
        layout = find_layout(table, stem_of(path))
        if layout is None:
            columns = ", ".join(table.header[:6])[:120]
            raise NotARecordingError(
                str(path), "", f"Waveforms should be there. Found columns {columns}.", _LAYOUT
            )
        scale = _unit(table, layout)
        read_layout = _rows if layout.kind == "rows" else _columns
        jobs, warnings = read_layout(path, table, layout, 1.0 if scale is None else scale)
    except FormatError:
        raise
    except ValueError as error:
        raise FormatError(str(path), "", f"The table: {error}.", _LAYOUT) from None
    recordings = keep_good(str(path), jobs, warnings)
    doubt = doubt_of_unit(recordings) if scale is None else None
    return [r.with_warning(doubt) for r in recordings] if doubt else recordings


def _unit(table: Table, layout: Layout) -> float | None:
    """Return microvolts per unit; ``None`` where no unit is stated."""
    named = layout.samples if layout.kind == "columns" else ()  # in rows they are numbers
    headers = [column_condition(table.header[i]) for i in named]
    stated = {c.unit for c in headers if c is not None and c.unit}
    if "units" in table.preamble:
        stated.add(table.preamble["units"].strip().lower())
    unknown = sorted(stated - UNITS.keys())
    if unknown:
        raise ValueError(f"'units' should be uV, nV, mV or V. Found {unknown[0][:20]!r}")
    scales = {UNITS[unit] for unit in stated}
    if len(scales) > 1:
        raise ValueError(f"units should be the same throughout. Found {', '.join(sorted(stated))}")
    return scales.pop() if scales else None


def _rows(
    path: Path, table: Table, layout: Layout, scale: float
) -> tuple[list[Job], tuple[str, ...]]:
    first = layout.samples[0]
    level = level_column(table.names)
    axis = _clock_of(layout.times_ms) if layout.times_ms is not None else None
    described = [name for i, name in enumerate(table.names) if i < first]
    strange = [
        header
        for i, (name, header) in enumerate(zip(described, table.header, strict=False))
        if header.strip() and name not in KNOWN and (level is None or i != level[0])
    ]
    warnings = list(ignored(strange, "Columns of an unknown name"))
    abra = set(described) == {"frequency_hz", "level_db"} and not table.preamble
    if abra and axis is None:
        axis = (len(layout.samples) * 1000.0 / _ABRA_MS, None)
        warnings.append("The table states no sampling rate: rows of 10 ms are assumed, as in ABRA.")
    where = {name: described.index(name) for name in ("record", "half") if name in described}
    limit = len(table.header) + _SPARE_CELLS
    width = 0
    levels: set[str] = set()
    parts: dict[str, dict[str, str]] = {}
    for line_number, line in table.lines():
        if not first <= line.count(table.delimiter) < limit:
            continue  # a remark, or the last row of a cut file: no samples; or not a row at all
        if table.is_cut(line, width):
            warnings.append(CUT)
            continue
        cells = table.cells(line)
        width = len(cells)
        levels.update(cells[level[0] : level[0] + 1] if level is not None else ())
        record, half = (cells[where[n]].strip() if n in where else "" for n in ("record", "half"))
        key = f"record {record}" if record and half else f"line {line_number}"
        name = _half(half) if half else "average"
        halves = parts.setdefault(key, {})
        if name in halves:
            raise ValueError(f"{key} should have each half once. Found {half!r} again")
        halves[name] = line

    if level is not None and level[1] is None:
        level = _with_one_reference(level, levels)

    def job(index: int, key: str) -> Job:
        def build() -> Recording:
            rows = {name: table.cells(line) for name, line in parts[key].items()}
            for row in rows.values():
                table.check_width(row)
            fields = _fields_of(next(iter(rows.values())), table, described, level)
            values = {
                name: _values(cells[first : layout.samples[-1] + 1], table, scale)
                for name, cells in rows.items()
            }
            return _recording(path, index, fields, values, axis)

        return key, build

    return [job(index, key) for index, key in enumerate(parts)], tuple(warnings)


def _fields_of(
    cells: list[str], table: Table, described: list[str], level: tuple[int, str | None] | None
) -> Fields:
    """Return what a row states, over what the preamble states for the whole file."""
    fields = dict(table.preamble)
    stated = zip(described, cells, strict=False)
    fields |= {name: cell.strip() for name, cell in stated if name and cell.strip()}
    if "frequency_hz" in described:
        fields.setdefault("frequency_hz", "")  # a blank in a column of frequencies: a click
    if level is not None:
        fields["level_db"] = cells[level[0]].strip() if level[0] < len(cells) else ""
        if level[1]:
            fields.setdefault("level_reference", level[1])
    return fields


def _with_one_reference(level: tuple[int, str | None], cells: set[str]) -> tuple[int, str | None]:
    """Return the level column with the reference that its cells state: ``70 dB nHL``."""
    conditions = map(column_condition, cells)
    said = sorted({c.reference for c in conditions if c is not None and c.reference})
    if len(said) > 1:
        raise ValueError(f"levels should have one reference. Found {', '.join(said)}")
    return (level[0], said[0]) if said else level


def _half(text: str) -> str:
    """Return ``A``, ``B`` or ``average``."""
    word = text.lower()
    if word in ("a", "b"):
        return word.upper()
    if word in ("average", "avg", "mean"):
        return "average"
    raise ValueError(f"'half' should be A, B or average. Found {text[:20]!r}")


def _columns(
    path: Path, table: Table, layout: Layout, scale: float
) -> tuple[list[Job], tuple[str, ...]]:
    cells: dict[int, list[str]] = {i: [] for i in (layout.time_column, *layout.samples)}
    cut, width = False, 0
    for line_number, line in table.lines():
        row = table.cells(line)
        try:
            table.check_width(row)
        except ValueError as error:
            raise FormatError(str(path), f"line {line_number}", str(error), _UNEVEN) from None
        if table.is_cut(line, width):
            cut = True
            break
        width = len(row)
        for index, column in cells.items():
            column.append(row[index] if index < len(row) else "")
    name = table.names[layout.time_column]
    try:
        times = to_floats(cells[layout.time_column], decimal_comma=table.decimal_comma)
    except NotANumberError as error:
        raise ValueError(f"column '{name}' {error}") from None
    unit_ms = time_scale(name, float(times[-1] - times[0]) if np.isfinite(times).all() else 0.0)
    if unit_ms is None:
        raise ValueError(f"the unit of column '{name}' should be clear. Call it time_ms or time_s")
    axis = _clock_of(times * unit_ms)
    letters = has_ear_letters(table.header)
    conditions = {
        i: column_condition(table.header[i], letters_are_ears=letters) or layout.level
        for i in layout.samples
    }
    left_out = [h for i, h in enumerate(table.header) if i not in cells and h.strip()]
    warnings = [
        *ignored(left_out, "Columns without a level in their name"),
        *doubt_of_replicates(table.header, conditions),
        *((CUT,) if cut else ()),
    ]

    def job(index: int, column: int) -> Job:
        def build() -> Recording:
            condition = conditions[column]
            assert condition is not None  # the layout lists only such columns
            fields = dict(table.preamble) | condition.fields
            return _recording(
                path, index, fields, {"average": _values(cells[column], table, scale)}, axis
            )

        return f"column '{table.header[column]}'", build

    return [job(index, column) for index, column in enumerate(layout.samples)], tuple(warnings)


def _clock_of(times_ms: NDArray[np.float64]) -> tuple[float, float | None]:
    """Return sampling rate and index of time zero of an even time axis."""
    if not np.isfinite(times_ms).all() or times_ms.size < 2:
        raise ValueError("the time axis should be a number in every row. Found a gap")
    step = float(times_ms[-1] - times_ms[0]) / (times_ms.size - 1)
    even = times_ms[0] + step * np.arange(times_ms.size)
    # Rounded times of an even axis are off by less than half a step.
    if step <= 0 or np.abs(times_ms - even).max() > 0.5 * step or not np.isfinite(1000.0 / step):
        raise ValueError("the time axis should rise in equal steps. Found that it does not")
    return 1000.0 / step, -float(times_ms[0]) / step


def _values(cells: list[str], table: Table, scale: float) -> NDArray[np.float64]:
    """Return samples in microvolts, without the blank cells that end a shorter waveform."""
    try:
        values = to_floats(cells, decimal_comma=table.decimal_comma) * scale
    except NotANumberError as error:
        raise ValueError(f"A sample {error}.") from None
    blank = np.array([not cell.strip() for cell in cells])
    stop = values.size - int(np.argmin(blank[::-1])) if not blank.all() else 0
    if stop == 0 or blank[:stop].any():
        raise ValueError("Samples should follow one another. Found a blank cell among them.")
    return values[:stop]


def _recording(
    path: Path,
    index: int,
    fields: Fields,
    values: dict[str, NDArray[np.float64]],
    axis: tuple[float, float | None] | None,
) -> Recording:
    rate_hz, onset = axis if axis is not None else (clock(fields), None)
    if rate_hz is None or rate_hz <= 0:
        raise ValueError(
            f"'sampling_rate_hz' should be positive. Found {fields.get('sampling_rate_hz')!r}. "
            + _NO_RATE
        )
    check_clock(rate_hz)
    source = cast(OnsetSource, fields.get("onset_source", "file"))
    if onset is None and "onset_ms" in fields:
        onset = (number(fields, "onset_ms") or 0.0) * rate_hz / 1000.0
    if onset is None:
        onset, source = 0.0, "assumed"
    if ("A" in values) != ("B" in values):
        raise ValueError("A record should have both halves, A and B. Found one.")
    halves = np.stack([values["A"], values["B"]]) if "A" in values else None
    average = values.get("average", halves.mean(axis=0) if halves is not None else None)
    assert average is not None  # every record has a row
    low, high = number(fields, "high_pass_hz"), number(fields, "low_pass_hz")
    return Recording(
        waveform=average.astype(np.float32),
        halves=None if halves is None else halves.astype(np.float32),
        sampling_rate_hz=rate_hz,
        onset_sample=onset,
        onset_source=source,
        stimulus=stimulus(fields),
        subject=subject(path, fields),
        source=Source(path=str(path), format=NAME, record=index),
        sweeps=count(fields, "sweeps") or None,
        sweeps_rejected=count(fields, "sweeps_rejected"),
        band_hz=(low, high) if low is not None and high is not None else None,
    )


READER = Reader(NAME, sniff, read)
