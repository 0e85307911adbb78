"""psiexperiment's processed averages (``... ABR average waveforms.csv``).

Columns are averages; above the samples stands a stack of header rows (``frequency`` in Hz,
``level`` in dB SPL, and, by version, ``epoch_n`` and others) that ends with a row ``time``. Below
it: seconds from stimulus onset, then volts.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.reader import Head, Reader
from evoscope.abr.formats.text import head_text, load_text
from evoscope.abr.recording import Recording, Source, Stimulus, Subject

NAME = "psi-averages"
_MAX_HEADER_ROWS = 20
_MAX_COLUMNS = 5000


def sniff(head: Head) -> bool:
    """Whether rows named frequency and level stand above a row named time."""
    lines = head_text(head).splitlines()[:_MAX_HEADER_ROWS]
    names = [line.split(",", 1)[0].strip() for line in lines]
    return "time" in names and {"frequency", "level"} <= set(names[: names.index("time")])


def read(path: Path) -> list[Recording]:
    """Read every average of the table.

    Raises:
        FormatError: no stacked header, a cell that is no number, or an uneven time axis.
    """
    lines = load_text(path).splitlines()
    header, first = _header(path, lines)
    levels, frequencies = header["level"], header["frequency"]
    counts = header.get("epoch_n", [math.nan] * len(levels))
    seconds, volts = _samples(path, lines, first, len(levels))
    rate_hz = _rate_hz(path, seconds)
    recordings: list[Recording] = []
    skipped: list[str] = []
    for index, (frequency, level, count) in enumerate(
        zip(frequencies, levels, counts, strict=True)
    ):
        try:
            recording = Recording(
                waveform=_microvolts(volts[:, index]),
                sampling_rate_hz=rate_hz,
                onset_sample=-float(seconds[0]) * rate_hz,
                stimulus=Stimulus(
                    kind="tone" if frequency > 0 else "click",
                    frequency_hz=frequency if frequency > 0 else None,
                    level_db=level,
                    level_reference="SPL",
                ),
                subject=Subject(id=_subject_id(path)),
                source=Source(path=str(path), format=NAME, record=index),
                sweeps=int(count) if 1 <= count < 2**31 else None,
            )
        except ValueError as error:
            skipped.append(f"Column {index + 2} was left out: {error}")
        else:
            recordings.append(recording)
    if not recordings:
        raise FormatError(
            str(path),
            f"{len(levels)} columns",
            f"At least one usable average should be there. {' '.join(skipped[:3])}",
            "Process the raw folder again.",
        )
    for text in skipped[:5]:
        recordings = [recording.with_warning(text) for recording in recordings]
    return recordings


def _header(path: Path, lines: list[str]) -> tuple[dict[str, list[float]], int]:
    rows: dict[str, list[float]] = {}
    for number, line in enumerate(lines[:_MAX_HEADER_ROWS]):
        name, *cells = line.split(",", _MAX_COLUMNS + 1)
        if name.strip() == "time":
            sizes = {len(row) for row in rows.values()}
            named = {"frequency", "level"} <= rows.keys()
            if named and len(sizes) == 1 and 1 <= min(sizes) <= _MAX_COLUMNS:
                return rows, number + 1
            break
        rows[name.strip()] = [_number(cell) for cell in cells]
    raise FormatError(
        str(path),
        "header",
        "Rows named frequency and level, equally long, should stand above a row named time. "
        f"Found {', '.join(f'{name} ({len(row)})' for name, row in rows.items()) or 'none'}.",
        "Export the averages again.",
    )


def _samples(
    path: Path, lines: list[str], first: int, n_columns: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rows: list[NDArray[np.float64]] = []
    for number, line in enumerate(lines[first:], start=first + 1):
        if not line.strip():
            continue
        cells = line.split(",")
        if len(cells) != n_columns + 1:
            raise FormatError(
                str(path),
                f"line {number}",
                f"A row should have {n_columns + 1} cells. Found {len(cells)}.",
                "The file is cut: export the averages again.",
            )
        rows.append(np.array([_number(cell) for cell in cells]))
    if len(rows) < 2:
        raise FormatError(
            str(path),
            f"line {first}",
            f"At least two rows of samples should follow. Found {len(rows)}.",
            "The file is cut: export the averages again.",
        )
    table = np.stack(rows)
    return table[:, 0], table[:, 1:]


def _number(cell: str) -> float:
    """Return a cell's number; what is none becomes NaN, which drops its column."""
    try:
        return float(cell)
    except ValueError:
        return math.nan


def _rate_hz(path: Path, seconds: NDArray[np.float64]) -> float:
    steps = np.diff(seconds)
    step = float(seconds[-1] - seconds[0]) / steps.size
    if not (np.isfinite(seconds).all() and step > 0 and np.allclose(steps, step, rtol=0.01)):
        raise FormatError(
            str(path),
            "column time",
            "Times should be seconds that rise evenly. Found a gap, a fall or no number.",
            "Export the averages again.",
        )
    return float(f"{1.0 / step:.9g}")  # times are rounded when printed: 12499.999999999998


def _microvolts(volts: NDArray[np.float64]) -> NDArray[np.float32]:
    with np.errstate(over="ignore", invalid="ignore"):
        microvolts = (volts * 1e6).astype(np.float32)
    if np.ptp(microvolts) == 0:
        raise ValueError(f"It should hold a signal. Found the constant {microvolts[0]:g} uV.")
    return microvolts


def _subject_id(path: Path) -> str:
    # The program names the file after its folder; older versions leave the name out.
    prefix = path.name.split("ABR average waveforms")[0].strip()
    name = prefix if prefix and prefix != path.name else path.absolute().parent.name
    return name.removesuffix("abr_io").strip(" _-") or path.stem


READER = Reader(NAME, sniff, read)
