"""What there was to learn from: it decides which conditions are possible, and which are rare."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.cohort import CLASSES
from evoscope.abr.encoding import SPECIES
from evoscope.abr.generation.contract import column
from evoscope.runtime.model import Model

RANGED = ("age_years", "level_db", "rate_hz")
LEVEL_STEP_DB = 10.0


class Range(Model):
    """How a quantity was spread in training: least, most, and the middle 98 %."""

    least: float
    most: float
    usual_low: float
    usual_high: float

    @classmethod
    def of(cls, values: NDArray[np.floating]) -> Self | None:
        """Summarise what is known of it; ``None`` where nothing is."""
        known = values[np.isfinite(values)].astype(np.float64)
        if not known.size:
            return None
        low, high = np.quantile(known, (0.01, 0.99))
        return cls(
            least=float(known.min()),
            most=float(known.max()),
            usual_low=float(low),
            usual_high=float(high),
        )


class Seen(Model):
    """A summary of the training recordings; nothing in it is of one patient.

    Attributes:
        recordings: how many.
        ranges: of the quantities in `RANGED` that are known.
        frequencies_hz: stimuli, 0 for broadband -> recordings.
        species: name -> recordings.
        classes: name -> recordings.
        cells: ``"<class> <level>"`` -> recordings, levels in steps of `LEVEL_STEP_DB`.
        thresholds: class -> spread of its thresholds; a class without has none.
    """

    recordings: int
    ranges: dict[str, Range]
    frequencies_hz: dict[str, int]
    species: dict[str, int]
    classes: dict[str, int]
    cells: dict[str, int]
    thresholds: dict[str, Range]

    @classmethod
    def of(cls, table: NDArray[np.floating]) -> Self:
        """Summarise a condition table, ``(n, len(COLUMNS))``."""
        loss, level = table[:, column("loss_class")], table[:, column("level_db")]
        ranges = {name: Range.of(table[:, column(name)]) for name in RANGED}
        threshold = table[:, column("threshold_db")]
        thresholds = {name: Range.of(threshold[loss == i]) for i, name in enumerate(CLASSES)}
        cells: dict[str, int] = {}
        for i, name in enumerate(CLASSES):
            own = level[(loss == i) & np.isfinite(level)]
            for step, count in zip(*np.unique(nearest_step(own), return_counts=True), strict=True):
                cells[cell(name, float(step))] = int(count)
        return cls(
            recordings=len(table),
            ranges={name: found for name, found in ranges.items() if found is not None},
            frequencies_hz=_counts(table[:, column("frequency_hz")], None),
            species=_counts(table[:, column("species")], SPECIES),
            classes=_counts(loss, CLASSES),
            cells=cells,
            thresholds={name: found for name, found in thresholds.items() if found is not None},
        )


def nearest_step(level_db: NDArray[np.floating]) -> NDArray[np.float64]:
    """Round levels to the steps that cells are counted in.

    Example:
        >>> nearest_step(np.array([44.0, 46.0])).tolist()
        [40.0, 50.0]
    """
    return np.asarray(np.round(level_db.astype(np.float64) / LEVEL_STEP_DB) * LEVEL_STEP_DB)


def cell(loss_class: str, level_db: float) -> str:
    """Name the cell of a class and a level.

    Example:
        >>> cell("snhl", 60.0)
        'snhl 60'
    """
    return f"{loss_class} {level_db:g}"


def _counts(values: NDArray[np.floating], names: tuple[str, ...] | None) -> dict[str, int]:
    known, counts = np.unique(values[np.isfinite(values)], return_counts=True)
    words = [f"{value:g}" if names is None else names[int(value)] for value in known]
    return {word: int(count) for word, count in zip(words, counts, strict=True)}
