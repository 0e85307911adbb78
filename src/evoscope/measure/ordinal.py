"""Metrics of ranks: classes in an order, numbered from 0 or from anywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from evoscope.measure.measured import Measured, undefined
from evoscope.measure.pooling import TOO_FEW, pooled_numbers


def quadratic_kappa(
    predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None
) -> Measured:
    """Cohen's kappa with squared distances as weights: 1 is exact, 0 is what chance gives.

    One minus the mean squared distance over the one expected from the two margins alone. A
    constant prediction scores 0; undefined when both sides are one and the same constant.

    Source: Cohen 1968.

    Example:
        >>> round(quadratic_kappa([0, 1, 2, 2], [0, 1, 2, 1]).value, 3)
        0.8
    """
    p, t = pooled_numbers(mask, predicted, true)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    # The expected squared distance of independent draws needs no table: it is in the moments.
    by_chance = float(np.var(p) + np.var(t) + (p.mean() - t.mean()) ** 2)
    if by_chance == 0.0:
        return undefined(t.size, "truth and prediction are the same constant")
    return Measured(1.0 - float(np.mean((p - t) ** 2)) / by_chance, t.size)


def macro_mean_absolute_error(
    predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None
) -> Measured:
    """Mean absolute error of each true rank, averaged over the ranks that occur.

    Answering the commonest rank for everyone costs here what it should: rare ranks count as much.

    Source: Baccianella et al. 2009.

    Example:
        >>> macro_mean_absolute_error([0, 0, 0, 0], [0, 0, 0, 3]).value
        1.5
    """
    p, t = pooled_numbers(mask, predicted, true)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    ranks, which = np.unique(t, return_inverse=True)
    each = np.bincount(which, np.abs(p - t), ranks.size) / np.bincount(which)
    return Measured(float(each.mean()), t.size)
