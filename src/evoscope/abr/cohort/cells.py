"""What a cell of somebody's table says: numbers, words, and the many ways to say nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from evoscope.abr.cohort.classes import fold
from evoscope.abr.cohort.sheet import Cell, is_blank

_NUMBER = re.compile(r"[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_NOTHING = frozenset(["", "-", "--", "na", "n/a", "#n/a", "nan", "null", "none"])
_MINUS = "\N{MINUS SIGN}"

EARS = MappingProxyType(
    {"right": "right", "r": "right", "sag": "right", "left": "left", "l": "left", "sol": "left"}
    | {"both": "both", "unknown": "unknown"}
)
SEXES = MappingProxyType(
    {"female": "female", "f": "female", "kadin": "female", "k": "female"}
    | {"male": "male", "m": "male", "erkek": "male", "e": "male", "unknown": "unknown"}
)
POLARITIES = MappingProxyType(
    dict.fromkeys(["alternating", "alternate", "alternated", "alt", "alternan"], "alternating")
    | dict.fromkeys(["rarefaction", "rare", "rar", "rarefaksiyon"], "rarefaction")
    | dict.fromkeys(["condensation", "cond", "con", "kondansasyon"], "condensation")
    | {"unknown": "unknown"}
)


def is_missing(cell: Cell) -> bool:
    """Whether a cell says that there is no value: blank, a dash, NA, null and the like."""
    return is_blank(cell) or (isinstance(cell, str) and cell.strip().lower() in _NOTHING)


def number(cell: Cell) -> float | None:
    """Return a cell as a number, ``None`` when it is missing; a decimal comma counts.

    Raises:
        ValueError: anything else: ``60 dB``, ``1.234,5``, a date, a truth value.

    Example:
        >>> number("7,84"), number(" -3.9e-2 "), number(60), number("-")
        (7.84, -0.039, 60.0, None)
    """
    if is_missing(cell):
        return None
    if isinstance(cell, str):
        text = cell.strip().replace(_MINUS, "-")
        if _NUMBER.fullmatch(text):
            return float(text.replace(",", "."))
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        try:
            return float(cell)
        except OverflowError:
            pass
    raise ValueError(f"It should be a number, or blank. Found {str(cell)[:40]!r}.")


def identifier(cell: Cell) -> str:
    """Return a cell as a name: Excel's 1001.0 is ``1001``, a text keeps its leading zeros.

    Raises:
        ValueError: a blank.

    Example:
        >>> identifier(1001.0), identifier(" 0012 ")
        ('1001', '0012')
    """
    if is_blank(cell):
        raise ValueError("It should name the patient. Found a blank.")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def word(cell: Cell, vocabulary: Mapping[str, str]) -> str:
    """Return what a cell means by a vocabulary, blind to case and marks; missing is ``unknown``.

    Raises:
        ValueError: a word outside the vocabulary.

    Example:
        >>> word("Alternate", POLARITIES), word(None, POLARITIES), word("Sol", EARS)
        ('alternating', 'unknown', 'left')
    """
    if is_missing(cell):
        return "unknown"
    found = vocabulary.get(fold(str(cell)))
    if found is None:
        known = ", ".join(map(repr, dict.fromkeys(vocabulary.values())))
        raise ValueError(f"It should say one of {known}. Found {str(cell)[:40]!r}.")
    return found
