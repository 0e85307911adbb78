"""Whether stated intervals hold the truth as often as promised: a test, not a glance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure.intervals import effective_size, score_interval
from evoscope.measure.measured import Measured, undefined
from evoscope.measure.pooling import TOO_FEW, pooled, pooled_numbers

CoverageVerdict = Literal["as promised", "too low", "too high", "undefined"]


@dataclass(frozen=True)
class CoverageTest:
    """A coverage, what it may be by chance, and whether the promise stands.

    Attributes:
        verdict: "too low" breaks the promise; "too high" keeps it, with needlessly wide intervals.
        coverage: share held, its n and its 90 % interval.
        level: the promise.
        expected_low, expected_high: where coverage falls by chance when the promise is kept.
        p_value: of the two-sided test; ``None`` when undefined.
        effective_n: independent cases that the tested ones are worth.

    Example:
        >>> coverage_test([True] * 70 + [False] * 30, level=0.9).verdict
        'too low'
    """

    verdict: CoverageVerdict
    coverage: Measured
    level: float
    expected_low: float | None = None
    expected_high: float | None = None
    p_value: float | None = None
    effective_n: float | None = None


def coverage_test(
    held: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    level: float,
    calibrated_on: int | None = None,
    groups: ArrayLike | None = None,
    significance: float = 0.05,
) -> CoverageTest:
    """Test whether intervals (or sets) hold the truth as often as they state.

    Of m independent cases a Binomial(m, level) number is held. Intervals calibrated by split
    conformal on n scores share one quantile, which is itself random: then the number is
    Beta-Binomial(m, k, n + 1 - k), k = ceil((n + 1) level), which is wider. Cases of one group are
    alike: m is what they are worth (``effective_size``), rounded.

    Args:
        held: whether the truth was inside, any shape.
        mask: same shape, true where the truth is known.
        level: the promise, between 0 and 1.
        calibrated_on: independent calibration scores (``Conformal.n``); ``None`` for intervals
            that were not calibrated by split conformal. Where it counts groups of several scores
            the test errs towards "as promised".
        groups: same shape, patient of each case.
        significance: p-value below which the promise is held to be broken.

    Source: Vovk 2012.

    Example:
        >>> few = coverage_test([True] * 80 + [False] * 20, level=0.9, calibrated_on=30)
        >>> few.verdict, coverage_test([True] * 80 + [False] * 20, level=0.9).verdict
        ('as promised', 'too low')
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"level should be between 0 and 1. Found {level!r}.")
    (h,) = pooled_numbers(mask, held)
    if h.size < 2:
        return CoverageTest("undefined", undefined(h.size, TOO_FEW), level)
    inside = h != 0.0
    who = None if groups is None else pooled(mask, held, groups)[1]
    size = effective_size(inside, who)
    share = float(inside.mean())
    m = max(1, round(size))
    x = round(share * m)
    chances = held_chances(m, level=level, calibrated_on=calibrated_on)
    at_most = np.cumsum(chances)
    upto, from_on = float(at_most[x]), float(chances[x:].sum())
    p_value = min(1.0, 2.0 * min(upto, from_on))
    tail = 0.5 * significance
    low, high = score_interval(share, size)
    verdict: CoverageVerdict = "as promised"
    if p_value < significance:
        verdict = "too low" if upto < from_on else "too high"
    return CoverageTest(
        verdict,
        Measured(share, h.size, low, high),
        level,
        # The outermost counts that the test would not reject.
        expected_low=int(np.searchsorted(at_most, tail)) / m,
        expected_high=int(m - np.searchsorted(np.cumsum(chances[::-1]), tail)) / m,
        p_value=p_value,
        effective_n=size,
    )


def held_chances(m: int, *, level: float, calibrated_on: int | None = None) -> NDArray[np.float64]:
    """Chance of each number 0..m of m independent cases held; ``(m + 1,)``, adds up to 1.

    Raises:
        ValueError: fewer calibration scores than the level can be promised from.

    Example:
        >>> held_chances(2, level=0.5).round(2).tolist()
        [0.25, 0.5, 0.25]
        >>> held_chances(2, level=0.5, calibrated_on=1).round(2).tolist()
        [0.33, 0.33, 0.33]
    """
    x = np.arange(m)
    # Each chance from the one before it: no factorial to overflow.
    step = np.log((m - x) / (x + 1.0))
    if calibrated_on is None:
        step += math.log(level / (1.0 - level))
    else:
        k = math.ceil((calibrated_on + 1) * level * (1.0 - 1e-9))
        if not 1 <= k <= calibrated_on:
            raise ValueError(
                f"calibrated_on should be enough for level {level:g}. Found {calibrated_on}."
            )
        step += np.log((k + x) / (calibrated_on + 1.0 - k + m - 1.0 - x))
    logs = np.concatenate([[0.0], np.cumsum(step)])
    chances = np.exp(logs - logs.max())
    return np.asarray(chances / chances.sum())
