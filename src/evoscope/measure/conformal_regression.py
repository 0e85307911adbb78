"""Conformal scores of numbers, and the interval that each of them turns back into."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Interval = tuple[NDArray[np.float64], NDArray[np.float64]]


def absolute_score(
    predicted: ArrayLike, true: ArrayLike, spread: ArrayLike = 1.0
) -> NDArray[np.float64]:
    """Distance of prediction and truth, in units of the spread that the model predicts, if any.

    Args:
        predicted: any shape.
        true: same shape; NaN where unknown gives NaN, for the mask of ``fit_conformal``.
        spread: positive, broadcast: a predicted standard deviation, on any scale.

    Source: normalized: Papadopoulos et al. 2011.

    Example:
        >>> absolute_score([1.0, 2.0], [2.0, 6.0], [1.0, 2.0]).tolist()
        [1.0, 2.0]
    """
    apart = np.abs(np.asarray(predicted, dtype=np.float64) - np.asarray(true, dtype=np.float64))
    return np.asarray(apart / _positive(spread))


def absolute_interval(
    predicted: ArrayLike, quantile: ArrayLike, spread: ArrayLike = 1.0
) -> Interval:
    """Turn the quantile of ``absolute_score`` into an interval around each prediction.

    Example:
        >>> low, high = absolute_interval([5.0, 5.0], 2.0, spread=[0.1, 1.0])
        >>> low.tolist(), high.tolist()
        ([4.8, 3.0], [5.2, 7.0])
    """
    p = np.asarray(predicted, dtype=np.float64)
    half = np.asarray(quantile, dtype=np.float64) * _positive(spread)
    return p - half, p + half


def interval_score(low: ArrayLike, high: ArrayLike, true: ArrayLike) -> NDArray[np.float64]:
    """How far the truth lies outside of a predicted interval; negative inside of it.

    For models that predict quantiles: conformalized quantile regression.

    Source: Romano et al. 2019.

    Example:
        >>> interval_score([0.0, 0.0], [2.0, 2.0], [0.5, 3.0]).tolist()
        [-0.5, 1.0]
    """
    t = np.asarray(true, dtype=np.float64)
    below, above = np.asarray(low, dtype=np.float64) - t, t - np.asarray(high, dtype=np.float64)
    return np.maximum(below, above)


def widened_interval(low: ArrayLike, high: ArrayLike, quantile: ArrayLike) -> Interval:
    """Move both ends of a predicted interval outward by the quantile of ``interval_score``.

    A negative quantile narrows it; ends that would cross meet in the middle.

    Example:
        >>> [end.tolist() for end in widened_interval([0.0, 0.0], [2.0, 8.0], -1.5)]
        [[1.0, 1.5], [1.0, 6.5]]
    """
    a, b = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    by, middle = np.asarray(quantile, dtype=np.float64), 0.5 * (a + b)
    crossed = a - by > b + by
    return np.where(crossed, middle, a - by), np.where(crossed, middle, b + by)


def _positive(spread: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(spread, dtype=np.float64)
    if values.size and not values.min() > 0.0:
        raise ValueError(f"spread should be positive. Found {values.min():.6g}.")
    return values
