"""Intelligent Hearing Systems SmartEP text export (``.TXT``, often gzipped).

Header rows hold one value per record, in the first column of the record's block; below, each
block has the average and its two half-averages ("buffers"), as counts and as microvolts::

    uV = counts * ADvolts * 1e6 / (sweeps * 32767 * gain * 1000)

with the sweeps of the average or, for a buffer, half of them; ``ADvolts`` is 10 (USB, USBjr) or
5 (USBlite) and is found by comparing with the microvolt columns. Those have four decimals: the
counts are finer, so they are what is read.

Time zero is the row whose ``Data Pnt`` equals ``Zero Position``: 1-based, as the file's own
numbering and the device's users count. (Between records of one ear at 25 and at 50 us this
choice aligns the responses better than counting from 0, by 25 us.)

The buffer begins half its length before the stimulus leaves the device; at the usual rates the
response to the *previous* stimulus lies in that part. It is not a noise-only baseline.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from operator import methodcaller
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json

from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.numbers import (
    NotANumberError,
    field_count,
    field_number,
    frequency_hz,
    to_floats,
)
from evoscope.abr.formats.reader import Head, Reader
from evoscope.abr.formats.salvage import keep_good
from evoscope.abr.formats.text import head_text, load_text, numbered_lines, stem_of, without_level
from evoscope.abr.recording import Ear, Recording, Source, Stimulus, Subject

NAME = "ihs"
AD_VOLTS = (10.0, 5.0)
FULL_SCALE = 32767
WRITTEN_HERE = "SYNTHETIC"  # the identifier of a file that no device wrote, of any length
_MAX_HEADER_ROWS = 64
_MIN_PADDING = 8  # shorter runs of zeros can be data
_USUAL_POINTS = 256  # devices record 256, 512 or 1,024 points
_EARS: dict[str, Ear] = {"r": "right", "l": "left", "b": "both"}
_ROWS_AT_ONCE = 256  # of a few hundred cells: their objects are gone before more are made
_OF_NUMBERS = b"0123456789+-.eE, \t\n"
_CUT = "The file is cut short or damaged: export it again."

Columns = dict[str, NDArray[np.float64]]


def microvolts_per_count(sweeps: float, gain_k: float, ad_volts: float) -> float:
    """Return the size of one count in an average of ``sweeps`` sweeps, in microvolts.

    Example:
        >>> round(28 * microvolts_per_count(500, 100, 10), 4)
        0.0002
    """
    return ad_volts * 1e6 / (sweeps * FULL_SCALE * gain_k * 1000.0)


def sniff(head: Head) -> bool:
    """Whether the head has SmartEP's first row and its rows of sampling."""
    text = head_text(head)
    return text.startswith("Identifier:") and ("Smp. Period" in text or "Data Pnt" in text)


def read(path: Path) -> list[Recording]:
    """Read every record of a SmartEP text export, with its half-averages.

    Raises:
        FormatError: no data rows, incomplete rows, or no usable record.
    """
    lines = numbered_lines(load_text(path))
    header, names = _header(lines, path)
    table = _table(lines, names, path)
    levels = {field_number(v) for v in header.get("intensity", [])[1:] if v.strip()}
    stem = stem_of(path)
    subject = without_level(stem) if len(levels) == 1 else stem

    def job(index: int, start: int, stop: int) -> tuple[str, Callable[[], Recording]]:
        fields = {name: cells[start] for name, cells in header.items() if start < len(cells)}
        columns = {names[i]: table[:, i] for i in range(start, stop)}
        return (
            f"record {index + 1}",
            lambda: _recording(path, index, subject, fields, columns, float(table[0, 0])),
        )

    warnings = []
    if len(table) % _USUAL_POINTS and WRITTEN_HERE not in header.get("identifier", ()):
        warnings.append(
            f"The file has {len(table)} data points where SmartEP writes 1024 (or 512, 256): "
            "it may have been cut short."
        )
    blocks = _blocks(names[: table.shape[1]])
    return keep_good(str(path), (job(i, a, b) for i, (a, b) in enumerate(blocks)), warnings)


def _header(lines: Iterator[tuple[int, str]], path: Path) -> tuple[dict[str, list[str]], list[str]]:
    header: dict[str, list[str]] = {}
    for _, line in itertools.islice(lines, _MAX_HEADER_ROWS):
        cells = line.split(",")
        name = cells[0].strip().rstrip(":.").lower()
        if name == "data pnt":
            names = [cell.strip().rstrip(":").lower() for cell in cells]
            return header, names
        header[name] = cells
    raise FormatError(
        str(path), "header", "A row 'Data Pnt:' should name the columns. Found none.", _CUT
    )


