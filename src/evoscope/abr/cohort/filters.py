"""Quality filters of a table, each counted: what was kept, what was removed, and by which rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

_Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class FilterCount:
    """What one filter did.

    Attributes:
        rule: what a row should satisfy, in words.
        kept: rows that passed.
        removed: rows that did not, ``missing`` among them.
        missing: rows removed because the value is not stated.
    """

    rule: str
    kept: int
    removed: int
    missing: int

    @property
    def retention(self) -> float:
        """Part of the rows that passed."""
        total = self.kept + self.removed
        return self.kept / total if total else 0.0


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which rows of a table are worth keeping; ``None`` or ``False`` switches a filter off.

    Attributes:
        alternating: only averages over both polarities.
        rejected_below: fewer rejected sweeps than this.
        fmp_at_least: an Fmp of at least this. It selects loud recordings of good ears: a cohort
            filtered by it is not a clinic.

    Raises:
        ValueError: a limit that is negative or not a number.
    """

    alternating: bool = True
    rejected_below: float | None = 100
    fmp_at_least: float | None = None

    def __post_init__(self) -> None:
        for name in ("rejected_below", "fmp_at_least"):
            limit = getattr(self, name)
            if limit is not None and not (isfinite(limit) and limit >= 0):
                raise ValueError(f"{name} should be 0 or more, or None. Found {limit!r}.")

    def apply(
        self,
        *,
        polarity: Sequence[str],
        sweeps_rejected: NDArray[np.float64],
        fmp: NDArray[np.float64],
    ) -> tuple[_Mask, tuple[FilterCount, ...]]:
        """Return which rows pass all filters, ``(n,)`` bool, and what each did, in order.

        Each filter counts the rows that those before it left. NaN and ``unknown`` are missing,
        and a missing value passes no filter.

        Example:
            >>> nan = float("nan")
            >>> keep, counts = Filters(fmp_at_least=1.0).apply(
            ...     polarity=["alternating", "alternating", "rarefaction"],
            ...     sweeps_rejected=np.array([3.0, 250.0, 3.0]), fmp=np.array([2.0, 9.0, nan]))
            >>> keep.tolist(), [(c.kept, c.removed) for c in counts]
            ([True, False, False], [(2, 1), (1, 1), (1, 0)])
        """
        words = np.array(list(polarity), dtype=object)
        wanted: list[tuple[str, _Mask, _Mask]] = []
        if self.alternating:
            wanted.append(("alternating polarity", words == "alternating", words == "unknown"))
        if self.rejected_below is not None:
            few = sweeps_rejected < self.rejected_below
            rule = f"rejected sweeps < {self.rejected_below:g}"
            wanted.append((rule, few, np.isnan(sweeps_rejected)))
        if self.fmp_at_least is not None:
            rule = f"Fmp >= {self.fmp_at_least:g}"
            wanted.append((rule, fmp >= self.fmp_at_least, np.isnan(fmp)))
        keep = np.ones(len(words), dtype=np.bool_)
        counts: list[FilterCount] = []
        for rule, passes, lacks in wanted:
            left = keep & passes & ~lacks
            n_left = int(left.sum())
            counts.append(
                FilterCount(rule, n_left, int(keep.sum()) - n_left, int((keep & lacks).sum()))
            )
            keep = left
        return keep, tuple(counts)
