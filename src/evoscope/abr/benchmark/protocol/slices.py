"""Slices of a table of predictions: by class, level, age, Fmp and level step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from evoscope.abr.cohort import CLASSES

Band = tuple[str, float, float]
"""Name, and the half-open range ``low <= value < high`` it stands for."""

LEVELS: tuple[Band, ...] = (
    ("<=20", -np.inf, 22.5),
    ("25-40", 22.5, 42.5),
    ("45-60", 42.5, 62.5),
    ("65+", 62.5, np.inf),
)
"""Levels in dB: clinics test on a grid of 5 dB."""
AGES: tuple[Band, ...] = (
    ("0", 0.0, 1.0),
    ("1-3", 1.0, 4.0),
    ("4-17", 4.0, 18.0),
    ("18+", 18.0, np.inf),
)
"""Ages in years as recorded: 0 for infants."""
FMP: tuple[Band, ...] = (("0-1", 0.0, 1.0), ("1-3.1", 1.0, 3.1), ("3.1+", 3.1, np.inf))
"""Fmp as the device stated it; 3.1 is the usual criterion of a response."""
SWEEPS: tuple[Band, ...] = (
    ("<1000", 0.0, 1000.0),
    ("1000-1499", 1000.0, 1500.0),
    ("1500-1999", 1500.0, 2000.0),
    ("2000+", 2000.0, np.inf),
)
"""Sweeps in an average."""
VISIBLE: tuple[Band, ...] = (("1-10", 1.0, 10.0),)
"""Fmp at which a response is there to be denoised, and noise to be removed."""
STEPS: tuple[Band, ...] = (("5", 0.0, 7.5), ("10", 7.5, 15.0), ("20", 15.0, np.inf))
"""Median step between the tested levels of a series in dB: the nearest of 5, 10 and 20."""

_BANDS: dict[str, tuple[str, Sequence[Band]]] = {
    "level": ("level_db", LEVELS),
    "age": ("age_years", AGES),
    "fmp": ("fmp", FMP),
    "sweeps": ("sweeps", SWEEPS),
    "visible": ("fmp", VISIBLE),
    "step": ("step_db", STEPS),
}
_NAMED = {"visible": "fmp"}
OF_RECORDINGS = ("class", "level", "age", "fmp", "step")
OF_DETECTION = (*OF_RECORDINGS, "sweeps")
OF_DENOISING = (*OF_RECORDINGS, "visible")
OF_SERIES = ("class", "age", "step")
OF_EARS = ("age",)
PAIR, ALTERNATING = "polarity=pair", "polarity=alternating"
"""Slices of what was read from rarefaction and condensation, and from alternating averages."""


def slices(frame: pd.DataFrame, kinds: Sequence[str]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield ``all`` and then every slice that holds a row, by name.

    Example:
        >>> frame = pd.DataFrame({"fmp": [0.5, 4.0, 5.0]})
        >>> [(name, len(part)) for name, part in slices(frame, ["fmp"])]
        [('all', 3), ('fmp=0-1', 1), ('fmp=3.1+', 2)]
    """
    yield "all", frame
    for kind in kinds:
        if kind == "class":
            for loss in CLASSES:
                part = frame[(frame["loss_type"] == loss).fillna(False)]
                if len(part):
                    yield f"class={loss}", part
            continue
        column, bands = _BANDS[kind]
        for name, low, high in bands:
            part = frame[(frame[column] >= low) & (frame[column] < high)]
            if len(part):
                yield f"{_NAMED.get(kind, kind)}={name}", part
