"""TDT BioSigRZ CSV export: one row per record, variables and samples in named columns.

The unit stands in the header (``Data(uv)...`` or ``Data(nv)...``). The values already carry the
record's ``Gain`` (the binary ``.arf`` of such a recording does not: there it must be applied).
Preamble lines may come before the header. Click files have no ``Freq`` column or leave it empty.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.numbers import field_count, field_number, frequency_hz, to_floats
from evoscope.abr.formats.reader import Head, Reader
from evoscope.abr.formats.salvage import keep_good
from evoscope.abr.formats.text import head_text, load_text, numbered_lines, stem_of
from evoscope.abr.recording import Recording, Source, Stimulus, Subject

NAME = "biosig_csv"
_MAX_PREAMBLE = 20
_SPARE_CELLS = 1000  # a row far longer than its header is not one
_UNITS = {"uv": 1.0, "nv": 1e-3, "mv": 1e3, "v": 1e6}
_DATA = re.compile(r"data\s*\((\w+)\)", re.I)
_CUT = "The file is cut short or was edited: export it again from BioSigRZ."


def _is_header(line: str) -> bool:
    return "Rec No." in line and "Samp. Per." in line and _DATA.search(line) is not None


def sniff(head: Head) -> bool:
    """Whether one of the first lines is BioSigRZ's header."""
    lines = itertools.islice(numbered_lines(head_text(head)), _MAX_PREAMBLE)
    return any(_is_header(line) for _, line in lines)


def read(path: Path) -> list[Recording]:
    """Read one recording per row.

    Raises:
        FormatError: no header, no ``Level`` column, an unknown unit, or no complete row.
    """
    lines = numbered_lines(load_text(path))
    header = next((x for x in itertools.islice(lines, _MAX_PREAMBLE) if _is_header(x[1])), None)
    if header is None:
        reason = "A header with 'Rec No.' should be there. Found none."
        raise FormatError(str(path), "", reason, _CUT)
    names = [cell.strip() for cell in header[1].split(",")]
    units = {at: unit for at, name in enumerate(names) if (unit := _DATA.match(name))}
    if not units:
        reason = "A column called 'Data(uv)' or 'Data(nv)' should hold the unit. Found none."
        raise FormatError(str(path), f"line {header[0]}", reason, _CUT)
    data_at, unit = next(iter(units.items()))
    scale = _UNITS.get(unit[1].lower())
    if scale is None:
        raise FormatError(
            str(path),
            f"line {header[0]}",
            f"The unit should be uv or nv. Found {names[data_at]!r}.",
        )
    # A row without samples is a remark, or the last one of a cut file.
    limit = len(names) + _SPARE_CELLS
    rows = [(number, line) for number, line in lines if data_at < line.count(",") < limit]
    several = len({_channel(names, line) for _, line in rows}) > 1

    def job(index: int, number: int, line: str) -> tuple[str, Callable[[], Recording]]:
        def build() -> Recording:
            cells = _cells(line)
            record = dict(zip(names[:data_at], cells, strict=False))
            # The cell below "Data(uv)..." is empty: samples begin below the column called 0.
            return _recording(path, index, record, cells[data_at + 1 :], scale, several)

        return f"line {number}", build

    return keep_good(str(path), (job(i, number, line) for i, (number, line) in enumerate(rows)))


def _channel(names: list[str], line: str) -> str:
    try:
        return dict(zip(names, _cells(line), strict=False)).get("Chan", "").strip()
    except ValueError:
        return ""  # reported with its record


def _cells(line: str) -> list[str]:
    if '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader([line]))
    except (csv.Error, StopIteration) as error:
        raise ValueError(f"Cells should be well quoted. Found: {error}.") from None


def _named(record: dict[str, str], name: str) -> tuple[str, str]:
    """Return the value and the unit of a variable column such as ``Level(dB)``."""
    for column, value in record.items():
        found = re.match(rf"{name}\w*\s*(?:\(([^)]*)\))?$", column, re.I)
        if found:
            return value.strip(), found[1] or ""
    return "", ""


def _recording(
    path: Path,
    index: int,
    record: dict[str, str],
    cells: list[str],
    scale: float,
    several_channels: bool,
) -> Recording:
    count, period_us = field_count(record.get("No. Samps.")), field_number(record.get("Samp. Per."))
    if not period_us or period_us <= 0:
        raise ValueError(f"'Samp. Per.' should be positive. Found {record.get('Samp. Per.')!r}.")
    if not count or count > len(cells) or not all(cell.strip() for cell in cells[:count]):
        found = sum(bool(cell.strip()) for cell in cells)
        raise ValueError(
            f"'No. Samps.' ({record.get('No. Samps.')}) should be the number of samples. "
            f"Found {found}."
        )
    level_text, _ = _named(record, "level")
    level_db = field_number(level_text)
    if level_db is None:
        raise ValueError(f"A column 'Level(dB)' should hold the level. Found {level_text!r}.")
    tone_hz = frequency_hz(*_named(record, "freq"))
    duration_text, duration_unit = _named(record, "duration")
    duration = field_number(duration_text) if duration_unit.lower() == "ms" else None
    subject = record.get("Sub. ID", "").strip() or stem_of(path)
    rate_hz = 1e6 / period_us
    with np.errstate(over="ignore"):  # beyond float32 is infinite, and refused as such
        waveform = (to_floats(cells[:count]) * scale).astype(np.float32)
    return Recording(
        waveform=waveform,
        sampling_rate_hz=rate_hz,
        onset_sample=(field_number(record.get("O.S. Time")) or 0.0) * rate_hz / 1000.0,
        stimulus=Stimulus(
            kind="tone" if tone_hz else "click",
            frequency_hz=tone_hz,
            level_db=level_db,
            # The file says only dB; BioSig's calibrations are in dB SPL.
            level_reference="SPL",
            duration_ms=duration if duration and duration > 0 else None,
        ),
        # Channels are different electrodes: they must not meet as replicates.
        subject=Subject(
            id=f"{subject} channel {record.get('Chan', '').strip()}"
            if several_channels
            else subject
        ),
        source=Source(path=str(path), format=NAME, record=index),
        sweeps=field_count(record.get("No. Avgs")) or None,
        sweeps_rejected=field_count(record.get("No. Arts")),
    )


READER = Reader(NAME, sniff, read)
