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
    return score_interval(successes / n, n, level=level)


def score_interval(share: float, n: float, *, level: float = 0.90) -> tuple[float, float]:
    """Interval of a proportion that stands on ``n`` independent cases, or the worth of so many.

    Source: Wilson 1927.

    Example:
        >>> [round(end, 3) for end in score_interval(0.05, 100, level=0.95)]
        [0.022, 0.112]
    """
    z = NormalDist().inv_cdf(0.5 + level / 2.0)
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    # The ends are exact at none and all, where rounding would leave 1e-17.
    low = 0.0 if share == 0.0 else max(0.0, centre - half)
    high = 1.0 if share == 1.0 else min(1.0, centre + half)
    return low, high


def effective_size(flags: ArrayLike, groups: ArrayLike | None = None) -> float:
    """How many independent cases a share is worth when cases of one group are alike.

    The variance of independent cases over the one found between groups, between 1 and n. Where
    all flags agree nothing is found: then every group is worth one case. Without groups: n.

    Source: Kish 1965.

    Example:
        >>> effective_size([1, 1, 1, 0, 0, 0], ["a", "a", "a", "b", "b", "b"])
        1.0
        >>> effective_size([1, 0, 1, 0, 1, 0], ["a", "a", "b", "b", "c", "c"])
        6.0
    """
    (f,) = pooled_numbers(None, flags)
    if groups is None:
        return float(f.size)
    _, member = np.unique(np.asarray(groups), return_inverse=True)
    n_groups = int(member.max()) + 1
    share = float(f.mean())
    if n_groups == 1:
        return 1.0
    if share in (0.0, 1.0):
        return float(n_groups)
    between = np.bincount(member, f - share)
    variance = float(between @ between) * n_groups / (n_groups - 1) / f.size**2
    independent = share * (1.0 - share)
    return float(f.size if variance * f.size <= independent else max(1.0, independent / variance))