def _blocks(names: list[str]) -> list[tuple[int, int]]:
    """Return the column range of each record: a block begins where its average does."""
    starts: list[int] = []
    for i, name in enumerate(names):
        inside = names[starts[-1] : i] if starts else []
        if name.startswith("average") and (
            not names[i - 1].startswith("average") or name in inside
        ):
            starts.append(i)
    return list(zip(starts, [*starts[1:], len(names)], strict=True)) if starts else []


def _table(lines: Iterator[tuple[int, str]], names: list[str], path: Path) -> NDArray[np.float64]:
    rows, least = [], _least(names)
    for number, line in lines:
        if line.strip():
            rows.append((number, line))
            if line.count(",") + 1 < least:
                break  # an error, said below: what follows is not kept
    if not rows:
        raise FormatError(str(path), "", "Data rows should follow the header. Found none.", _CUT)
    table = _at_once([line for _, line in rows], names)
    if table is None:
        table = _row_by_row(rows, names, path)
    if not np.array_equal(table[:, 0], table[0, 0] + np.arange(len(rows))):
        raise FormatError(
            str(path), "column 'Data Pnt'", "Data points should count up by one. Found a gap.", _CUT
        )
    # A count of -0 is one of 0, however its row was read: copies are found by their bytes.
    return table + 0.0


def _least(names: list[str]) -> int:
    """How many cells a row has at least: one for every named column."""
    return 1 + max(i for i, name in enumerate(names) if name)


def _at_once(lines: list[str], names: list[str]) -> NDArray[np.float64] | None:
    """Read rows that are as they should be, many a call; ``None`` where any is not.

    The same numbers as `_row_by_row`, and sooner: which row is wrong, and how, is only asked where
    one is. Between commas an export writes its numbers as JSON does, which is parsed fast.
    """
    filled = lines[0].rstrip().removesuffix(",").count(",") + 1
    width = lines[0].count(",") + 1
    if width < _least(names) or width - filled > 1:
        return None
    if set(map(methodcaller("count", ","), lines)) != {width - 1}:
        return None
    table = np.full((len(lines), width), np.nan)
    # Many exports end each row with a delimiter: its blank has to be blank in every row.
    between = "\n" if width > filled else ",\n"
    for start in range(0, len(lines), _ROWS_AT_ONCE):
        rows = lines[start : start + _ROWS_AT_ONCE]
        text = between.join(rows).rstrip().removesuffix(",").encode()
        if text.translate(None, _OF_NUMBERS):
            return None
        try:
            values = from_json(b"[" + text + b"]")
            cells = np.fromiter(values, np.float64, len(rows) * filled)
        except (ValueError, OverflowError):  # blank, not as JSON has it, too many or too large
            return None
        if len(values) != cells.size:
            return None
        table[start : start + len(rows), :filled] = cells.reshape(-1, filled)
    return table


def _row_by_row(lines: list[tuple[int, str]], names: list[str], path: Path) -> NDArray[np.float64]:
    """Read rows one by one: blank cells are NaN, and a fault is said with its place."""
    rows: list[NDArray[np.float64]] = []
    least = _least(names)
    for number, line in lines:
        width = line.count(",") + 1
        if width < least or (rows and width != rows[0].size):
            wanted = rows[0].size if rows else least
            reason = f"A row should have {wanted} cells. Found {width}."
            raise FormatError(str(path), f"line {number}", reason, _CUT)
        try:
            rows.append(to_floats(line.split(",")))
        except NotANumberError as error:
            place = f"line {number}, cell {error.index + 1}"
            raise FormatError(str(path), place, f"A cell {error}.", _CUT) from None
    return np.stack(rows)


