"""One frame for every complaint: what should hold, what was found, what to do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def complaint(name: str, should: str, found: object, hint: str = "") -> ValueError:
    """Build the error every record type raises, so that all of them read alike."""
    text = f"{name} should be {should}. Found {found!r}."
    return ValueError(f"{text} {hint}".rstrip())


def one_of(name: str, value: str, allowed: Sequence[str]) -> None:
    """Refuse a word outside a closed vocabulary, naming the vocabulary."""
    if value not in allowed:
        raise complaint(name, f"one of {', '.join(map(repr, allowed))}", value)


def positive(name: str, value: float | None) -> None:
    """Refuse zero, negative and non-finite values; ``None`` means unknown and passes."""
    if value is not None and not (np.isfinite(value) and value > 0):
        raise complaint(name, "a positive finite number, or None when unknown", value)


def finite(name: str, value: float | None) -> None:
    """Refuse NaN and infinity; ``None`` means unknown and passes."""
    if value is not None and not np.isfinite(value):
        raise complaint(name, "a finite number, or None when unknown", value)


def frozen_float32(name: str, values: NDArray[np.floating], ndim: int) -> NDArray[np.float32]:
    """Copy into a read-only float32 array of the stated rank, refusing NaN and infinity."""
    array = np.array(values, dtype=np.float32)
    if array.ndim != ndim:
        raise complaint(name, f"an array with {ndim} dimension(s)", f"shape {array.shape}")
    if array.size == 0:
        raise complaint(name, "a non-empty array", f"shape {array.shape}")
    if not np.isfinite(array).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise complaint(name, "finite everywhere", f"{array[where]} at index {where}")
    array.flags.writeable = False
    return array
