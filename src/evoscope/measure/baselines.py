"""What a figure is worth: the same metric for a prediction that knows nothing of the case."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from evoscope.measure.bootstrap import Metric
from evoscope.measure.measured import Measured, undefined
from evoscope.measure.pooling import pooled, pooled_numbers


def constant_baseline(
    metric: Metric,
    true: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    centre: Literal["median", "mean"] = "median",
    train: ArrayLike | None = None,
) -> Measured:
    """Score one number for everyone: the median (hardest to beat in MAE) or mean (in R2).

    The number comes from ``train``; without it from the evaluated truth itself, which flatters
    the baseline: a method that loses to it has learned nothing.

    Example:
        >>> from evoscope.measure import mean_absolute_error
        >>> constant_baseline(mean_absolute_error, [10.0, 20.0, 60.0]).value == 50 / 3
        True
    """
    (known,) = pooled_numbers(mask, true) if train is None else pooled_numbers(None, train)
    if known.size == 0:
        return undefined(0, "no values")
    value = float(np.median(known) if centre == "median" else np.mean(known))
    return metric(np.full(np.shape(true), value), true, mask)


def majority_baseline(
    metric: Metric,
    true: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    train: ArrayLike | None = None,
) -> Measured:
    """Score the most frequent class for everyone, from ``train`` or the evaluated truth.

    Example:
        >>> from evoscope.measure import accuracy
        >>> majority_baseline(accuracy, ["normal", "normal", "normal", "snhl"]).value
        0.75
    """
    (known,) = pooled(mask, true) if train is None else pooled(None, train)
    if known.size == 0:
        return undefined(0, "no values")
    classes, counts = np.unique(known, return_counts=True)
    return metric(np.full(np.shape(true), classes[np.argmax(counts)]), true, mask)


def class_shares_baseline(
    metric: Metric,
    true: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    classes: int,
    train: ArrayLike | None = None,
) -> Measured:
    """Score the share of each class as everyone's probabilities: the one to beat in log loss.

    Args:
        metric: of ``(n, classes)`` probabilities and ``(n,)`` class numbers, such as ``log_loss``.
        true: ``(n,)`` class numbers.
        mask: ``(n,)``, true where the class is known.
        classes: how many there are.
        train: class numbers that the shares come from; without it the evaluated truth itself.

    Example:
        >>> from evoscope.measure import brier
        >>> class_shares_baseline(brier, [0, 0, 0, 1], classes=2).value
        0.375
    """
    (known,) = pooled(mask, true) if train is None else pooled(None, train)
    if known.size == 0:
        return undefined(0, "no values")
    counts = np.bincount(known.astype(np.intp), minlength=classes)
    return metric(np.tile(counts / known.size, (np.size(true), 1)), true, mask)


def label_shares_baseline(
    metric: Metric,
    true: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    train: ArrayLike | None = None,
    train_mask: ArrayLike | None = None,
) -> Measured:
    """Score how often each label is true as everyone's probability of it.

    Where labels differ in how common they are this beats one number for all of them, in ``auc``
    over the whole table as well: a micro average rewards knowing which labels are common.

    Args:
        metric: of ``(n, labels)`` probabilities and truths, such as ``binary_log_loss``.
        true: ``(n, labels)`` yes or no.
        mask: ``(n, labels)``, true where the label is known.
        train: ``(m, labels)`` that the shares come from; without it the evaluated truth itself.
        train_mask: ``(m, labels)``.

    Returns:
        The metric's own answer; undefined when a label has no known value to learn from.

    Example:
        >>> from evoscope.measure import auc
        >>> label_shares_baseline(auc, [[1, 0], [1, 0], [1, 1], [0, 0]]).value
        0.75
    """
    source, shown = (true, mask) if train is None else (train, train_mask)
    table = np.asarray(source)
    if table.ndim != 2:
        raise ValueError(f"labels should have the shape (n, labels). Found {table.shape}.")
    keep = np.ones(table.shape, dtype=bool) if shown is None else np.asarray(shown)
    pooled_numbers(keep, table)  # nothing missing that is not masked
    known = keep.sum(axis=0)
    if np.any(known == 0):
        return undefined(int(known.sum()), "a label has no known value")
    share = np.where(keep, table, 0).astype(bool).sum(axis=0) / known
    return metric(np.broadcast_to(share, np.shape(true)), true, mask)


def always_present_baseline(
    metric: Metric, true: ArrayLike, mask: ArrayLike | None = None
) -> Measured:
    """Score "present" for every case: with 78 % present its F1 is already 0.88.

    Example:
        >>> from evoscope.measure import f1
        >>> round(always_present_baseline(f1, [True] * 78 + [False] * 22).value, 2)
        0.88
    """
    return metric(np.ones(np.shape(true), dtype=bool), true, mask)
