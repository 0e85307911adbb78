"""Pool first: what the mask hides is taken out before anything is computed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

TOO_FEW = "fewer than two values"


def pooled(mask: ArrayLike | None, *arrays: ArrayLike) -> list[NDArray[Any]]:
    """Select what the mask shows from arrays of one shape, flattened.

    Args:
        mask: true where a value takes part, of the arrays' shape; ``None`` for all.
        arrays: any dtype. What is masked is never looked at: it may be NaN.

    Raises:
        ValueError: shapes that differ.

    Example:
        >>> [a.tolist() for a in pooled([True, False], [1.0, float("nan")], ["a", "b"])]
        [[1.0], ['a']]
    """
    values = [np.asarray(a) for a in arrays]
    shape = values[0].shape
    keep = np.ones(shape, dtype=bool) if mask is None else np.asarray(mask)
    for name, array in [*((f"array {i}", a) for i, a in enumerate(values)), ("mask", keep)]:
        if array.shape != shape:
            raise ValueError(
                f"{name} should have the shape of array 0, {shape}. Found {array.shape}."
            )
    if keep.dtype != np.bool_:
        raise ValueError(f"mask should be boolean. Found {keep.dtype}.")
    return [a[keep] for a in values]


def pooled_numbers(mask: ArrayLike | None, *arrays: ArrayLike) -> list[NDArray[np.float64]]:
    """Select what the mask shows, as float64.

    Raises:
        ValueError: shapes that differ, or a NaN or infinite value that is not masked.

    Example:
        >>> pooled_numbers(None, [1, 2])[0].dtype
        dtype('float64')
    """
    numbers = [a.astype(np.float64) for a in pooled(mask, *arrays)]
    for i, array in enumerate(numbers):
        bad = int(np.count_nonzero(~np.isfinite(array)))
        if bad:
            raise ValueError(
                f"array {i} should be finite where the mask is true. Found {bad} NaN or infinite "
                "value(s). Mask what is missing."
            )
    return numbers


def pooled_rows(
    mask: ArrayLike | None, table: ArrayLike, true: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Select what the mask shows from one row of numbers, and one class number, per case.

    Args:
        mask: ``(n,)``; ``None`` for all.
        table: ``(n, classes)``, as float64 in the answer.
        true: ``(n,)`` class numbers, from 0.

    Raises:
        ValueError: shapes that do not fit, a number that is missing and not masked, or a class
            number outside of the table.

    Example:
        >>> table, true = pooled_rows([True, False], [[1.0, 2.0], [3.0, 4.0]], [1, -1])
        >>> table.tolist(), true.tolist()
        ([[1.0, 2.0]], [1])
    """
    values, (classes,) = np.asarray(table), pooled_numbers(mask, true)
    if values.ndim != 2 or values.shape[:1] != np.shape(true):
        raise ValueError(
            f"the table should have the shape (n, classes), with one row per truth, "
            f"{np.shape(true)}. Found {values.shape}."
        )
    keep = np.ones(len(values), dtype=bool) if mask is None else np.asarray(mask)
    numbers = values[keep].astype(np.float64)
    pooled_numbers(None, numbers)  # nothing missing that is not masked
    whole = classes.astype(np.intp)
    if not (np.array_equal(whole, classes) and np.all((whole >= 0) & (whole < values.shape[1]))):
        raise ValueError(
            f"class numbers should be whole, from 0 to {values.shape[1] - 1}. Found "
            f"{np.unique(classes)[:5].tolist()}. Mask what is missing."
        )
    return numbers, whole
