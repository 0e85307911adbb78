"""Tables as clinics write them, to be imported."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

N_SAMPLES = 32
HEADER: tuple[Any, ...] = (
    "Patient_ID",
    "Age",
    "Intensity",
    "Stimulus Rate",
    "FMP",
    "ResNo",
    "Stimulus Polarity",
    "Sweeps Rejected",
    "Hear_Loss",
    "I Latancy",
    "I Amplitude",
    "III Latancy",
    "III Amplitude",
    "V Latancy",
    "V Amplitude",
    *range(1, N_SAMPLES + 1),
)


def row(patient: Any = "P1", level: Any = 60, loss: Any = "NORMAL", **change: Any) -> list[Any]:
    """One good row; ``change`` replaces cells by the name of their column."""
    cells = dict(zip(map(str, HEADER), [None] * len(HEADER), strict=True))
    cells |= {
        "Patient_ID": patient,
        "Age": 0,
        "Intensity": level,
        "Stimulus Rate": 33.1,
        "FMP": 2.5,
        "ResNo": 98,
        "Stimulus Polarity": "Alternating",
        "Sweeps Rejected": 12,
        "Hear_Loss": loss,
        "V Latancy": 7.8,
        "V Amplitude": 0.174,
    }
    cells |= {str(i): round(0.01 * i - 0.1, 3) for i in range(1, N_SAMPLES + 1)}
    unknown = set(change) - set(cells)
    assert not unknown, unknown
    return list((cells | change).values())


def as_csv(rows: Sequence[Sequence[Any]], *, delimiter: str = ",", comma: bool = False) -> str:
    """A CSV, with decimal commas where asked."""

    def cell(value: Any) -> str:
        if value is None:
            return ""
        return str(value).replace(".", ",") if comma and isinstance(value, float) else str(value)

    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([[cell(v) for v in one] for one in rows])
    return text.getvalue()
