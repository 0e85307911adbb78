"""Figures that tasks share: pooled over all rows, each column about its own mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from evoscope.measure import Measured, Metric, undefined
from evoscope.multitask.losses import hide

NOT_FINITE = "the model answers NaN or infinite values"
NO_LABELS = "no labels"

Array = NDArray[np.float64]


def numbers(tensor: Tensor, present: Tensor) -> Array:
    """Take a tensor to numpy, in double precision, zero where no label is present.

    Example:
        >>> import torch
        >>> known = torch.tensor([True, False])
        >>> numbers(torch.tensor([1.0, float("nan")], dtype=torch.bfloat16), known).tolist()
        [1.0, 0.0]
    """
    found: Array = hide(tensor.detach().cpu().double(), present.cpu()).numpy()
    return found


def finite(answers: Tensor, present: Tensor) -> bool:
    """Whether every answer is a number where a label is present.

    A model that diverged is no error of an evaluation: its figures are undefined, and say so.

    Args:
        answers: of a model.
        present: mask of the answers' shape, or a leading part of it.

    Example:
        >>> import torch
        >>> finite(torch.tensor([1.0, float("nan")]), torch.tensor([True, False]))
        True
    """
    return bool(answers[present.to(answers.device)].isfinite().all())


def no_figure(present: Tensor | None) -> Measured:
    """Say why there is no figure: no labels (None), or answers that are not finite.

    Example:
        >>> no_figure(None).reason
        'no labels'
    """
    if present is None:
        return undefined(0, NO_LABELS)
    return undefined(int(present.sum()), NOT_FINITE)


def centred(values: Array, mask: NDArray[np.bool_]) -> Array:
    """Subtract from every column the mean of what is present in it.

    A column that does not vary is exactly zero, not what rounding leaves of it.

    Example:
        >>> centred(np.array([[1.0, 5.0], [3.0, 5.0]]), np.ones((2, 2), bool)).tolist()
        [[-1.0, 0.0], [1.0, 0.0]]
    """
    return values - column_means(values, mask)


def column_means(values: Array, mask: NDArray[np.bool_]) -> Array:
    """Mean of what is present, over rows; zero where nothing is.

    Example:
        >>> column_means(np.array([1.0, 2.0]), np.array([True, False])).item()
        1.0
    """
    n = np.maximum(mask.sum(axis=0), 1)
    known = np.where(mask, values, 0.0)
    mean = known.sum(axis=0) / n
    lowest = np.where(mask, values, np.inf).min(axis=0, initial=np.inf)
    highest = np.where(mask, values, -np.inf).max(axis=0, initial=-np.inf)
    found: Array = np.where(lowest == highest, lowest, mean)
    return found


def about_column_means(
    metric: Metric, predicted: Array, true: Array, mask: NDArray[np.bool_]
) -> Measured:
    """Evaluate a metric with every column of the truth moved to mean zero, predictions alike.

    Pooled as they are, columns of different means (latencies of waves I to V) would give a
    constant per column a high R2.
    """
    origin = column_means(true, mask)
    return metric(predicted - origin, true - origin, mask)


def relative_spread(predicted: Array, true: Array, mask: NDArray[np.bool_]) -> Measured:
    """Standard deviation of predictions over that of the truth, both within columns.

    Example:
        >>> known = np.ones(3, bool)
        >>> relative_spread(np.zeros(3), np.array([1.0, 2.0, 3.0]), known).value
        0.0
    """
    n = int(mask.sum())
    if n < 2:
        return undefined(n, "fewer than two values")
    truth = float(np.sqrt(np.mean(centred(true, mask)[mask] ** 2)))
    if truth == 0.0:
        return undefined(n, "the truth is constant")
    return Measured(float(np.sqrt(np.mean(centred(predicted, mask)[mask] ** 2))) / truth, n)


def relative_entropy(predicted: NDArray[np.int64], true: NDArray[np.int64]) -> Measured:
    """Entropy of the predicted classes over that of the true ones.

    Example:
        >>> relative_entropy(np.array([0, 0, 0, 0]), np.array([0, 0, 1, 1])).value
        0.0
    """
    if true.size < 2:
        return undefined(true.size, "fewer than two values")
    truth = _entropy(true)
    if truth == 0.0:
        return undefined(true.size, "the truth holds one class only")
    return Measured(_entropy(predicted) / truth, true.size)


def _entropy(classes: NDArray[np.int64]) -> float:
    share = np.unique(classes, return_counts=True)[1] / classes.size
    return float(-np.sum(share * np.log(share))) + 0.0  # minus zero is zero
