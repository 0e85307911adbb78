"""From the cells of a waveform and what is stated of it to a recording."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.formats.csv_fields import (
    Fields,
    check_clock,
    clock,
    count,
    number,
    stimulus,
    subject,
)
from evoscope.abr.formats.csv_table import Table
from evoscope.abr.formats.numbers import NotANumberError, to_floats
from evoscope.abr.recording import OnsetSource, Recording, Source

NAME = "csv"
_NO_RATE = "Add a line '# sampling_rate_hz: 20000' at the top, or a time axis."
Axis = tuple[float, float | None]  # sampling rate, index of time zero


def clock_of(times_ms: NDArray[np.float64]) -> Axis:
    """Return sampling rate and index of time zero of an even time axis.

    Raises:
        ValueError: a gap, or uneven steps.
    """
    if not np.isfinite(times_ms).all() or times_ms.size < 2:
        raise ValueError("the time axis should be a number in every row. Found a gap")
    step = float(times_ms[-1] - times_ms[0]) / (times_ms.size - 1)
    even = times_ms[0] + step * np.arange(times_ms.size)
    # Rounded times of an even axis are off by less than half a step.
    if step <= 0 or np.abs(times_ms - even).max() > 0.5 * step or not np.isfinite(1000.0 / step):
        raise ValueError("the time axis should rise in equal steps. Found that it does not")
    return 1000.0 / step, -float(times_ms[0]) / step


def values_of(cells: list[str], table: Table, scale: float) -> NDArray[np.float64]:
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


def recording_of(
    path: Path,
    index: int,
    fields: Fields,
    values: dict[str, NDArray[np.float64]],
    axis: Axis | None,
) -> Recording:
    """Build the recording of a waveform (and its halves) from what is stated of it.

    Raises:
        ValueError: no rate, one half alone, or a field that is no number or no known word.
    """
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
    with np.errstate(over="ignore"):  # beyond float32 is infinite, and refused as such
        waveform = average.astype(np.float32)
        both = None if halves is None else halves.astype(np.float32)
    return Recording(
        waveform=waveform,
        halves=both,
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
