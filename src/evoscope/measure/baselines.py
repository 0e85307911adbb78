"""What a figure is worth: the same metric for a prediction that knows nothing of the case."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from evoscope.measure.bootstrap import Metric
from evoscope.measure.measured import Measured, undefined
from evoscope.measure.pooling import pooled, pooled_numbers


def constant_baseline(
    metric: Metric,
    true: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    centre: Literal["median", "mean"] = "median",
    train: ArrayLike | None = None,
) -> Measured:
    """Score one number for everyone: the median (hardest to beat in MAE) or mean (in R2).

    The number comes from ``train``; without it from the evaluated truth itself, which flatters
    the baseline: a method that loses to it has learned nothing.

    Example:
        >>> from evoscope.measure import mean_absolute_error
        >>> constant_baseline(mean_absolute_error, [10.0, 20.0, 60.0]).value == 50 / 3
        True
    """
    (known,) = pooled_numbers(mask, true) if train is None else pooled_numbers(None, train)
    if known.size == 0:
        return undefined(0, "no values")
    value = float(np.median(known) if centre == "median" else np.mean(known))
    return metric(np.full(np.shape(true), value), true, mask)


def majority_baseline(
    metric: Metric,
    true: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    train: ArrayLike | None = None,
) -> Measured:
    """Score the most frequent class for everyone, from ``train`` or the evaluated truth.

    Example:
        >>> from evoscope.measure import accuracy
        >>> majority_baseline(accuracy, ["normal", "normal", "normal", "snhl"]).value
        0.75
    """
    (known,) = pooled(mask, true) if train is None else pooled(None, train)
    if known.size == 0:
        return undefined(0, "no values")
    classes, counts = np.unique(known, return_counts=True)
    return metric(np.full(np.shape(true), classes[np.argmax(counts)]), true, mask)


def always_present_baseline(
    metric: Metric, true: ArrayLike, mask: ArrayLike | None = None
) -> Measured:
    """Score "present" for every case: with 78 % present its F1 is already 0.88.

    Example:
        >>> from evoscope.measure import f1
        >>> round(always_present_baseline(f1, [True] * 78 + [False] * 22).value, 2)
        0.88
    """
    return metric(np.ones(np.shape(true), dtype=bool), true, mask)
