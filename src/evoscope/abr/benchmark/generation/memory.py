"""Diversity and memory: are drawn recordings copies of what was learned from?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from evoscope.abr.benchmark.fit.two_sample import auc
from evoscope.abr.benchmark.generation.distances import features
from evoscope.abr.benchmark.generation.sample import Sample
from evoscope.measure import Measured, resampled_rows, undefined

RESAMPLES = 100
COPY = 0.05
"""A drawn recording is a duplicate within this share of the usual distance to a neighbour."""
Floats = NDArray[np.float64]


def memory(train: Sample, real: Sample, drawn: Sample, *, seed: int) -> dict[str, Measured]:
    """Return figures by name, of features of the waveform.

    ``nn_ratio``: median distance to the nearest recording learned from, of drawn over held-out
    ones; below 1 copies, above 1 strays. ``duplicates``: share of drawn recordings that are
    copies; ``duplicates_held_out`` the same of held-out ones: silent recordings are alike.
    ``membership_auc``: telling recordings learned from and held-out ones by their distance
    to what was drawn; 0.5 where nobody can. ``diversity``: spread of what was drawn within a cell
    of conditions over the spread of what is real.
    """
    rows = np.flatnonzero(drawn.drawn)
    names = ("nn_ratio", "duplicates", "duplicates_held_out", "membership_auc", "diversity")
    if len(rows) < 20 or len(train) < 20:
        return dict.fromkeys(names, undefined(len(rows), "too few recordings"))
    learned, held, made = (features(s.waveform) for s in (train, real.at(rows), drawn.at(rows)))
    known = cKDTree(learned)
    from_held, from_made = (_nearest(known, x) for x in (held, made))
    usual = float(np.median(from_held))
    if not usual > 0.0:
        return dict.fromkeys(names, undefined(len(rows), "held-out recordings were learned from"))
    patient = real.patient[rows]
    ratios = [
        np.median(from_made[some]) / max(float(np.median(from_held[some])), 1e-12)
        for some in resampled_rows(patient, n=RESAMPLES, seed=seed)
    ]
    low, high = np.quantile(ratios, (0.05, 0.95))
    drawn_tree = cKDTree(made)
    near = np.concatenate([_nearest(drawn_tree, x) for x in (learned, held)])
    is_member = np.arange(len(near)) < len(learned)
    n = len(rows)
    cell = real.at(rows).cell
    return {
        "nn_ratio": Measured(float(np.median(from_made)) / usual, n, low=low, high=high),
        "duplicates": Measured(float(np.mean(from_made < COPY * usual)), n),
        "duplicates_held_out": Measured(float(np.mean(from_held < COPY * usual)), n),
        "membership_auc": Measured(auc(-near, is_member), len(near)),
        "diversity": Measured(_spread(made, cell) / _spread(held, cell), n),
    }


def _nearest(tree: cKDTree, points: Floats) -> Floats:
    return np.asarray(tree.query(points)[0])


def _spread(values: Floats, cell: NDArray[np.int64]) -> float:
    """Root mean square distance from the mean of the own cell."""
    _, number = np.unique(cell, return_inverse=True)
    sums = np.zeros((number.max() + 1, values.shape[1]))
    np.add.at(sums, number, values)
    mean = sums / np.bincount(number)[:, None]
    return float(np.sqrt(((values - mean[number]) ** 2).sum(axis=1).mean())) or 1.0