def _recording(
    path: Path,
    index: int,
    subject: str,
    fields: dict[str, str],
    columns: Columns,
    first_point: float,
) -> Recording:
    period_us = _needed(fields, "smp. period")
    sweeps = _needed(fields, "sweeps")
    zero = _needed(fields, "zero position")
    average, halves, warnings = _microvolts(columns, sweeps, _needed(fields, "amp. gain"))
    total = average.size
    start, stop = _inside_padding(average, halves)
    if stop == start:
        start, stop = 0, total
        warnings.append("All samples are zero.")
    tone_hz = frequency_hz(fields.get("stim. freq"))
    rejected = field_count(fields.get("artifacts"))
    low, high = field_number(fields.get("high pass")), field_number(fields.get("low pass"))
    return Recording(
        waveform=average[start:stop].astype(np.float32),
        halves=None if halves is None else halves[:, start:stop].astype(np.float32),
        sampling_rate_hz=1e6 / period_us,
        onset_sample=zero - first_point - start,
        stimulus=Stimulus(
            kind="tone" if tone_hz else "click",
            frequency_hz=tone_hz,
            level_db=_needed(fields, "intensity"),
            rate_hz=field_number(fields.get("stim. rate")) or None,
            tube_delay_ms=_tube_delay_ms(zero, total, period_us),
            masking_db=field_number(fields.get("masking")) or None,
        ),
        subject=Subject(
            id=subject,
            ear=_EARS.get(fields.get("ear", "").strip().lower()[:1], "unknown"),
            species="human",  # a clinical device; the file does not say
        ),
        source=Source(path=str(path), format=NAME, record=index),
        sweeps=int(sweeps),
        sweeps_rejected=rejected,
        band_hz=(low, high) if low and high and 0 < low < high else None,
        warnings=tuple(warnings),
    )


def _needed(fields: dict[str, str], name: str) -> float:
    value = field_number(fields.get(name))
    if value is None or (value <= 0 and name in ("smp. period", "sweeps", "amp. gain")):
        raise ValueError(f"'{name}' should be a number. Found {fields.get(name, 'nothing')!r}.")
    return value


def _tube_delay_ms(zero: float, n_points: int, period_us: float) -> float:
    # Zero Position minus half the buffer is 0.900 ms at both 25 and 50 us: the device counts
    # latencies from the sound's arrival through an insert's tube.
    delay = (zero - n_points / 2) * period_us / 1000.0
    return round(delay, 3) if 0.7 <= delay <= 1.1 else 0.0


def _microvolts(
    columns: Columns, sweeps: float, gain_k: float
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None, list[str]]:
    """Return the average, the half-averages if they were saved, and warnings."""
    warnings: list[str] = []
    counts, stated = _column(columns, r"average$"), _column(columns, r"average ?\(uv\)")
    scale = None
    if counts is not None:
        scale, note = _scale(counts, stated, sweeps, gain_k)
        if note:
            warnings.append(note)
    halves: list[NDArray[np.float64]] = []
    for number in (1, 2):
        half = _column(columns, rf"buffer ?{number}$")
        if half is not None and scale is not None:
            halves.append(half * (2.0 * scale))  # each buffer holds half of the sweeps
            continue
        half = _column(columns, rf"buffer ?{number} ?\(uv\)")
        if half is not None:
            halves.append(half)
    average = counts * scale if counts is not None and scale is not None else stated
    if average is None:
        raise ValueError("A record should have an 'Average' column. Found none.")
    if len(halves) < 2 or not np.any(halves):
        return average, None, warnings
    return average, np.stack(halves), warnings


def _column(columns: Columns, pattern: str) -> NDArray[np.float64] | None:
    for name, values in columns.items():
        if re.match(pattern, name) and not np.isnan(values).all():
            return values
    return None


def _scale(
    counts: NDArray[np.float64], stated: NDArray[np.float64] | None, sweeps: float, gain_k: float
) -> tuple[float | None, str]:
    """Choose the volts of the converter that explain the file's own microvolts."""
    scales = [microvolts_per_count(sweeps, gain_k, volts) for volts in AD_VOLTS]
    if stated is None:
        return scales[0], (
            "The file has counts but no microvolts: a converter range of 10 V is assumed "
            "(USBlite devices have 5 V, and half the amplitude)."
        )
    errors = [float(np.max(np.abs(counts * scale - stated))) for scale in scales]
    best = int(np.argmin(errors))
    # Four decimals: rounding explains 0.00005 uV.
    if errors[best] <= 1e-4 + 0.005 * float(np.max(np.abs(stated))):
        return scales[best], ""
    if not np.isfinite(errors[best]):
        return scales[0], ""  # the NaN itself is reported with the record
    return None, (
        "The counts do not fit the microvolts beside them (sweeps or gain is wrong in the file): "
        "the microvolts are used."
    )


def _inside_padding(
    average: NDArray[np.float64], halves: NDArray[np.float64] | None
) -> tuple[int, int]:
    """Return the range without the zeros that pad a buffer whose recording began later."""
    used = average != 0 if halves is None else (average != 0) | (halves != 0).any(axis=0)
    where = np.flatnonzero(used)
    if where.size == 0:
        return 0, 0
    start, stop = int(where[0]), int(where[-1]) + 1
    return (
        start if start >= _MIN_PADDING else 0,
        stop if average.size - stop >= _MIN_PADDING else average.size,
    )


READER = Reader(NAME, sniff, read)
