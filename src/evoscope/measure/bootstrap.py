"""Intervals by resampling whole patients: recordings of one patient are not independent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure.measured import Measured

Metric = Callable[..., Measured]
MOST_UNDEFINED = 0.1
"""With more undefined resamples than this the interval would describe a selection of them."""


def resampled_rows(
    groups: ArrayLike, *, n: int, seed: int | np.random.Generator
) -> Iterator[NDArray[np.intp]]:
    """Yield ``n`` times the rows of as many groups as there are, drawn with replacement.

    Example:
        >>> rows = next(resampled_rows(["a", "a", "b"], n=1, seed=0))
        >>> set(rows.tolist()) <= {0, 1, 2}
        True
    """
    _, member = np.unique(np.asarray(groups), return_inverse=True)
    order = np.argsort(member, kind="stable")
    size = np.bincount(member)
    start = np.cumsum(size) - size
    rng = np.random.default_rng(seed)
    for drawn in rng.integers(size.size, size=(n, size.size)):
        length = size[drawn]
        # Rows of each drawn group, end to end: its start, plus a counter that begins anew.
        offset = np.repeat(start[drawn] - (np.cumsum(length) - length), length)
        yield order[offset + np.arange(offset.size)]


def bootstrap_interval(
    metric: Metric,
    groups: ArrayLike,
    *arrays: ArrayLike,
    mask: ArrayLike | None = None,
    n: int = 1000,
    seed: int,
    level: float = 0.90,
) -> Measured:
    """Evaluate a metric once on everything, with the percentile interval over resampled groups.

    Args:
        metric: called as ``metric(*arrays, mask)``, with ``None`` where there is no mask.
        groups: ``(rows,)`` patient of each row.
        arrays: each ``(rows, ...)``.
        mask: ``(rows, ...)`` as the metric takes it, or ``None``.
        n: resamples.
        seed: of the resampling.
        level: of the interval.

    Returns:
        The metric's own answer with ``low`` and ``high``; without them, and with a reason, for
        one group only or when over a tenth of the resamples leave the metric undefined.

    Raises:
        ValueError: arrays whose first dimension is not that of ``groups``.

    Example:
        >>> from evoscope.measure import mean_absolute_error
        >>> got = bootstrap_interval(mean_absolute_error, ["a", "a", "b", "c"],
        ...                          [1.0, 2.0, 3.0, 4.0], [1.5, 2.0, 2.0, 4.5], seed=1)
        >>> got.value, got.low <= got.value <= got.high
        (0.5, True)
    """
    labels = np.asarray(groups)
    values = [np.asarray(a) for a in arrays]
    keep = None if mask is None else np.asarray(mask)
    for i, array in enumerate([*values, *([] if keep is None else [keep])]):
        if array.shape[:1] != labels.shape:
            name = "mask" if i == len(values) else f"array {i}"
            raise ValueError(
                f"{name} should have one row per entry of groups, {labels.shape[0]}. "
                f"Found shape {array.shape}."
            )
    whole = metric(*values, keep)
    if not whole.defined:
        return whole
    if np.unique(labels).size < 2:
        return replace(whole, reason="one group: no interval")
    found = []
    for rows in resampled_rows(labels, n=n, seed=seed):
        again = metric(*(a[rows] for a in values), None if keep is None else keep[rows])
        if again.value is not None:
            found.append(again.value)
    if len(found) < (1.0 - MOST_UNDEFINED) * n:
        return replace(whole, reason=f"undefined in {n - len(found)} of {n} resamples: no interval")
    tail = 50.0 * (1.0 - level)
    low, high = np.percentile(found, [tail, 100.0 - tail])
    return replace(whole, low=float(low), high=float(high))
