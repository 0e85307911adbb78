"""Conditions of synthetic recordings: checked before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.cohort import CENSORED, CLASSES
from evoscope.abr.diffusion.checks import complaint
from evoscope.abr.encoding import SPECIES
from evoscope.abr.generation.contract import COLUMNS, column
from evoscope.abr.generation.seen import RANGED, Seen, cell, nearest_step

RARE = 50
"""A cell of class and level with fewer recordings in training is warned about."""
_GIVEN = (*RANGED, "frequency_hz", "species", "loss_class", "threshold_db")
_WORDS: Mapping[str, Sequence[str]] = {"species": SPECIES, "loss_class": CLASSES}


@dataclass(frozen=True, eq=False)
class Conditions:
    """What is asked of each recording.

    Attributes:
        table: ``(n, len(COLUMNS))`` float32; NaN = left to chance.
        warnings: conditions that are possible and rare in training, in sentences.
    """

    table: NDArray[np.float32]
    warnings: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.table)


def at_levels(
    ears: int, levels_db: Sequence[float], conditions: Mapping[str, Any]
) -> dict[str, Any]:
    """Give every ear several levels: the conditions of its recordings, which stand together.

    Args:
        ears: how many.
        levels_db: of each.
        conditions: name -> one value for all ears, or one for each.

    Example:
        >>> at_levels(2, [20.0, 60.0], {"species": "human", "age_years": [1.0, 30.0]})["age_years"]
        [1.0, 1.0, 30.0, 30.0]
    """
    spread = {
        name: value if np.ndim(value) == 0 else [one for one in value for _ in levels_db]
        for name, value in conditions.items()
    }
    return {**spread, "level_db": list(levels_db) * ears}


def conditions_of(n: int, given: Mapping[str, Any], *, seen: Seen) -> Conditions:
    """Check conditions, and write them as a network reads them.

    Args:
        n: recordings.
        given: name -> one value for all or one for each; ``None`` or NaN leaves it to chance.
            Names are ``age_years``, ``level_db``, ``rate_hz``, ``frequency_hz`` (0 for broadband),
            ``species``, ``loss_class`` (words) and ``threshold_db``.
        seen: what the generator has learned from.

    Raises:
        ValueError: an unknown name, or what was never there in training: the message says what was.
    """
    if n < 1:
        raise complaint("n", "at least 1", n)
    unknown = [name for name in given if name not in _GIVEN]
    if unknown:
        raise complaint("conditions", f"among {', '.join(_GIVEN)}", ", ".join(unknown))
    table = np.full((n, len(COLUMNS)), np.nan, dtype=np.float32)
    for name, value in given.items():
        table[:, column(name)] = _column(name, value, n)
    warnings: list[str] = []
    for name in RANGED:
        warnings += _ranged(name, table[:, column(name)], seen)
    _frequencies(table[:, column("frequency_hz")], seen)
    for name, counts in (("species", seen.species), ("loss_class", seen.classes)):
        _words(name, table[:, column(name)], counts)
    warnings += _thresholds(table, seen)
    warnings += _cells(table, seen)
    return Conditions(table, tuple(warnings))


def _column(name: str, value: Any, n: int) -> NDArray[np.float64]:
    words = _WORDS.get(name)
    items = [value] * n if value is None or isinstance(value, str) or np.ndim(value) == 0 else value
    if len(items) != n:
        raise complaint(name, f"one value, or one for each of {n} recordings", f"{len(items)}")
    column_ = np.full(n, np.nan)
    for i, item in enumerate(items):
        if item is None or item != item:  # NaN differs from itself
            continue
        if words is None:
            column_[i] = float(item)
        elif item in words:
            column_[i] = words.index(item)
        else:
            raise complaint(name, f"one of {', '.join(words)}", repr(item))
    return column_


def _ranged(name: str, values: NDArray[np.float32], seen: Seen) -> list[str]:
    known = values[~np.isnan(values)]
    if not known.size:
        return []
    found = seen.ranges.get(name)
    if found is None:
        raise complaint(name, "left out: it was not known in training", f"{known[0]:g}")
    outside = known[(known < found.least) | (known > found.most)]
    if outside.size:
        raise complaint(name, f"between {found.least:g} and {found.most:g}", f"{outside[0]:g}")
    rare = known[(known < found.usual_low) | (known > found.usual_high)]
    if not rare.size:
        return []
    return [
        f"{name} {rare[0]:g} is rare in training: 98 % had {found.usual_low:g} to "
        f"{found.usual_high:g}."
    ]


def _frequencies(values: NDArray[np.float32], seen: Seen) -> None:
    for value in np.unique(values[~np.isnan(values)]):
        if f"{value:g}" not in seen.frequencies_hz:
            allowed = ", ".join(seen.frequencies_hz)
            raise complaint("frequency_hz", f"one of {allowed} (0 is a click)", f"{value:g}")


def _words(name: str, values: NDArray[np.float32], counts: Mapping[str, int]) -> None:
    for number in np.unique(values[~np.isnan(values)]).astype(int):
        word = _WORDS[name][number]
        if word not in counts:
            raise complaint(name, f"one of {', '.join(counts)}, as in training", repr(word))


def _thresholds(table: NDArray[np.float32], seen: Seen) -> list[str]:
    threshold, loss = table[:, column("threshold_db")], table[:, column("loss_class")]
    warnings: dict[str, None] = {}
    for value, number in zip(threshold, loss, strict=True):
        if np.isnan(value):
            continue
        # Without a class, a threshold that any class has is possible.
        name = None if np.isnan(number) else CLASSES[int(number)]
        ranges = list(seen.thresholds.values()) if name is None else [seen.thresholds.get(name)]
        spreads = [found for found in ranges if found is not None]
        of = "" if name is None else f" of {name}"
        if not spreads:
            why = "an ear of this class has none" if name in CENSORED else "none was known"
            raise complaint(f"threshold_db{of}", f"left out: {why}", f"{value:g}")
        least, most = min(s.least for s in spreads), max(s.most for s in spreads)
        if not least <= value <= most:
            raise complaint(f"threshold_db{of}", f"between {least:g} and {most:g}", f"{value:g}")
        low, high = min(s.usual_low for s in spreads), max(s.usual_high for s in spreads)
        if not low <= value <= high:
            text = f"threshold_db {value:g}{of} is rare: 98 % had {low:.0f} to {high:.0f}."
            warnings[text] = None
    return list(warnings)


def _cells(table: NDArray[np.float32], seen: Seen) -> list[str]:
    loss, level = table[:, column("loss_class")], table[:, column("level_db")]
    warnings: dict[str, None] = {}
    for number, step in zip(loss, nearest_step(level), strict=True):
        if np.isnan(number):
            continue
        name = CLASSES[int(number)]
        whole = np.isnan(step)
        count = seen.classes.get(name, 0) if whole else seen.cells.get(cell(name, float(step)), 0)
        if count < RARE:
            where = name if whole else f"{name} near {step:g} dB"
            warnings[f"{where} is rare: {count} recordings in training."] = None
    return list(warnings)
