"""Intervals: of a proportion, and how often stated intervals hold the truth."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from evoscope.measure.measured import Measured, undefined
from evoscope.measure.pooling import TOO_FEW, pooled_numbers


def coverage(
    low: ArrayLike, high: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None
) -> Measured:
    """Share of truths inside their stated interval, ends included.

    Example:
        >>> coverage([0.0, 0.0], [1.0, 1.0], [0.5, 2.0]).value
        0.5
    """
    lo, hi, t = pooled_numbers(mask, low, high, true)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    return Measured(float(np.mean((lo <= t) & (t <= hi))), t.size)


def proportion_interval(successes: int, n: int, *, level: float = 0.90) -> tuple[float, float]:
    """Interval of a proportion of independent cases.

    Source: Wilson 1927. Cases of one patient are not independent: use the bootstrap for those.

    Raises:
        ValueError: impossible counts.

    Example:
        >>> [round(end, 3) for end in proportion_interval(5, 100, level=0.95)]
        [0.022, 0.112]
    """
    if not 0 <= successes <= n or n < 1:
        raise ValueError(
            f"successes should be between 0 and n, n at least 1. Found {successes} of {n}."
        )
    z = NormalDist().inv_cdf(0.5 + level / 2.0)
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    # The ends are exact at 0 and n of n, where rounding would leave 1e-17.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return low, high
