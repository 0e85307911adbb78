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


def doubt_of_unit(recordings: Sequence[Recording]) -> str | None:
    """Return what to say of sizes that no averaged response has in microvolts."""
    largest = max(float(np.abs(r.waveform).max()) for r in recordings)
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


def doubt_of_replicates(
    header: Sequence[str], conditions: Mapping[int, ColumnCondition | None]
) -> tuple[str, ...]:
    """Return what to say of equal conditions whose columns begin with different words."""
    first: dict[tuple[str, ...], int] = {}
    for column, condition in conditions.items():
        if condition is None:
            continue
        other = first.setdefault(tuple(condition.fields.values()), column)
        before = conditions[other]
        if before is not None and before.before != condition.before:
            return (
                f"Columns '{header[other]}' and '{header[column]}' are read as two "
                "averages of one ear. Where they are of two ears or two subjects, write a file "
                "for each, or name the ears left and right.",
            )
    return ()
