"""Agreement of two measurements of one thing: not only in step, but equal."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from evoscope.measure.measured import Measured, undefined
from evoscope.measure.pooling import TOO_FEW, pooled_numbers

_LIMIT_SD = 1.96


def concordance(predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Concordance correlation coefficient, from -1 to 1.

    2 cov(p, t) / (var(p) + var(t) + (mean(p) - mean(t))^2), with the variances of a population.
    A shift or a wrong scale lowers it, where Pearson's correlation stays 1. A constant prediction
    scores 0; a constant truth leaves it undefined.

    Source: Lin 1989.

    Example:
        >>> round(concordance([2.0, 3.0, 4.0], [1.0, 2.0, 3.0]).value, 4) == round(4 / 7, 4)
        True
    """
    p, t = pooled_numbers(mask, predicted, true)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    if np.ptp(t) == 0.0:
        return undefined(t.size, "the truth is constant")
    # From one of the truths, over the widest distance: the same number in volts and in microvolts.
    origin = t[0]
    scale = float(max(np.abs(p - origin).max(), np.abs(t - origin).max()))
    p, t = (p - origin) / scale, (t - origin) / scale
    x, y = p - p.mean(), t - t.mean()
    apart = np.dot(x, x) + np.dot(y, y) + t.size * (p.mean() - t.mean()) ** 2
    if not apart > 0.0:
        return undefined(t.size, "the truth is constant beside the errors")
    return Measured(float(np.clip(2.0 * np.dot(x, y) / apart, -1.0, 1.0)), t.size)


def limit_of_agreement(
    predicted: ArrayLike,
    true: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    side: Literal["low", "high"],
) -> Measured:
    """Bias minus or plus 1.96 standard deviations of the differences, in their unit.

    About 95 % of differences lie between the two when they are normal.

    Source: Bland & Altman 1986.

    Example:
        >>> round(limit_of_agreement([1.0, 3.0], [2.0, 2.0], side="high").value, 3)
        2.772
    """
    p, t = pooled_numbers(mask, predicted, true)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    spread = _LIMIT_SD * float(np.std(p - t, ddof=1))
    return Measured(float(np.mean(p - t)) + (spread if side == "high" else -spread), t.size)
