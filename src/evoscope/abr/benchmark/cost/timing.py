"""Pieces of work and what each took, as figures: a ratio of sums, its interval over the pieces."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from evoscope.abr.benchmark.evaluation import Figure, figure_of
from evoscope.measure import Measured, bootstrap_interval

Result = TypeVar("Result")
EXTRAPOLATED = "extrapolated"
"""How the note of a figure begins that was not measured."""


class Took(NamedTuple):
    """What a piece of work took, by the clock on the wall and of the processor."""

    wall_s: float
    cpu_s: float


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Do something; return what it gave, and its processor seconds."""
    began = time.process_time()
    result = work()
    return result, time.process_time() - began


def clocked(work: Callable[[], object]) -> Took:
    """Do something; return what it took by both clocks."""
    began = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - began[0], time.process_time() - began[1])


def ratio_figure(
    task: str,
    metric: str,
    where: str,
    above: Sequence[float],
    below: Sequence[float],
    *,
    scale: float = 1.0,
    trivial: float | None = None,
    note: str = "",
) -> Figure:
    """``scale * sum(above) / sum(below)`` over pieces; one piece alone has no interval.

    Seconds over units say what a unit costs, units over seconds how many are done in a second.

    Args:
        task: of the figure.
        metric: of the figure.
        where: its slice.
        above: one number a piece; these pieces are resampled.
        below: likewise.
        scale: to the unit of the figure.
        trivial: the same of hardly any work.
        note: what the reader must know.

    Example:
        >>> found = ratio_figure("t", "ms_each", "all", [0.1, 0.3], [10, 10], scale=1e3)
        >>> found.value, found.low, found.high, found.n
        (20.0, 10.0, 30.0, 2)
    """

    def ratio(top: ArrayLike, bottom: ArrayLike, _mask: ArrayLike | None = None) -> Measured:
        a, b = np.asarray(top, dtype=np.float64), np.asarray(bottom, dtype=np.float64)
        return Measured(scale * float(a.sum() / b.sum()), a.size)

    return figure_of(
        bootstrap_interval(ratio, np.arange(len(above)), above, below, seed=0),
        task=task,
        metric=metric,
        slice=where,
        simulated=True,
        trivial=trivial,
        note=note,
    )


def mean_figure(
    task: str,
    metric: str,
    where: str,
    values: Sequence[float],
    *,
    scale: float = 1.0,
    trivial: float | None = None,
    note: str = "",
) -> Figure:
    """The mean of repeats of the same work, with its interval over them."""
    ones = [1.0] * len(values)
    return ratio_figure(task, metric, where, values, ones, scale=scale, trivial=trivial, note=note)


def extrapolated(figures: Sequence[Figure], counts: Sequence[int], *, unit: str) -> list[Figure]:
    """What more would take if each took what it took of the largest count that was measured.

    Their notes say so, and from what; n is that of the count measured.

    Args:
        figures: of the growth, ``ms_each`` among them.
        counts: that were not measured.
        unit: what is counted.

    Example:
        >>> each = ratio_figure("growth", "ms_each", "texts=10", [0.1, 0.3], [5.0, 5.0], scale=1e3)
        >>> total, _ = extrapolated([each], [1000], unit="texts")
        >>> total.metric, total.value, total.low, total.note
        ('cpu_s', 40.0, 20.0, 'extrapolated from 10')
    """
    last = [f for f in figures if f.metric == "ms_each"][-1]
    note = f"{EXTRAPOLATED} from {last.slice.removeprefix(f'{unit}=')}"
    found = []
    for count in counts:
        each = last.model_copy(update={"slice": f"{unit}={count}", "note": note})
        total = {
            end: None if value is None else value * count / 1e3
            for end in ("value", "low", "high", "trivial")
            for value in [getattr(each, end)]
        }
        found += [each.model_copy(update={"metric": "cpu_s", **total}), each]
    return found
