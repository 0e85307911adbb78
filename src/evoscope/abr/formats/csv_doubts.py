"""What looks odd in a plain CSV that can be read: the warnings its recordings carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from evoscope.abr.formats.csv_headers import ColumnCondition
from evoscope.abr.recording import Recording

CUT = (
    "The last line ends before its last column: the file may have been cut short. The line was "
    "left out."
)
# Below this the largest sample of a whole file is no averaged response in microvolts.
_IMPLAUSIBLY_SMALL_UV = 0.002
# Above this neither, of person or mouse: an artefact may be, a response in nanovolts always is.
_IMPLAUSIBLY_LARGE_UV = 50.0


def ignored(headers: Sequence[str], what: str) -> tuple[str, ...]:
    """Return what to say of columns that are not read."""
    return (f"{what} were ignored: {', '.join(headers)[:120]}.",) if headers else ()


def flat(recording: Recording) -> str | None:
    """Return what to say of a waveform that never changes."""
    low, high = float(recording.waveform.min()), float(recording.waveform.max())
    if low < high:
        return None
    what = "zero" if low == 0.0 else f"the same, {low:.4g} uV"
    return (
        f"All samples are {what}: nothing was recorded, or the export is empty. Export it again, "
        "or leave this recording out."
    )


def doubt_of_unit(recordings: Sequence[Recording]) -> str | None:
    """Return what to say of sizes that no averaged response has in microvolts."""
    sizes = [float(np.abs(r.waveform).max()) for r in recordings if flat(r) is None]
    largest = max(sizes, default=None)
    if largest is None:
        return None
    if largest < _IMPLAUSIBLY_SMALL_UV:
        return (
            "No sample is larger than 0.002 uV: the values may be in volts. The file states no "
            "unit; add '# units: V' (or nV, mV) at its top."
        )
    if largest > _IMPLAUSIBLY_LARGE_UV:
        return (
            f"The largest sample is {largest:.4g} uV: the values may be in nanovolts. The file "
            "states no unit; add '# units: nV' (or uV, if they are) at its top."
        )
    return None


class UnreadDifferences:
    """Rows that state the same, but differ in a column that is not read.

    Args:
        header: as written.
        known: the columns that decide what is recorded.
        unknown: the columns that are not read.
    """

    def __init__(self, header: Sequence[str], known: Sequence[int], unknown: Sequence[int]) -> None:
        self.header, self.known, self.unknown = header, known, unknown
        self.seen: dict[tuple[str, ...], tuple[int, list[str]]] = {}
        self.doubts: dict[int, str] = {}

    def add(self, line: int, cells: Sequence[str]) -> None:
        """Take in a row."""
        if not self.unknown or len(cells) <= max(*self.known, *self.unknown):
            return
        key = tuple(cells[i].strip() for i in self.known)
        here = [cells[i].strip() for i in self.unknown]
        first_line, first = self.seen.setdefault(key, (line, here))
        for column, before, now in zip(self.unknown, first, here, strict=True):
            if before != now and column not in self.doubts:
                self.doubts[column] = (
                    f"Lines {first_line} and {line} are read as two averages of one ear, and "
                    f"differ in column '{self.header[column]}', which is not read "
                    f"({before[:20]!r}, {now[:20]!r}). Where they are of two subjects or two "
                    "sessions, write a file for each, or name the column subject."
                )


def doubt_of_replicates(
    header: Sequence[str], conditions: Mapping[int, ColumnCondition]
) -> tuple[str, ...]:
    """Return what to say of equal conditions whose columns begin with different words."""
    first: dict[tuple[str, ...], int] = {}
    for column, condition in conditions.items():
        other = first.setdefault(tuple(condition.fields.values()), column)
        if conditions[other].before != condition.before:
            return (
                f"Columns '{header[other]}' and '{header[column]}' are read as two "
                "averages of one ear. Where they are of two ears or two subjects, write a file "
                "for each, or name the ears left and right.",
            )
    return ()
