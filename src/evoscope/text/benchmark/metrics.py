"""Metrics of text tasks that are built on those of ``evoscope.measure``."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from evoscope.measure import Measured, correlation, f1, macro_over_labels, undefined

TOO_FEW = "fewer than two values"


def weighted_f1(predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Mean F1 over the classes of the truth, each weighted by how often it is true.

    What papers on imbalanced tweets report: the majority carries it, so read it beside the macro
    F1.

    Args:
        predicted: ``(n,)`` names or numbers of classes.
        true: ``(n,)``.
        mask: ``(n,)``, true where the class is known.

    Example:
        >>> weighted_f1(["a", "a", "a", "b"], ["a", "a", "a", "a"]).value == 6 / 7
        True
    """
    keep = _kept(true, mask)
    p, t = np.asarray(predicted)[keep], np.asarray(true)[keep]
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    names, counts = np.unique(t, return_counts=True)
    scores = np.array([f1(p == name, t == name).value for name in names], dtype=np.float64)
    return Measured(float(counts @ scores / t.size), t.size)


def label_macro_f1(called: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Mean F1 over labels that are each there or not; see `macro_over_labels`.

    Args:
        called: ``(n, labels)``.
        true: ``(n, labels)``.
        mask: ``(n, labels)``, true where the label is known.

    Example:
        >>> label_macro_f1([[1, 0], [1, 1]], [[1, 0], [1, 1]]).value
        1.0
    """
    return macro_over_labels(f1, called, true, mask)


def rank_correlation(
    predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None
) -> Measured:
    """Spearman's correlation: Pearson's of the ranks, ties sharing theirs.

    Args:
        predicted: ``(n,)`` numbers.
        true: ``(n,)`` numbers.
        mask: ``(n,)``, true where the truth is known.

    Source: Spearman 1904.

    Example:
        >>> rank_correlation([1.0, 2.0, 9.0], [0.1, 0.2, 0.3]).value
        1.0
    """
    keep = _kept(true, mask)
    p, t = np.asarray(predicted)[keep], np.asarray(true)[keep]
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    return correlation(rankdata(p), rankdata(t))


def quartile_accuracy(score: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Share of the top and bottom quarter of the truth that a score puts on the right side.

    The cut is the median of the score over those cases: how politeness is scored as a yes/no task
    (Danescu-Niculescu-Mizil et al. 2013), without a threshold to tune.

    Args:
        score: ``(n,)`` higher where the truth should be.
        true: ``(n,)`` numbers.
        mask: ``(n,)``, true where the truth is known.

    Example:
        >>> quartile_accuracy([1.0, 5.0, 2.0, 9.0], [0.0, 1.0, 2.0, 3.0]).value
        1.0
    """
    keep = _kept(true, mask)
    s, t = np.asarray(score, dtype=np.float64)[keep], np.asarray(true, dtype=np.float64)[keep]
    if t.size < 4:
        return undefined(t.size, "fewer than four values")
    low, high = np.quantile(t, [0.25, 0.75])
    ends = (t <= low) | (t >= high)
    if low == high:
        return undefined(t.size, "the quarters of the truth are the same")
    right = (s[ends] > np.median(s[ends])) == (t[ends] >= high)
    return Measured(float(np.mean(right)), int(ends.sum()))


def _kept(true: ArrayLike, mask: ArrayLike | None) -> NDArray[np.bool_]:
    shape = np.asarray(true).shape
    if len(shape) != 1 or (mask is not None and np.asarray(mask).shape != shape):
        raise ValueError(
            f"true and mask should have the shape (n,). Found {shape} and "
            f"{None if mask is None else np.asarray(mask).shape}."
        )
    return np.ones(shape, dtype=bool) if mask is None else np.asarray(mask, dtype=bool)
