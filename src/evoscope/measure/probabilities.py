"""Proper scores: lowest on average when the stated probability is the true one."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure.measured import Measured, undefined
from evoscope.measure.pooling import TOO_FEW, pooled_numbers, pooled_rows


def binary_log_loss(
    probability: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None
) -> Measured:
    """Mean of -log of the probability given to what was true, of yes/no answers, in nats.

    Undefined when a truth was given no probability at all: the loss is infinite there.

    Raises:
        ValueError: a probability outside of 0..1.

    Example:
        >>> round(binary_log_loss([0.5, 0.5], [True, False]).value, 4)
        0.6931
    """
    p, t = yes_no_probabilities(probability, true, mask)
    return _mean_log_loss(np.where(t, p, 1.0 - p))


def binary_brier(
    probability: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None
) -> Measured:
    """Mean squared distance of probability and yes/no truth, from 0 to 1.

    Source: Brier 1950.

    Example:
        >>> binary_brier([1.0, 0.5], [True, False]).value
        0.125
    """
    p, t = yes_no_probabilities(probability, true, mask)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    return Measured(float(np.mean((p - t) ** 2)), t.size)


def log_loss(probability: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Mean of -log of the probability given to the true class, in nats.

    Args:
        probability: ``(n, classes)``.
        true: ``(n,)`` class numbers.
        mask: ``(n,)``, true where the class is known.

    Example:
        >>> round(log_loss([[0.5, 0.5], [0.25, 0.75]], [0, 0]).value, 4)
        1.0397
    """
    p, t = _classes(probability, true, mask)
    return _mean_log_loss(p[np.arange(t.size), t])


def brier(probability: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Mean squared distance of the probabilities from the true class, from 0 to 2.

    Args:
        probability: ``(n, classes)``.
        true: ``(n,)`` class numbers.
        mask: ``(n,)``, true where the class is known.

    Source: Brier 1950: the sum over classes, twice ``binary_brier`` of two classes.

    Example:
        >>> brier([[1.0, 0.0], [0.5, 0.5]], [0, 0]).value
        0.25
    """
    p, t = _classes(probability, true, mask)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    return Measured(float(np.mean(np.sum((p - np.eye(p.shape[1])[t]) ** 2, axis=1))), t.size)


def _mean_log_loss(given: NDArray[np.float64]) -> Measured:
    if given.size < 2:
        return undefined(given.size, TOO_FEW)
    if not given.min() > 0.0:
        return undefined(given.size, "a truth was given probability 0")
    return Measured(float(-np.mean(np.log(given))), given.size)


def yes_no_probabilities(
    probability: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Select what the mask shows from stated probabilities of "yes" and their truths.

    Raises:
        ValueError: shapes that differ, a value that is missing and not masked, or a probability
            outside of 0..1.

    Example:
        >>> [a.tolist() for a in yes_no_probabilities([0.2, 9.0], [1, 0], [True, False])]
        [[0.2], [True]]
    """
    p, t = pooled_numbers(mask, probability, true)
    return _checked(p), t != 0.0


def _classes(
    probability: ArrayLike, true: ArrayLike, mask: ArrayLike | None
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    p, t = pooled_rows(mask, probability, true)
    off = np.abs(_checked(p).sum(axis=1) - 1.0)
    if t.size and off.max() > 1e-3:
        raise ValueError(
            f"probability should add up to 1 over the classes of a case. Found rows that are "
            f"{off.max():.3g} off. Apply softmax first."
        )
    return p, t


def _checked(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    if probability.size and not (probability.min() >= 0.0 and probability.max() <= 1.0):
        raise ValueError(
            f"probability should be between 0 and 1. Found {probability.min():.6g} to "
            f"{probability.max():.6g}. Apply sigmoid or softmax first."
        )
    return probability
