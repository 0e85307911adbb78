"""Whether stated probabilities come true: reliability, and its error without the noise's share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure.intervals import effective_size, score_interval
from evoscope.measure.measured import Measured, undefined
from evoscope.measure.pooling import TOO_FEW, pooled, pooled_rows
from evoscope.measure.probabilities import yes_no_probabilities

BINS = 15
_PER_BIN = 2
"""A bin of one case says nothing of its own noise."""


@dataclass(frozen=True)
class ReliabilityBin:
    """Cases of similar stated probability.

    Attributes:
        low, high: lowest and highest probability stated in the bin.
        stated: their mean.
        observed: share that came true, its n and its interval.
    """

    low: float
    high: float
    stated: float
    observed: Measured


def top_class(
    probability: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Reduce classes to yes/no: the probability of the first class, and whether it was right.

    Args:
        probability: ``(n, classes)``.
        true: ``(n,)`` class numbers.
        mask: ``(n,)``; the answer holds the unmasked cases only.

    Example:
        >>> stated, right = top_class([[0.7, 0.3], [0.4, 0.6]], [0, 0])
        >>> stated.tolist(), right.tolist()
        ([0.7, 0.6], [True, False])
    """
    p, t = pooled_rows(mask, probability, true)
    return p.max(axis=1, initial=0.0), p.argmax(axis=1) == t


def reliability(
    probability: ArrayLike,
    true: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    groups: ArrayLike | None = None,
    bins: int = BINS,
    level: float = 0.90,
) -> tuple[ReliabilityBin, ...]:
    """Compare stated with observed in bins of equally many cases, lowest probability first.

    Equal probabilities are never divided, so that there may be fewer bins than asked for.

    Args:
        probability: stated probabilities of "yes", any shape.
        true: yes or no, same shape.
        mask: same shape.
        groups: same shape, patient of each case: then intervals are as wide as patients differ.
        bins: most bins.
        level: of the intervals (Wilson 1927, on the effective number of cases).

    Example:
        >>> [b.observed.value for b in reliability([0.1, 0.1, 0.9, 0.9], [0, 0, 0, 1], bins=2)]
        [0.0, 0.5]
    """
    p, t = yes_no_probabilities(probability, true, mask)
    who = None if groups is None else pooled(mask, probability, groups)[1]
    if p.size == 0:
        return ()
    which = _equal_mass(p, bins)
    found = []
    for b in range(int(which.max()) + 1):
        inside = which == b
        share, n = float(np.mean(t[inside])), int(inside.sum())
        size = effective_size(t[inside], None if who is None else who[inside])
        low, high = score_interval(share, size, level=level)
        stated = p[inside]
        found.append(
            ReliabilityBin(
                float(stated.min()),
                float(stated.max()),
                float(stated.mean()),
                Measured(share, n, low, high),
            )
        )
    return tuple(found)


def expected_calibration_error(
    probability: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None, *, bins: int = BINS
) -> Measured:
    """Mean distance of stated and observed probability over bins of equally many cases.

    Of a perfect model the plain sum is far from 0: noise alone moves the bins. The noise expected
    in each bin, a folded normal around the distance found, is taken off once, which removes about
    40 % of the excess of a perfect model and nearly all of a poor one's;
    ``root_mean_square_calibration_error`` removes it all, and is the larger of the two where
    there is an error. Cases are taken as independent: several of one patient leave more noise in,
    so that the figure is too high rather than too low. A bootstrap interval lies too high as well
    (resampling adds noise that is taken for error) and may leave out a figure near 0.

    Args:
        probability: stated probabilities of "yes", any shape. For classes: ``top_class``, or
            each class against the rest by ``macro_one_vs_rest``.
        true: yes or no, same shape.
        mask: same shape.
        bins: most bins.

    Source: Naeini et al. 2015; equal bins and the correction: Kumar et al. 2019.

    Example:
        >>> round(expected_calibration_error([0.9] * 100, [1] * 80 + [0] * 20).value, 3)
        0.1
    """
    p, t = yes_no_probabilities(probability, true, mask)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    weight, gap, noise = _gaps(p, t, bins)
    excess = np.array([_folded_mean(g, s) for g, s in zip(gap, noise, strict=True)]) - np.abs(gap)
    return Measured(max(0.0, float(weight @ (np.abs(gap) - excess))), t.size)


def root_mean_square_calibration_error(
    probability: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None, *, bins: int = BINS
) -> Measured:
    """Root of the mean squared distance of stated and observed probability, without the noise's.

    Its square is unbiased before it is cut off at 0: a perfect model scores 0 about half of the
    time. Never below the true ``expected_calibration_error`` over the same bins, on average.

    Source: Kumar et al. 2019; the noise is that of the distance, not of the outcome alone, which
    also counts the spread of probabilities inside of a bin.

    Example:
        >>> round(root_mean_square_calibration_error([0.9] * 100, [1] * 80 + [0] * 20).value, 3)
        0.092
    """
    p, t = yes_no_probabilities(probability, true, mask)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    weight, gap, noise = _gaps(p, t, bins)
    return Measured(math.sqrt(max(0.0, float(weight @ (gap**2 - noise**2)))), t.size)


def _equal_mass(probability: NDArray[np.float64], bins: int) -> NDArray[np.intp]:
    """Bin of each case, ``(n,)``, numbered from 0 without a gap."""
    if bins < 1:
        raise ValueError(f"bins should be 1 or more. Found {bins}.")
    n = probability.size
    most = max(1, min(bins, n // _PER_BIN))
    starts = np.unique(np.sort(probability)[np.arange(1, most) * n // most])
    _, which = np.unique(np.searchsorted(starts, probability, side="right"), return_inverse=True)
    return which


def _gaps(
    probability: NDArray[np.float64], true: NDArray[np.bool_], bins: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Of each bin: its share of cases, stated minus observed, and that distance's own noise."""
    which = _equal_mass(probability, bins)
    n = np.bincount(which)
    apart = probability - true
    gap = np.bincount(which, apart) / n
    squares = np.bincount(which, (apart - gap[which]) ** 2)
    # Of a single case the whole distance may be noise.
    variance = np.where(n > 1, squares / np.maximum(n * (n - 1), 1), gap**2)
    return n / n.sum(), gap, np.sqrt(variance)


def _folded_mean(mean: float, sd: float) -> float:
    """Expected absolute value of a normal variable."""
    if sd == 0.0:
        return abs(mean)
    z = mean / sd
    return sd * math.sqrt(2 / math.pi) * math.exp(-z * z / 2) + mean * math.erf(z / math.sqrt(2))
