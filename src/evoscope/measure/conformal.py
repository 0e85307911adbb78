"""Split conformal: how far a score may go before a new case is unlike those seen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure.pooling import pooled, pooled_numbers

_ROUNDING = 1e-9


def conformal_quantile(
    scores: ArrayLike, *, level: float, groups: ArrayLike | None = None
) -> float:
    """Find the score that a new case stays at or below with probability ``level`` or more.

    Without groups the ceil((n + 1) level)-th smallest of n exchangeable scores: the new case is
    counted among them, so that the promise holds for any n. With groups, exchangeability is over
    groups: each of K shares 1 / (K + 1) among its scores, and the new case is one of a new group.
    Pooling the scores of few patients as if they were independent promises too much. One score
    per group is the same with and without.

    Args:
        scores: ``(n,)``, large for a case that fits badly.
        level: between 0 and 1.
        groups: ``(n,)`` patient of each score.

    Raises:
        ValueError: too few scores (groups) for the level: no finite score keeps the promise.

    Source: Vovk et al. 2005; groups: Lee et al. 2023.

    Example:
        >>> conformal_quantile([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0], level=0.9)
        9.0
        >>> conformal_quantile([1.0, 2.0, 3.0, 4.0], level=0.5, groups=["a", "a", "b", "c"])
        3.0
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"level should be between 0 and 1. Found {level!r}.")
    (s,) = pooled_numbers(None, scores)
    who = np.arange(s.size) if groups is None else np.asarray(groups)
    if who.shape != s.shape:
        raise ValueError(
            f"groups should have one entry per score, {s.shape}. Found shape {who.shape}."
        )
    _, member, size = np.unique(who, return_inverse=True, return_counts=True)
    needed = fewest(level)
    if size.size < needed:
        what = "scores" if groups is None else "groups"
        raise ValueError(
            f"a {level:g} conformal quantile should stand on {needed} {what} or more. Found "
            f"{size.size}. Collect more, merge strata or lower the level."
        )
    order = np.argsort(s, kind="stable")
    # In units of one group, of which the new case is one more.
    reached = np.cumsum(1.0 / size[member[order]])
    enough = level * (size.size + 1) * (1.0 - _ROUNDING)
    return float(s[order[min(int(np.searchsorted(reached, enough)), s.size - 1)]])


def fewest(level: float) -> int:
    """Smallest number of independent scores that a level can be promised from.

    Example:
        >>> fewest(0.9), fewest(0.95), fewest(0.5)
        (9, 19, 1)
    """
    return max(1, math.ceil(level / (1.0 - level) * (1.0 - _ROUNDING)))


@dataclass(frozen=True)
class Conformal:
    """Quantiles of calibration scores, one per stratum (Mondrian) or one for all.

    Attributes:
        level: promised share of new cases at or below the quantile, in every stratum.
        quantiles: by stratum; under ``""`` where there is one for all.
        n: independent scores behind each: groups where they were given. For ``coverage_test``.

    Example:
        >>> found = fit_conformal([1.0, 2.0, 3.0], level=0.5)
        >>> found.quantile(), dict(found.n)
        (2.0, {'': 3})
    """

    level: float
    quantiles: Mapping[str, float]
    n: Mapping[str, int]

    def quantile(self) -> float:
        """Return the one quantile for all.

        Raises:
            ValueError: calibrated by stratum.
        """
        if set(self.quantiles) != {""}:
            raise ValueError(
                "quantile should be asked of a calibration without strata. Found strata "
                f"{sorted(self.quantiles)}: use quantile_of."
            )
        return self.quantiles[""]

    def quantile_of(self, strata: ArrayLike) -> NDArray[np.float64]:
        """Return the quantile of each case's stratum, of the shape of ``strata``.

        Raises:
            ValueError: a stratum that was not calibrated.

        Example:
            >>> fit_conformal([1.0, 5.0], level=0.5, strata=["a", "b"]).quantile_of(["b", "a"])
            array([5., 1.])
        """
        names, which = np.unique(np.asarray(strata).astype(str), return_inverse=True)
        unknown = [name for name in names.tolist() if name not in self.quantiles]
        if unknown:
            raise ValueError(
                f"strata should be among the calibrated {sorted(self.quantiles)}. Found {unknown}."
            )
        values = np.array([self.quantiles[name] for name in names.tolist()], dtype=np.float64)
        return values[which].reshape(np.shape(strata))


def fit_conformal(
    scores: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    level: float = 0.90,
    groups: ArrayLike | None = None,
    strata: ArrayLike | None = None,
) -> Conformal:
    """Calibrate on held-out scores: one quantile for all, or one per stratum.

    Args:
        scores: any shape, of ``absolute_score`` and its like.
        mask: same shape, true where the truth is known.
        level: promised share, of all or in every stratum.
        groups: same shape, patient of each score: the promise is then for new patients.
        strata: same shape, the slice in which the promise holds by itself (loudness, true class).

    Raises:
        ValueError: shapes that differ, or too few scores (groups) in a stratum, which is named.

    Example:
        >>> dict(fit_conformal([1.0, 3.0, 2.0, 9.0], level=0.5, strata=[0, 0, 1, 1]).quantiles)
        {'0': 3.0, '1': 9.0}
    """
    (s,) = pooled_numbers(mask, scores)
    who = None if groups is None else pooled(mask, scores, groups)[1]
    if strata is None:
        parts = {"": np.ones(s.size, dtype=bool)}
    else:
        names = pooled(mask, scores, strata)[1].astype(str)
        parts = {name: names == name for name in np.unique(names).tolist()}
    quantiles, n = {}, {}
    for name, rows in parts.items():
        mine = None if who is None else who[rows]
        try:
            quantiles[name] = conformal_quantile(s[rows], level=level, groups=mine)
        except ValueError as error:
            raise ValueError(f"In stratum {name!r}: {error}" if name else str(error)) from None
        n[name] = int(rows.sum()) if mine is None else int(np.unique(mine).size)
    return Conformal(level, quantiles, n)
