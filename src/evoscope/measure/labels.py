"""Metrics of several yes/no labels per case, any of which may be unknown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure.bootstrap import Metric
from evoscope.measure.measured import Measured, undefined
from evoscope.measure.pooling import TOO_FEW, pooled, pooled_numbers, pooled_rows


def macro_over_labels(
    metric: Metric, predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None
) -> Measured:
    """Mean of a metric over the labels for which it is defined; ``n`` counts those labels' values.

    The metric on the whole table is the micro average: it pools all labels.

    Args:
        metric: of one label, such as ``auc``, ``average_precision`` or ``f1``.
        predicted: ``(n, labels)`` scores or calls.
        true: ``(n, labels)`` yes or no.
        mask: ``(n, labels)``, true where the label is known.

    Raises:
        ValueError: arrays that are not tables of one shape.

    Example:
        >>> from evoscope.measure import auc
        >>> score, true = [[0.9, 0.2], [0.1, 0.6], [0.3, 0.6]], [[1, 1], [0, 0], [1, 0]]
        >>> macro_over_labels(auc, score, true).value, round(auc(score, true).value, 3)
        (0.5, 0.556)
    """
    p, t = np.asarray(predicted), np.asarray(true)
    pooled(mask, p, t)  # shapes and mask are checked once, for all labels
    if t.ndim != 2:
        raise ValueError(f"true should have the shape (n, labels). Found {t.shape}.")
    keep = np.ones(t.shape, dtype=bool) if mask is None else np.asarray(mask)
    each = [metric(p[:, j], t[:, j], keep[:, j]) for j in range(t.shape[1])]
    return _mean_of_defined(each, "labels")


def macro_one_vs_rest(
    metric: Metric, score: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None
) -> Measured:
    """Mean over classes of a metric of one class against the rest; ``n`` counts cases.

    Args:
        metric: of a score and a yes/no truth, such as ``auc`` or ``average_precision``.
        score: ``(n, classes)``.
        true: ``(n,)`` class numbers.
        mask: ``(n,)``, true where the class is known.

    Raises:
        ValueError: shapes that do not fit, or a class number outside of the table.

    Example:
        >>> from evoscope.measure import auc
        >>> score = [[0.7, 0.3], [0.6, 0.4], [0.2, 0.8]]
        >>> macro_one_vs_rest(auc, score, [0, 1, 1]).value
        1.0
    """
    s, t = pooled_rows(mask, score, true)
    each = [metric(s[:, j], t == j) for j in range(s.shape[1])]
    return replace(_mean_of_defined(each, "classes"), n=t.size)


def _mean_of_defined(each: list[Measured], what: str) -> Measured:
    values = [m.value for m in each if m.value is not None]
    if not values:
        return undefined(sum(m.n for m in each), f"undefined for all of {len(each)} {what}")
    return Measured(float(np.mean(values)), sum(m.n for m in each if m.defined))


def _row_counts(
    predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Calls, truths and what is known, of the rows that know at least one label."""
    p, t = np.asarray(predicted), np.asarray(true)
    pooled_numbers(mask, p, t)  # a missing label that is not masked is an error
    if t.ndim != 2:
        raise ValueError(f"true should have the shape (n, labels). Found {t.shape}.")
    keep = np.ones(t.shape, dtype=bool) if mask is None else np.asarray(mask)
    known = keep.any(axis=1)
    keep = keep[known]
    # What is masked becomes "no" before it is read: NaN would turn into "yes".
    called = np.where(keep, p[known], False).astype(bool)
    return called, np.where(keep, t[known], False).astype(bool), keep


def jaccard(predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Mean over cases of labels called and true over labels called or true; ``n`` counts cases.

    A case without any, on both sides, counts as 1. Only known labels take part; a case that knows
    none is left out.

    Source: Jaccard 1912; the "accuracy" of multi-label emotion tasks (Mohammad et al. 2018).

    Example:
        >>> jaccard([[1, 1, 0], [0, 0, 0]], [[1, 0, 0], [0, 0, 0]]).value
        0.75
    """
    called, real, _ = _row_counts(predicted, true, mask)
    if len(real) < 2:
        return undefined(len(real), TOO_FEW)
    both, either = (called & real).sum(axis=1), (called | real).sum(axis=1)
    return Measured(float(np.mean(np.where(either > 0, both / np.maximum(either, 1), 1.0))),
                    len(real))  # fmt: skip


def exact_match(predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Share of cases with every known label right; ``n`` counts cases that know at least one.

    Example:
        >>> exact_match([[1, 1], [0, 1]], [[1, 0], [0, 1]]).value
        0.5
    """
    called, real, _ = _row_counts(predicted, true, mask)
    if len(real) < 2:
        return undefined(len(real), TOO_FEW)
    return Measured(float(np.mean((called == real).all(axis=1))), len(real))
