"""Metrics of a score that should be higher where the truth is true."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure.measured import Measured, undefined
from evoscope.measure.pooling import TOO_FEW, pooled_numbers


def _split(
    score: ArrayLike, true: ArrayLike, mask: ArrayLike | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    s, t = pooled_numbers(mask, score, true)  # a missing truth must not turn into "yes"
    positive = t != 0.0
    return s[positive], s[~positive]


def auc(score: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Probability that a true case scores above a false one, ties counting half.

    Undefined unless both are there.

    Example:
        >>> auc([0.9, 0.8, 0.3, 0.8], [True, True, False, False]).value
        0.875
    """
    positive, negative = _split(score, true, mask)
    n = positive.size + negative.size
    if not positive.size or not negative.size:
        return undefined(n, "needs true and false cases")
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left")
    upto = np.searchsorted(ordered, positive, side="right")
    wins = float(np.sum(below + upto)) / 2.0
    return Measured(wins / (positive.size * negative.size), n)


def sensitivity_at_fpr(
    score: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None, *, fpr: float = 0.05
) -> Measured:
    """Share of true cases found when at most ``fpr`` of the false ones are called.

    The criterion is the lowest score that keeps the promise on these very cases; a case is called
    at or above it. Ties are called together.

    Example:
        >>> sensitivity_at_fpr([3.0, 2.0, 1.0, 2.5, 0.0], [1, 1, 1, 0, 0], fpr=0.0).value == 1 / 3
        True
    """
    if not 0.0 <= fpr <= 1.0:
        raise ValueError(f"fpr should be between 0 and 1. Found {fpr!r}.")
    positive, negative = _split(score, true, mask)
    n = positive.size + negative.size
    if not positive.size or not negative.size:
        return undefined(n, "needs true and false cases")
    allowed = int(np.floor(fpr * negative.size + 1e-9))
    if allowed >= negative.size:
        return Measured(1.0, n)
    # Calling strictly above the first false case that must stay silent keeps the promise.
    first_silent = np.sort(negative)[::-1][allowed]
    return Measured(float(np.mean(positive > first_silent)), n)


def sensitivity_at_specificity(
    score: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None, *, specificity: float = 0.95
) -> Measured:
    """Share of true cases found when at least ``specificity`` of the false ones stay silent.

    Example:
        >>> sensitivity_at_specificity([3.0, 2.0, 2.5, 0.0], [1, 1, 0, 0], specificity=1.0).value
        0.5
    """
    return sensitivity_at_fpr(score, true, mask, fpr=1.0 - specificity)


def average_precision(score: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Mean precision over the true cases, each at the criterion that just finds it.

    The area under the precision-recall steps, without interpolation. Ties are called together. A
    score that knows nothing gets the share of true cases. Undefined without a true case.

    Example:
        >>> average_precision([0.9, 0.8, 0.3], [True, False, True]).value == (1 + 2 / 3) / 2
        True
    """
    positive, negative = _split(score, true, mask)
    n = positive.size + negative.size
    if n < 2:
        return undefined(n, TOO_FEW)
    if not positive.size:
        return undefined(n, "needs true cases")
    found = positive.size - np.searchsorted(np.sort(positive), positive, side="left")
    false = negative.size - np.searchsorted(np.sort(negative), positive, side="left")
    return Measured(float(np.mean(found / (found + false))), n)
