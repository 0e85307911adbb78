"""Decisions from probabilities: which answers score best on average."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def decide_classes(probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    """Decide classes so that the expected macro-F1 is largest, ``(n,)``.

    Each class's probability is multiplied by a factor; factors are searched one class at a time.
    The truth is not used.

    Args:
        probabilities: ``(n, classes)``.

    Example:
        >>> decide_classes(np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4]])).tolist()
        [0, 0, 1]
    """
    log_p = np.log(np.maximum(probabilities, 1e-12))
    shift = np.zeros(probabilities.shape[1])
    best = _expected_f1(probabilities, log_p.argmax(axis=1))
    for _ in range(3):
        for index in range(shift.size):
            for value in np.linspace(-3.0, 5.0, 33):
                trial = shift.copy()
                trial[index] = value
                score = _expected_f1(probabilities, (log_p + trial).argmax(axis=1))
                if score > best + 1e-12:
                    best, shift = score, trial
    return np.asarray((log_p + shift).argmax(axis=1))


def decide_present(probability: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Decide what is there so that the expected F1 is largest, ``(n,)``: the likeliest first.

    Example:
        >>> decide_present(np.array([0.9, 0.4, 0.01])).tolist()
        [True, True, False]
    """
    order = np.argsort(-probability, kind="stable")
    hits = np.cumsum(probability[order])
    f1 = 2.0 * hits / np.maximum(np.arange(1, order.size + 1) + probability.sum(), 1e-12)
    present = np.zeros(order.size, dtype=bool)
    if order.size:
        present[order[: int(f1.argmax()) + 1]] = True
    return present


def _expected_f1(probabilities: NDArray[np.float64], decided: NDArray[np.int64]) -> float:
    k = probabilities.shape[1]
    hit = np.bincount(decided, weights=probabilities[np.arange(decided.size), decided], minlength=k)
    said = np.bincount(decided, minlength=k)
    expected = probabilities.sum(axis=0)
    # A class that nobody has is not averaged in, as in ``measure.macro_f1``.
    there = expected > 0.5
    f1 = 2.0 * hit / np.maximum(said + expected, 1e-12)
    return float(f1[there].mean()) if there.any() else 0.0
