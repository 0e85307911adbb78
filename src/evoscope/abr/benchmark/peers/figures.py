"""Answers to figures: thresholds, wave V, and what an answer costs."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from evoscope.abr.benchmark.evaluation import Figure, figure_of
from evoscope.abr.benchmark.peers.cases import Dataset
from evoscope.abr.benchmark.peers.contest import Answers
from evoscope.abr.benchmark.real_thresholds import TRIVIAL_ABOVE_LOWEST_DB, as_number
from evoscope.measure import Measured, Metric, bias, bootstrap_interval, proportion_interval, within
from evoscope.measure.measured import undefined
from evoscope.measure.pooling import TOO_FEW, pooled_numbers

# Outside every tolerance: an answer that was not given.
_NO_ANSWER = 1e3


def median_absolute_error(
    predicted: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None
) -> Measured:
    """Median of abs(predicted - true), in their unit.

    Example:
        >>> median_absolute_error([1.0, 2.0, 9.0], [1.0, 3.0, 0.0]).value
        1.0
    """
    p, t = pooled_numbers(mask, predicted, true)
    if t.size < 2:
        return undefined(t.size, TOO_FEW)
    return Measured(float(np.median(np.abs(p - t))), t.size)


def figures_of(dataset: Dataset, name: str, found: Answers) -> list[Figure]:
    """Every figure of one contestant on one dataset; slices are ``data=..., model=...``.

    An error is of the answers that were given, and its n says how many; "within 10 dB" counts an
    answer that was not given as outside. ``named_in_silence``: of series without a response at any
    level, those of which a threshold is named all the same.
    """
    where = f"data={dataset.name}, model={name}"
    figures = [*_thresholds(dataset, found, where), *_silence(dataset, found, where)]
    if found.names_waves and any(ms is not None for c in dataset.cases for ms in c.wave_v_ms):
        figures += _waves(dataset, found, where)
    n = len(dataset.cases)
    figures.append(
        Figure(
            task="time",
            metric="cpu_ms_per_series",
            slice=where,
            value=1e3 * found.cpu_s / n,
            n=n,
            simulated=dataset.simulated,
            note="processor time of one thread",
        )
    )
    return figures


def _thresholds(dataset: Dataset, found: Answers, where: str) -> list[Figure]:
    asked = [
        (case, answer)
        for case, answer in zip(dataset.cases, found.answers, strict=True)
        if case.truth_db is not None
    ]
    if not asked:
        return []
    numbers = [as_number(a.threshold, c.series.levels_db) for c, a in asked]
    groups = [c.group for c, _ in asked]
    given = np.array([value is not None for value in numbers])
    predicted = np.array([_NO_ANSWER if value is None else value for value in numbers])
    true = np.array([c.truth_db for c, _ in asked], dtype=np.float64)
    trivial = np.array([c.series.levels_db[0] + TRIVIAL_ABOVE_LOWEST_DB for c, _ in asked])
    near = partial(within, tolerance=10.0)
    of_given: list[tuple[str, Metric]] = [
        ("median_ae_db", median_absolute_error),
        ("bias_db", bias),
    ]
    figures = [
        figure_of(
            bootstrap_interval(metric, groups, predicted, true, mask=given, seed=0),
            task="threshold",
            metric=name,
            slice=where,
            simulated=dataset.simulated,
            trivial=metric(trivial, true),
        )
        for name, metric in of_given
    ]
    figures.append(
        figure_of(
            bootstrap_interval(near, groups, predicted, true, seed=0),
            task="threshold",
            metric="within_10db",
            slice=where,
            simulated=dataset.simulated,
            trivial=near(trivial, true),
        )
    )
    figures.append(_share(int(given.sum()), given.size, "answered", where, dataset.simulated, 1.0))
    return figures


def _silence(dataset: Dataset, found: Answers, where: str) -> list[Figure]:
    named = [
        answer.threshold.status in ("estimated", "below_range")
        for case, answer in zip(dataset.cases, found.answers, strict=True)
        if case.truth_db is None
    ]
    if not named:
        return []
    return [_share(sum(named), len(named), "named_in_silence", where, dataset.simulated, 1.0)]


def _share(hits: int, n: int, metric: str, where: str, simulated: bool, trivial: float) -> Figure:
    low, high = proportion_interval(hits, n)
    return Figure(
        task="threshold",
        metric=metric,
        slice=where,
        value=hits / n,
        low=low,
        high=high,
        n=n,
        trivial=trivial,
        simulated=simulated,
    )


def _waves(dataset: Dataset, found: Answers, where: str) -> list[Figure]:
    rows = [
        (case.group, true, said)
        for case, answer in zip(dataset.cases, found.answers, strict=True)
        for true, said in zip(case.wave_v_ms, answer.wave_v_ms, strict=True)
        if true is not None
    ]
    true = np.array([t for _, t, _ in rows], dtype=np.float64)
    given = np.array([said is not None for _, _, said in rows])
    predicted = np.array([np.nan if said is None else said for _, _, said in rows])
    middle = np.full(true.shape, np.median(true))
    groups = [group for group, _, _ in rows]
    return [
        figure_of(
            bootstrap_interval(median_absolute_error, groups, predicted, true, mask=given, seed=0),
            task="latency.V",
            metric="median_ae_ms",
            slice=where,
            simulated=dataset.simulated,
            trivial=median_absolute_error(middle, true),
        ),
        figure_of(
            bootstrap_interval(
                partial(within, tolerance=0.2),
                groups,
                np.where(given, predicted, _NO_ANSWER),
                true,
                seed=0,
            ),
            task="latency.V",
            metric="within_0.2ms",
            slice=where,
            simulated=dataset.simulated,
            trivial=within(middle, true, tolerance=0.2),
            note="a wave that is there and not named counts as outside",
        ),
    ]
