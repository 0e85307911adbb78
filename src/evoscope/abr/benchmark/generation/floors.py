"""A distance next to what real recordings have among themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.generation.distances import (
    autocorrelation,
    features,
    frechet,
    kolmogorov,
    log_rms,
    mmd,
    psd,
    wasserstein,
)
from evoscope.abr.benchmark.generation.sample import Sample
from evoscope.abr.cohort import CLASSES
from evoscope.measure import Measured, undefined

HALVINGS = 10
LEAST = 200
"""Recordings that a cell should have: below, the floor itself is noise."""
Floats = NDArray[np.float64]
Distance = Callable[[Floats, Floats], float]
# Kernels take time by the square: slices have the first alone.
_OVERALL: tuple[tuple[str, Distance], ...] = (("frechet", frechet), ("mmd", mmd))


@dataclass(frozen=True)
class OverFloor:
    """One comparison: the ratio, and both distances in words."""

    metric: str
    where: str
    measured: Measured
    note: str


def halvings(patient: NDArray[np.str_], seed: int) -> Iterator[NDArray[np.bool_]]:
    """Yield which rows are of one half of the patients, ``HALVINGS`` times."""
    names = np.unique(patient)
    rng = np.random.default_rng(seed)
    for _ in range(HALVINGS):
        yield np.isin(patient, rng.permutation(names)[: len(names) // 2])


def over_floor(
    real: Floats, drawn: Floats, patient: NDArray[np.str_], distance: Distance, *, seed: int
) -> tuple[Measured, str]:
    """Measure drawn against real recordings, over real against real.

    The patients are halved. What was drawn under the conditions of one half is held against the
    other half's recordings, and so are the first half's own recordings: both comparisons have the
    same conditions, the same sizes and so the same bias. Drawing from the truth has a ratio of 1.

    Args:
        real: ``(n, ...)``.
        drawn: the same, row by row under the same conditions; rows of NaN were not drawn, or have
            nothing to compare.
        patient: ``(n,)``.
        distance: of two sets.
        seed: of the halvings.

    Returns:
        the mean distance over the mean floor, its interval over the halvings, and both in words.
    """
    known = [np.isfinite(x).reshape(len(x), -1).all(axis=1) for x in (real, drawn)]
    near, far = [], []
    for half in halvings(patient, seed):
        own, other, made = known[0] & half, known[0] & ~half, known[1] & half
        if min(own.sum(), other.sum(), made.sum()) < 10:
            continue
        near.append(distance(real[own], real[other]))
        far.append(distance(drawn[made], real[other]))
    n = int(min(known[0].sum(), known[1].sum()))
    if len(near) < 2 or not np.mean(near) > 0.0:
        return undefined(n, "too few recordings on one side, or no floor"), ""
    ratios = np.asarray(far) / np.maximum(near, 1e-3 * float(np.mean(near)))
    low, high = np.quantile(ratios, (0.05, 0.95))
    value = float(np.mean(far) / np.mean(near))
    note = f"{np.mean(far):.3g} against {np.mean(near):.3g}; interval over {len(near)} halvings"
    return Measured(value, n, low=min(low, value), high=max(high, value)), note


def fidelity(real: Sample, drawn: Sample, *, seed: int) -> Iterator[OverFloor]:
    """Yield every distance over its floor: overall, by class, level and age, and by cell."""
    shapes, made = features(real.waveform), features(drawn.waveform)
    for where, rows in slices_of(real):
        for metric, distance in _OVERALL if not where else _OVERALL[:1]:
            found = over_floor(shapes[rows], made[rows], real.patient[rows], distance, seed=seed)
            yield OverFloor(f"{metric}_over_floor", where, *found)
    for name, distance in (("psd", psd), ("autocorrelation", autocorrelation)):
        found = over_floor(real.waveform, drawn.waveform, real.patient, distance, seed=seed)
        yield OverFloor(f"{name}_over_floor", "", *found)
    yield from _marginals(real, drawn, seed)


def _marginals(real: Sample, drawn: Sample, seed: int) -> Iterator[OverFloor]:
    """Wave V and size per class and level; over everything, the median over those cells."""
    columns = {
        "latency": (real.latency_ms, drawn.latency_ms),
        "amplitude": (real.amplitude_uv, drawn.amplitude_uv),
        "rms": (log_rms(real.waveform), log_rms(drawn.waveform)),
    }
    for name, (truth, made) in columns.items():
        for kind, distance in (("w1", wasserstein), ("ks", kolmogorov)):
            cells = []
            for where, rows in cells_of(real):
                if np.isfinite(truth[rows]).sum() < LEAST:
                    continue
                measured, note = over_floor(
                    truth[rows], made[rows], real.patient[rows], distance, seed=seed
                )
                if measured.defined:
                    cells.append(measured)
                yield OverFloor(f"{name}_{kind}_over_floor", where, measured, note)
            values = [m.value for m in cells if m.value is not None]
            n = sum(m.n for m in cells)
            whole = (
                Measured(float(np.median(values)), n, low=min(values), high=max(values))
                if values
                else undefined(n, f"no cell of class and level has {LEAST} recordings")
            )
            note = f"median of {len(values)} cells of {LEAST} or more; interval: least to most"
            yield OverFloor(f"{name}_{kind}_over_floor", "", whole, note if values else "")


def slices_of(real: Sample) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield everything, then slices by class, level, age and rate that have enough."""
    yield "", np.ones(len(real), dtype=bool)
    loss, level, age, rate = (
        real.of(n) for n in ("loss_class", "level_db", "age_years", "rate_hz")
    )
    for i, name in enumerate(CLASSES):
        yield from _enough(f"class={name}", loss == i)
    for low, high in ((-60, 30), (30, 60), (60, 200)):
        yield from _enough(f"level={low}..{high}", (level >= low) & (level < high))
    for low, high in ((0, 1), (1, 18), (18, 130)):
        yield from _enough(f"age={low}..{high}", (age >= low) & (age < high))
    middle = float(np.nanmedian(rate)) if np.isfinite(rate).any() else np.nan
    yield from _enough(f"rate=below {middle:g}", rate < middle)
    yield from _enough(f"rate={middle:g}+", rate >= middle)


def cells_of(real: Sample) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield cells of class and level, clicks, that have enough recordings."""
    loss, level, frequency = (real.of(n) for n in ("loss_class", "level_db", "frequency_hz"))
    for i, name in enumerate(CLASSES):
        for step in range(0, 101, 20):
            rows = (loss == i) & (np.abs(level - step) <= 10.0) & (frequency == 0.0)
            yield from _enough(f"class={name} level={step}", rows)


def _enough(name: str, rows: NDArray[np.bool_]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    if rows.sum() >= LEAST:
        yield name, rows
