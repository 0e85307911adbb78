"""Metrics that only the protocol needs; pooled and masked as those of ``evoscope.measure``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure import (
    Measured,
    auc,
    expected_calibration_error,
    macro_f1,
    mean_absolute_error,
    sensitivity_at_fpr,
    undefined,
)
from evoscope.measure.pooling import TOO_FEW, pooled, pooled_numbers

RELIABILITY_BINS = 10
_DRAWS = 50


def share(flags: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Share of true among flags.

    Example:
        >>> share([True, False, False, False]).value
        0.25
    """
    (f,) = pooled(mask, flags)
    if f.size < 2:
        return undefined(f.size, TOO_FEW)
    return Measured(float(np.mean(f.astype(bool))), f.size)


def false_peak_rate(called: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Share called among the truly absent: false positives / absent, and ``n`` counts those.

    Example:
        >>> false_peak_rate([True, True, False], [True, False, False])
        Measured(value=0.5, n=2, low=None, high=None, reason='')
    """
    c, t = pooled(mask, called, true)
    return share(c[~t.astype(bool)])


def missed_peak_rate(called: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Share not called among the truly present; ``n`` counts those.

    Example:
        >>> missed_peak_rate([True, False, False], [True, True, False]).value
        0.5
    """
    c, t = pooled(mask, called, true)
    return share(~c[t.astype(bool)].astype(bool))


def recall(
    predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None, *, label: str | int
) -> Measured:
    """Share of a class that was found; ``n`` counts the class.

    Example:
        >>> recall(["a", "b", "b"], ["a", "a", "b"], label="a").value
        0.5
    """
    p, t = pooled(mask, predicted, true)
    return share(p[t == label] == label)


def beyond(
    predicted: ArrayLike,
    true: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    tolerance: float,
    side: Literal["over", "under"],
) -> Measured:
    """Share of predictions more than ``tolerance`` above (over) or below (under) the truth.

    Together with ``measure.within`` of the same tolerance it adds up to one.

    Example:
        >>> beyond([20.0, 31.0], [20.0, 20.0], tolerance=10.0, side="over").value
        0.5
    """
    p, t = pooled_numbers(mask, predicted, true)
    edge = tolerance * (1.0 + 1e-9)
    return share(p - t > edge if side == "over" else t - p > edge)


def reliability_bins(probability: NDArray[np.float64]) -> NDArray[np.intp]:
    """Bin of each probability, ``(n,)``, from 0 to ``RELIABILITY_BINS`` - 1."""
    return np.clip((probability * RELIABILITY_BINS).astype(np.intp), 0, RELIABILITY_BINS - 1)


def floor_note(probability: NDArray[np.float64]) -> str:
    """Say what calibration error a perfect model with these probabilities would show, ``(n,)``.

    The correction for noise removes only part of it: see ``expected_calibration_error``.

    Example:
        >>> floor_note(np.linspace(0.5, 1.0, 400))
        'perfect calibration would score 0.034'
    """
    rng = np.random.default_rng(0)
    drawn = [
        expected_calibration_error(probability, rng.random(probability.size) < probability).value
        for _ in range(_DRAWS)
    ]
    known = [value for value in drawn if value is not None]
    return f"perfect calibration would score {np.mean(known):.3f}" if known else ""


def distinct(
    predicted: ArrayLike, mask: ArrayLike | None = None, *, among: Sequence[str | int]
) -> Measured:
    """How many of some classes are ever predicted.

    Example:
        >>> distinct(["a", "a", "?"], among=("a", "b")).value
        1.0
    """
    (p,) = pooled(mask, predicted)
    if p.size < 2:
        return undefined(p.size, TOO_FEW)
    return Measured(float(len(set(p.tolist()) & set(among))), p.size)


def ratio_of_sums(above: ArrayLike, below: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Ratio of two pooled sums: an error of all recordings over another of the same ones.

    Example:
        >>> ratio_of_sums([1.0, 2.0], [4.0, 2.0]).value
        0.5
    """
    a, b = pooled_numbers(mask, above, below)
    if a.size < 2:
        return undefined(a.size, TOO_FEW)
    if not b.sum() > 0.0:
        return undefined(a.size, "nothing to compare with")
    return Measured(float(a.sum() / b.sum()), a.size)


def root_of_ratio(above: ArrayLike, below: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Root of the ratio of two pooled powers.

    Example:
        >>> root_of_ratio([1.0, 1.0], [4.0, 4.0]).value
        0.5
    """
    ratio = ratio_of_sums(above, below, mask)
    return ratio if ratio.value is None else Measured(float(np.sqrt(ratio.value)), ratio.n)


def decibels(above: ArrayLike, below: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Ratio of two pooled powers in dB.

    Example:
        >>> decibels([5.0, 5.0], [0.5, 0.5]).value
        10.0
    """
    ratio = ratio_of_sums(above, below, mask)
    if ratio.value is None:
        return ratio
    if ratio.value <= 0.0:
        return undefined(ratio.n, "no power")
    return Measured(float(10.0 * np.log10(ratio.value)), ratio.n)


def correlation_of_sums(sums: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Pearson's correlation over all samples of all recordings, from the sums of each.

    Args:
        sums: ``(recordings, 6)``: samples, sum of x, of y, of x^2, of y^2, of x y.
        mask: of the same shape.

    Example:
        >>> x = np.array([[1.0, 2.0, 3.0], [2.0, 5.0, 1.0]])
        >>> sums = np.column_stack([np.full(2, 3), x.sum(1), x.sum(1), *[(x * x).sum(1)] * 3])
        >>> round(correlation_of_sums(sums).value, 12)
        1.0
    """
    values = np.asarray(sums, dtype=np.float64)
    keep = np.ones(len(values), bool) if mask is None else np.asarray(mask)[:, 0]
    n_recordings = int(keep.sum())
    if n_recordings < 2:
        return undefined(n_recordings, TOO_FEW)
    n, x, y, xx, yy, xy = values[keep].sum(axis=0)
    power = (xx - x * x / n) * (yy - y * y / n)
    if not power > 0.0:
        return undefined(n_recordings, "one side is constant")
    value = (xy - x * y / n) / np.sqrt(power)
    return Measured(float(np.clip(value, -1.0, 1.0)), n_recordings)


def auc_below(
    score: ArrayLike, ideal: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None
) -> Measured:
    """By how much the AUC of a score stays below that of an ideal one, on the same cases.

    Example:
        >>> auc_below([1.0, 1.0], [0.0, 1.0], [False, True]).value
        0.5
    """
    return auc_above(ideal, score, true, mask)


def auc_above(
    score: ArrayLike, rival: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None
) -> Measured:
    """By how much the AUC of a score exceeds that of a rival, on the same cases.

    Example:
        >>> auc_above([0.0, 1.0], [1.0, 1.0], [False, True]).value
        0.5
    """
    return _minus(auc(score, true, mask), auc(rival, true, mask))


def sensitivity_above(
    score: ArrayLike,
    rival: ArrayLike,
    true: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    fpr: float,
) -> Measured:
    """By how much the sensitivity at a false alarm rate exceeds a rival's, on the same cases.

    Example:
        >>> true = [False] * 20 + [True]
        >>> sensitivity_above([0.0] * 20 + [1.0], [1.0] * 20 + [0.0], true, fpr=0.05).value
        1.0
    """
    return _minus(
        sensitivity_at_fpr(score, true, mask, fpr=fpr),
        sensitivity_at_fpr(rival, true, mask, fpr=fpr),
    )


def error_over(
    found: ArrayLike, ideal: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None
) -> Measured:
    """Mean absolute error over that of ideal answers to the same cases.

    Example:
        >>> error_over([4.0, 2.0], [1.0, 1.0], [0.0, 0.0]).value
        3.0
    """
    return _over(mean_absolute_error(found, true, mask), mean_absolute_error(ideal, true, mask))


def squared_error_over(
    found: ArrayLike, bound: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None
) -> Measured:
    """Root mean square error over the root mean square of the bounds of the same cases.

    Example:
        >>> squared_error_over([3.0, 3.0], [1.0, 2.0], [1.0, 1.0]).value ** 2
        1.6
    """
    f, b, t = pooled_numbers(mask, found, bound, true)
    if f.size < 2:
        return undefined(f.size, TOO_FEW)
    return root_of_ratio(np.square(f - t), np.square(b))


def macro_f1_over(
    found: ArrayLike,
    ideal: ArrayLike,
    true: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    classes: Sequence[int],
) -> Measured:
    """Macro F1 over that of ideal answers to the same cases.

    Example:
        >>> macro_f1_over([0, 0], [0, 1], [0, 1], classes=(0, 1)).value < 0.5
        True
    """
    return _over(
        macro_f1(found, true, mask, classes=classes), macro_f1(ideal, true, mask, classes=classes)
    )


def _minus(one: Measured, other: Measured) -> Measured:
    if one.value is None or other.value is None:
        return one
    return Measured(one.value - other.value, one.n)


def _over(above: Measured, below: Measured) -> Measured:
    if above.value is None or below.value is None:
        return above
    if not below.value > 0.0:
        return undefined(above.n, "nothing to compare with")
    return Measured(above.value / below.value, above.n)
