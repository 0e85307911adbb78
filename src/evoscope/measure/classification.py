"""Metrics of names and of yes or no."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from evoscope.measure.measured import Measured, undefined
from evoscope.measure.pooling import TOO_FEW, pooled, pooled_numbers


def accuracy(predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Share of labels predicted exactly.

    Example:
        >>> accuracy(["a", "b", "b", "b"], ["a", "b", "a", "b"]).value
        0.75
    """
    p, t = pooled(mask, predicted, true)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    return Measured(float(np.mean(p == t)), t.size)


def balanced_accuracy(
    predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None
) -> Measured:
    """Mean recall over the classes that occur in the truth: predicting one class scores 1 / k.

    Undefined with fewer than two classes.

    Example:
        >>> balanced_accuracy(["a", "a", "a", "a"], ["a", "a", "a", "b"]).value
        0.5
    """
    p, t = pooled(mask, predicted, true)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    classes = np.unique(t)
    if classes.size < 2:
        return undefined(t.size, "the truth holds one class only")
    return Measured(float(np.mean([np.mean(p[t == c] == c) for c in classes])), t.size)


def f1(predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """F1 of a yes/no answer: 2 TP / (2 TP + FP + FN).

    Undefined when nothing is true and nothing was called.

    Example:
        >>> f1([True, True, False], [True, False, False]).value == 2 / 3
        True
    """
    p, t = (a != 0.0 for a in pooled_numbers(mask, predicted, true))
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    hits = int(np.count_nonzero(p & t))
    called_or_true = int(np.count_nonzero(p) + np.count_nonzero(t))
    if called_or_true == 0:
        return undefined(t.size, "nothing is true and nothing was called")
    return Measured(2.0 * hits / called_or_true, t.size)


def macro_f1(
    predicted: ArrayLike,
    true: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    classes: Sequence[str] | Sequence[int] | None = None,
) -> Measured:
    """Mean F1 over the classes that occur in the truth or in the predictions.

    A class never predicted counts as 0: it is what the figure is for. With ``classes`` only those
    are averaged: an answer that is none of them ("cannot tell") is wrong, but no class of its own.

    Example:
        >>> macro_f1(["a", "a", "b", "b"], ["a", "a", "b", "a"]).value == (0.8 + 2 / 3) / 2
        True
        >>> macro_f1(["a", "?"], ["a", "a"], classes=["a", "b"]).value == 2 / 3
        True
    """
    p, t = pooled(mask, predicted, true)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    found = np.union1d(p, t)
    counted = found if classes is None else np.intersect1d(found, list(classes))
    if counted.size == 0:
        return undefined(t.size, "none of the classes occurs")
    scores = [
        2.0 * np.count_nonzero((p == c) & (t == c)) / (np.sum(p == c) + np.sum(t == c))
        for c in counted
    ]
    return Measured(float(np.mean(scores)), t.size)
