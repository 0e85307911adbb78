"""Conformal scores of classes, and the set of classes that each of them turns back into."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure.pooling import pooled_rows

Rule = Literal["least_ambiguous", "adaptive"]


def class_scores(probability: ArrayLike, *, rule: Rule) -> NDArray[np.float64]:
    """Score every class of every case: how badly it would fit if it were the true one.

    ``"least_ambiguous"``: 1 - its probability: the smallest sets on average, empty for a case
    unlike any. ``"adaptive"``: the probability of it and of all classes before it: sets that grow
    with the difficulty of a case, so that easy and hard ones are covered more alike; without
    randomisation they err on the large side.

    Args:
        probability: ``(n, classes)``.
        rule: the score.

    Returns:
        ``(n, classes)``.

    Source: Sadinle et al. 2019; Romano et al. 2020.

    Example:
        >>> class_scores([[0.5, 0.25, 0.25]], rule="least_ambiguous").tolist()
        [[0.5, 0.75, 0.75]]
        >>> class_scores([[0.5, 0.25, 0.25]], rule="adaptive").tolist()
        [[0.5, 1.0, 1.0]]
    """
    p = np.asarray(probability, dtype=np.float64)
    if p.ndim != 2:
        raise ValueError(f"probability should have the shape (n, classes). Found {p.shape}.")
    if rule == "least_ambiguous":
        return 1.0 - p
    if rule == "adaptive":
        # Equal probabilities are taken in together: no order among them is better than another.
        descending = -np.sort(-p, axis=1)
        total = np.cumsum(descending, axis=1)
        last = np.sum(p[:, :, None] <= p[:, None, :], axis=2) - 1
        return np.take_along_axis(total, last, axis=1)
    raise ValueError(f"rule should be 'least_ambiguous' or 'adaptive'. Found {rule!r}.")


def true_class_score(
    probability: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None, *, rule: Rule
) -> NDArray[np.float64]:
    """Score of the true class of each case, for ``fit_conformal``; NaN where masked.

    Args:
        probability: ``(n, classes)``.
        true: ``(n,)`` class numbers.
        mask: ``(n,)``, true where the class is known.
        rule: the score.

    Example:
        >>> true_class_score([[0.75, 0.25]], [1], rule="least_ambiguous").tolist()
        [0.75]
    """
    p, t = np.asarray(probability), np.asarray(true)
    keep = np.ones(t.shape, dtype=bool) if mask is None else np.asarray(mask)
    rows, classes = pooled_rows(keep, p, t)
    scores = np.full(t.shape, np.nan)
    scores[keep] = class_scores(rows, rule=rule)[np.arange(classes.size), classes]
    return scores


def class_sets(probability: ArrayLike, quantile: ArrayLike, *, rule: Rule) -> NDArray[np.bool_]:
    """Take in every class that fits no worse than the quantile; ``(n, classes)``.

    An empty set is an answer: no class fits, "cannot tell". Calibrated by true class (``strata``
    of the truth), each class is held against its own quantile, and found as often as promised
    however rare it is.

    Args:
        probability: ``(n, classes)``.
        quantile: of ``true_class_score``: one number, ``(n, 1)`` by case or ``(classes,)``.
        rule: the score that was calibrated.

    Example:
        >>> class_sets([[0.75, 0.25], [0.5, 0.5]], 0.5, rule="least_ambiguous").tolist()
        [[True, False], [True, True]]
    """
    inside: NDArray[np.bool_] = class_scores(probability, rule=rule) <= np.asarray(quantile)
    return inside
