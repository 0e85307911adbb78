"""The trial list of a psi folder: when each stimulus was played, and which one it was."""

from __future__ import annotations

import csv
import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.formats.errors import FormatError

_MAX_BYTES = 200_000_000


@dataclass(frozen=True)
class Trials:
    """The columns of ``erp_metadata.csv``; ``None`` where the file has no such column.

    What is no number is NaN.
    """

    t0_s: NDArray[np.float64]
    level_db: NDArray[np.float64]
    frequency_hz: NDArray[np.float64] | None
    polarity: NDArray[np.float64] | None
    rate_hz: NDArray[np.float64] | None


def read_trials(path: Path) -> Trials:
    """Read a trial list.

    Raises:
        FormatError: unreadable, without times or levels, or without trials.
    """
    try:
        size = path.stat().st_size
        if size > _MAX_BYTES:
            raise _bad(path, f"{size} bytes")
        columns = _columns(path)
    except (OSError, csv.Error, MemoryError) as error:
        raise _bad(path, f"{type(error).__name__}: {error}") from error
    t0, level = columns["t0"], columns["level"]
    if t0 is None or level is None or t0.size == 0:
        raise _bad(path, "no row")
    return Trials(t0, level, columns["frequency"], columns["polarity"], columns["rate"])


def _columns(path: Path) -> dict[str, NDArray[np.float64] | None]:
    with path.open(encoding="latin-1", newline="") as file:
        rows = (row for row in csv.reader(file, strict=True) if row)
        names = next(rows, [])
        places = {
            what: _place(names, what) for what in ("t0", "level", "frequency", "polarity", "rate")
        }
        if places["t0"] is None or places["level"] is None:
            raise _bad(path, ", ".join(names[:20]) or "no column")
        # Only these columns are kept: the others may hold a long text in every row.
        kept = {place: array("d") for place in places.values() if place is not None}
        for row in rows:
            if any(row[len(names) :]):
                raise _bad(path, f"{len(row)} cells under {len(names)} names")
            for place, values in kept.items():
                values.append(_number(row, place))
    return {
        what: None if place is None else np.array(kept[place]) for what, place in places.items()
    }


def _place(names: Sequence[str], what: str) -> int | None:
    """Return where a quantity stands: by its plain name, else ``target_tone_...`` or the like."""
    if what in names:
        return names.index(what)
    long = (i for i, n in enumerate(names) if n.startswith("target_") and n.endswith(f"_{what}"))
    return next(long, None)


def _number(row: Sequence[str], place: int) -> float:
    try:
        return float(row[place])
    except (IndexError, ValueError):
        return math.nan


def _bad(path: Path, found: str) -> FormatError:
    return FormatError(
        str(path),
        "",
        "The trial list should have a column t0 and one of levels (target_tone_level), a row a "
        f"trial. Found {found}.",
        "Copy the file again from the recording computer.",
    )
