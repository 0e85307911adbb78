"""Thresholds per label: fitted on dev, and scored on halves that never saw them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure import crossed_halves, sigmoid

DEFAULT = 0.5
"""Threshold of a label that is never there, or nowhere known."""
RESAMPLES = 100
_SEED = 0
_LEAST = 1e-9
"""Nearest to 0 and 1 that a threshold is taken for, where logits are averaged."""


def tuned_thresholds(
    probability: ArrayLike, true: ArrayLike, known: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Find, for each label, the threshold with the best F1, ``(labels,)``, steadied.

    A label is called where its probability reaches the threshold. The optimum on the same cases
    flatters: report ``crossed_calls``.

    Args:
        probability: ``(n, labels)``.
        true: ``(n, labels)``; a share counts as there from one half.
        known: ``(n, labels)``.

    Raises:
        ValueError: shapes that do not fit.

    Example:
        >>> p, t = [[0.1], [0.2], [0.4]] * 20, [[0], [1], [1]] * 20
        >>> tuned_thresholds(p, t).round(2).tolist()
        [0.15]
    """
    p, t, k = _tables(probability, true, known)
    return np.array([_tuned(p[k[:, j], j], t[k[:, j], j]) for j in range(p.shape[1])])


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


def best_threshold(
    probability: NDArray[np.float64],
    true: NDArray[np.bool_],
    counts: NDArray[np.int64] | None = None,
) -> float:
    """Find the threshold with the best F1 on these very cases.

    Between the last case called and the first not called it lies in the middle.

    Args:
        probability: ``(n,)``, of one case or more.
        true: ``(n,)``.
        counts: ``(n,)`` how often each case comes; default: once.

    Example:
        >>> round(best_threshold(np.array([0.1, 0.2, 0.4]), np.array([False, True, True])), 3)
        0.15
    """
    order = np.argsort(-probability, kind="stable")
    p, t = probability[order], true[order]
    often = np.ones(p.size, dtype=np.int64) if counts is None else counts[order]
    hits = np.cumsum(often * t)
    score = 2.0 * hits / np.maximum(np.cumsum(often) + hits[-1], 1)
    # Equal probabilities are called together: only the last of them may be the last call.
    score[:-1][p[:-1] == p[1:]] = -1.0
    last = int(score.argmax())
    return float(p[last] if last + 1 == p.size else (p[last] + p[last + 1]) / 2.0)


def steady_threshold(
    choose: Callable[[NDArray[np.int64]], float], true: NDArray[np.bool_]
) -> float:
    """Take the mean, on the scale of logits, of the thresholds that resampled cases would choose.

    The best threshold jumps with a few cases, most of all where a label is rare; the mean of many
    resamples does not (Breiman 1996, "Bagging predictors").

    Args:
        choose: a threshold, from how often each case comes.
        true: ``(n,)`` which cases have the label; resamples without any are left out.

    Example:
        >>> p, t = np.array([0.1, 0.2, 0.4]), np.array([False, True, True])
        >>> 0.1 < steady_threshold(lambda counts: best_threshold(p, t, counts), t) < 0.4
        True
    """
    rng = np.random.default_rng(_SEED)
    drawn = rng.multinomial(true.size, np.full(true.size, 1.0 / true.size), size=RESAMPLES)
    chosen = np.array([choose(counts) for counts in drawn if counts[true].any()])
    p = np.clip(chosen, _LEAST, 1.0 - _LEAST)
    return float(sigmoid(np.log(p / (1.0 - p)).mean()))


def _tuned(probability: NDArray[np.float64], true: NDArray[np.bool_]) -> float:
    if not true.any():
        return DEFAULT
    return steady_threshold(lambda counts: best_threshold(probability, true, counts), true)


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
