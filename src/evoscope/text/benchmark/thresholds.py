"""Thresholds per label: fitted on dev, and scored on halves that never saw them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure import crossed_halves

DEFAULT = 0.5
"""Threshold of a label that is never there, or nowhere known."""


def tuned_thresholds(
    probability: ArrayLike, true: ArrayLike, known: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Find, for each label, the threshold with the best F1, ``(labels,)``.

    A label is called where its probability reaches the threshold. Between the last case called and
    the first not called the threshold lies in the middle. The optimum on the same cases flatters:
    report ``crossed_calls``.

    Args:
        probability: ``(n, labels)``.
        true: ``(n, labels)``; a share counts as there from one half.
        known: ``(n, labels)``.

    Raises:
        ValueError: shapes that do not fit.

    Example:
        >>> tuned_thresholds([[0.1], [0.2], [0.4]], [[0], [1], [1]]).round(2).tolist()
        [0.15]
    """
    p, t, k = _tables(probability, true, known)
    return np.array([_best(p[k[:, j], j], t[k[:, j], j]) for j in range(p.shape[1])])


def crossed_calls(
    probability: ArrayLike,
    true: ArrayLike,
    groups: ArrayLike,
    known: ArrayLike | None = None,
    *,
    seed: int,
) -> NDArray[np.bool_]:
    """Call each label by a threshold fitted on the other half of the groups, ``(n, labels)``.

    Raises:
        ValueError: fewer than two groups, or shapes that do not fit.

    Example:
        >>> crossed_calls([[0.1], [0.4]] * 2, [[0], [1]] * 2, [0, 0, 1, 1], seed=0)[:, 0].tolist()
        [False, True, False, True]
    """
    p, t, k = _tables(probability, true, known)
    first = crossed_halves(groups, seed=seed)
    called = np.zeros(p.shape, dtype=bool)
    for half in (first, ~first):
        called[~half] = p[~half] >= tuned_thresholds(p[half], t[half], k[half])
    return called


def _best(probability: NDArray[np.float64], true: NDArray[np.bool_]) -> float:
    if not true.any():
        return DEFAULT
    order = np.argsort(-probability, kind="stable")
    p, t = probability[order], true[order]
    score = 2.0 * np.cumsum(t) / (np.arange(1, t.size + 1) + t.sum())
    # Equal probabilities are called together: only the last of them may be the last call.
    score[:-1][p[:-1] == p[1:]] = -1.0
    last = int(score.argmax())
    return float(p[last] if last + 1 == p.size else (p[last] + p[last + 1]) / 2.0)


def _tables(
    probability: ArrayLike, true: ArrayLike, known: ArrayLike | None
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    p, t = np.asarray(probability, dtype=np.float64), np.asarray(true, dtype=np.float64)
    k = np.ones(t.shape, dtype=bool) if known is None else np.asarray(known, dtype=bool)
    if p.ndim != 2 or p.shape != t.shape or k.shape != t.shape:
        raise ValueError(
            "probability, true and known should have one shape, (n, labels). "
            f"Found {p.shape}, {t.shape} and {k.shape}."
        )
    return p, np.where(k, t, 0.0) >= 0.5, k
