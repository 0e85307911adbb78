"""Metrics of numbers: pooled, masked, float64, two passes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from evoscope.measure.measured import Measured, undefined
from evoscope.measure.pooling import TOO_FEW, pooled_numbers


def mean_absolute_error(
    predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None
) -> Measured:
    """Mean of abs(predicted - true), in their unit.

    Example:
        >>> mean_absolute_error([1.0, 2.0, 9.0], [2.0, 4.0, 0.0], [True, True, False]).value
        1.5
    """
    p, t = pooled_numbers(mask, predicted, true)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    return Measured(float(np.mean(np.abs(p - t))), t.size)


def root_mean_square_error(
    predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None
) -> Measured:
    """Square root of the mean of (predicted - true)^2, in their unit.

    Example:
        >>> root_mean_square_error([3.0, 4.0], [0.0, 0.0]).value == 12.5**0.5
        True
    """
    p, t = pooled_numbers(mask, predicted, true)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    largest = float(np.abs(p - t).max())
    if largest == 0.0:
        return Measured(0.0, t.size)
    # Divided first: squares of picovolts would leave the range of a float.
    return Measured(largest * float(np.sqrt(np.mean(((p - t) / largest) ** 2))), t.size)


def bias(predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Mean of predicted - true: positive when the prediction is too high.

    Example:
        >>> bias([1.0, 2.0], [2.0, 4.0]).value
        -1.5
    """
    p, t = pooled_numbers(mask, predicted, true)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    return Measured(float(np.mean(p - t)), t.size)


def within(
    predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None, *, tolerance: float
) -> Measured:
    """Share of predictions no further than ``tolerance`` from the truth (the edge counts).

    An error a rounding beyond the edge still counts: 0.3 - 0.2 is within 0.1.

    Example:
        >>> within([10.0, 20.0, 0.3], [15.0, 30.0, 0.2], tolerance=5.0).value == 2 / 3
        True
    """
    p, t = pooled_numbers(mask, predicted, true)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    edge = tolerance * (1.0 + 1e-9)
    return Measured(float(np.mean(np.abs(p - t) <= edge)), t.size)


def r2(predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Coefficient of determination, 1 - SS(true - predicted) / SS(true - mean).

    In two passes and without an epsilon, so that it is the same number in volts, microvolts and
    seconds. Undefined when the truth is constant.

    Example:
        >>> r2([1e-7, 2e-7, 3e-7], [1e-7, 2e-7, 3e-7]).value
        1.0
    """
    p, t = pooled_numbers(mask, predicted, true)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    if np.ptp(t) == 0.0:
        return undefined(t.size, "the truth is constant")
    # Divided by the spread first: squares of picovolts would leave the range of a float.
    scale = float(np.ptp(t))
    centred = (t - t.mean()) / scale
    with np.errstate(over="ignore"):
        residual = (t - p) / scale
        value = float(1.0 - np.dot(residual, residual) / np.dot(centred, centred))
    if not np.isfinite(value):
        return undefined(t.size, "the truth is constant beside the errors")
    return Measured(value, t.size)


def correlation(predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Pearson's correlation; undefined when either side is constant.

    Example:
        >>> round(correlation([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]).value, 12)
        1.0
    """
    p, t = pooled_numbers(mask, predicted, true)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    for name, side in (("prediction", p), ("truth", t)):
        if np.ptp(side) == 0.0:
            return undefined(t.size, f"the {name} is constant")
    x = (p - p.mean()) / np.ptp(p)
    y = (t - t.mean()) / np.ptp(t)
    r = float(np.dot(x, y) / np.sqrt(np.dot(x, x) * np.dot(y, y)))
    return Measured(min(1.0, max(-1.0, r)), t.size)
