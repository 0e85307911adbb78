"""Numbers in text: whole columns at once, and single fields with their units."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_LEADING = re.compile(r"\s*([-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?)\s*(.*)\s*$", re.S)


class NotANumberError(ValueError):
    """A token that should be a number: which one, and where in the sequence."""

    def __init__(self, index: int, token: str) -> None:
        self.index = index
        super().__init__(f"should be a number. Found {token[:40]!r}")


def to_floats(tokens: Sequence[str], *, decimal_comma: bool = False) -> NDArray[np.float64]:
    """Convert tokens to float64; blank tokens become NaN.

    Raises:
        NotANumberError: the first token that is neither blank nor a number.

    Example:
        >>> to_floats(["1", " -3.9e-007", ""]).tolist()
        [1.0, -3.9e-07, nan]
    """
    if decimal_comma:
        tokens = [token.replace(",", ".") for token in tokens]
    try:
        if tokens and not tokens[-1].strip():  # many exports end each row with a delimiter
            filled = (token if token.strip() else "nan" for token in tokens)
            return np.fromiter(map(float, filled), np.float64, len(tokens))
        return np.fromiter(map(float, tokens), np.float64, len(tokens))
    except ValueError:
        return np.array([_one(index, token) for index, token in enumerate(tokens)])


def _one(index: int, token: str) -> float:
    if not token.strip():
        return math.nan
    try:
        return float(token)
    except ValueError:
        raise NotANumberError(index, token) from None


def leading_number(text: str) -> tuple[float, str] | None:
    """Return the number a field begins with and what follows it, or ``None``.

    Example:
        >>> leading_number("11.9603 ms"), leading_number("8 kHz"), leading_number("CLICK")
        ((11.9603, 'ms'), (8.0, 'kHz'), None)
    """
    match = _LEADING.match(text)
    if match is None:
        return None
    value = float(match[1].replace(",", ".")) + 0.0  # no -0: a level of -0 dB is one of 0 dB
    return (value, match[2].strip()) if math.isfinite(value) else None


def field_number(text: str | None) -> float | None:
    """Return the number a field begins with, or ``None`` when there is none."""
    found = leading_number(text) if text else None
    return found[0] if found else None


def field_count(text: str | None) -> int | None:
    """Return a non-negative whole number, or ``None`` when the field holds none."""
    value = field_number(text)
    if value is None or value < 0 or value != int(value):
        return None
    return int(value)


def frequency_hz(text: str | None, default_unit: str = "Hz") -> float | None:
    """Return a stimulus frequency in Hz; ``None`` for blank, zero or a word such as ``CLICK``.

    Example:
        >>> frequency_hz("16.00", "kHz"), frequency_hz("4k"), frequency_hz("Click")
        (16000.0, 4000.0, None)
    """
    found = leading_number(text) if text else None
    if found is None or found[0] <= 0:
        return None
    value, unit = found
    # Seven digits: what float32 devices know of a frequency.
    scale = 1000.0 if (unit or default_unit).lower().startswith("k") else 1.0
    return float(f"{value * scale:.7g}")
