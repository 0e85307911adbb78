"""A temperature, and how much likelier each class is than a model takes it to be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure.pooling import pooled_rows
from evoscope.measure.temperature import softmax

# Weight of a bias beside the log loss, in cases: a class that nobody has gets no infinite one.
_PRIOR_CASES = 1.0
_EXTREME = 150.0
"""The largest temperature, and one over the smallest."""
_STEPS, _NEAR, _SHORTEST = 100, 1e-9, 1e-6
_RIDGE, _TINY = 1e-9, 1e-300


@dataclass(frozen=True)
class ClassScaling:
    """From logits to probabilities of classes.

    Attributes:
        temperature: divides logits.
        bias: per class, added afterwards; their mean is 0.
        n: cases it was fitted on.
    """

    temperature: float
    bias: tuple[float, ...]
    n: int

    def __call__(self, logits: ArrayLike) -> NDArray[np.float64]:
        """Return probabilities ``(..., classes)``."""
        return softmax(np.asarray(logits, dtype=np.float64) / self.temperature + self.bias)


def fit_class_scaling(
    logits: ArrayLike,
    true: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    balanced: bool = False,
) -> ClassScaling:
    """Fit temperature and biases that give the lowest log loss.

    A model states probabilities for a population in which classes are as frequent as in what it
    learned from. Biases move them to the population of the cases: what was learned stays. Without a
    case, nothing is changed.

    Args:
        logits: ``(n, classes)``.
        true: ``(n,)`` class numbers.
        mask: ``(n,)``, true where the class is known.
        balanced: weigh cases so that all classes that are there count the same: probabilities then
            hold where they are equally frequent, whatever the mix of the cases.

    Source: bias-corrected temperature scaling, Alexandari et al. 2020.

    Example:
        >>> scaling = fit_class_scaling([[1.0, 0.0]] * 50 + [[-1.0, 0.0]] * 50, [1] * 90 + [0] * 10)
        >>> scaling.bias[1] > scaling.bias[0]
        True
    """
    z, t = pooled_rows(mask, logits, true)
    classes = np.asarray(logits).shape[-1]
    if not t.size:
        return ClassScaling(1.0, (0.0,) * classes, 0)
    # Convex in the inverse temperature and the biases: each class has the columns (its logit, 1).
    hit = np.eye(classes)[t]
    weight = _balance(t) if balanced else np.ones(t.size)
    terms = np.concatenate(
        [z[:, :, None], np.broadcast_to(np.eye(classes), (t.size, classes, classes))], axis=2
    )
    weak = _PRIOR_CASES * np.diag([0.0, *np.ones(classes)])

    def loss(at: NDArray[np.float64]) -> float:
        share = softmax(terms @ at)
        truth = np.maximum(share[hit == 1.0], _TINY)
        return float(-(weight * np.log(truth)).sum() + 0.5 * at @ weak @ at)

    at = np.append(1.0, np.zeros(classes))
    for _ in range(_STEPS):
        share = softmax(terms @ at)
        slope = np.einsum("nk,nkp->p", weight[:, None] * (share - hit), terms) + weak @ at
        mean = np.einsum("nk,nkp->np", share, terms)
        weighted = weight[:, None] * share
        within = (weight[:, None] * mean).T @ mean
        curvature = np.einsum("nk,nkp,nkq->pq", weighted, terms, terms) - within + weak
        step = np.linalg.solve(curvature + _RIDGE * np.eye(at.size), slope)
        now, length = loss(at), 1.0
        while length > _SHORTEST and not _allowed(at - length * step, loss, now):
            length /= 2.0
        if length <= _SHORTEST:
            break
        at = at - length * step
        if np.abs(length * step).max() < _NEAR:
            break
    bias = at[1:] - at[1:].mean()
    return ClassScaling(float(1.0 / at[0]), tuple(bias.tolist()), int(t.size))


def _balance(true: NDArray[np.intp]) -> NDArray[np.float64]:
    """Weights of cases, with a mean of 1, by which every class that is there weighs the same."""
    _, which, counts = np.unique(true, return_inverse=True, return_counts=True)
    return np.asarray(true.size / (counts.size * counts[which]), dtype=np.float64)


def _allowed(
    at: NDArray[np.float64], loss: Callable[[NDArray[np.float64]], float], now: float
) -> bool:
    return bool(1.0 / _EXTREME <= at[0] <= _EXTREME) and loss(at) <= now
