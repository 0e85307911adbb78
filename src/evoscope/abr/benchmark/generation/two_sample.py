"""A classifier two-sample test, cross-validated by patient (Lopez-Paz & Oquab 2017)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.fit.two_sample import auc
from evoscope.abr.benchmark.generation.ridge import described, scores
from evoscope.abr.benchmark.generation.sample import Sample
from evoscope.measure import Measured, resampled_rows, undefined

FOLDS = 5
RESAMPLES = 100
Flags = NDArray[np.bool_]


def told_apart(real: Sample, drawn: Sample, *, seed: int) -> Measured:
    """Return the AUC of telling drawn from real recordings: 0.5 where nobody can.

    Every drawn recording stands under the conditions of a real one, and in the fold of that one's
    patient: neither conditions nor patients give it away.
    """
    rows = np.flatnonzero(drawn.drawn)
    if len(rows) < 10 * FOLDS:
        return undefined(len(rows), "too few recordings drawn")
    both = np.concatenate([described(real.at(rows)), described(drawn.at(rows))])
    label = np.repeat([0, 1], len(rows))
    patient = np.tile(real.patient[rows], 2)
    return _cross_validated(both, label, patient, seed=seed)


def floor_auc(real: Sample, *, seed: int) -> Measured:
    """Return the same of one half of the patients against the other: what chance gives."""
    names = np.unique(real.patient)
    if len(names) < 4 * FOLDS:
        return undefined(len(real), "too few patients")
    half = np.random.default_rng(seed).permutation(names)[: len(names) // 2]
    label = np.isin(real.patient, half).astype(np.int64)
    return _cross_validated(described(real), label, real.patient, seed=seed)


def _cross_validated(
    values: NDArray[np.float64], label: NDArray[np.int64], patient: NDArray[np.str_], *, seed: int
) -> Measured:
    names, member = np.unique(patient, return_inverse=True)
    rng = np.random.default_rng(seed)
    fold = (rng.permutation(len(names)) % FOLDS)[member]
    found = np.full(len(label), np.nan)
    for one in range(FOLDS):
        test = fold == one
        out = scores(values[~test], label[~test], values[test], classes=2)
        found[test] = out[:, 1] - out[:, 0]
    value = auc(found, label == 1)
    spread = [
        auc(found[rows], label[rows] == 1)
        for rows in resampled_rows(patient, n=RESAMPLES, seed=seed)
        if 0 < label[rows].sum() < len(rows)
    ]
    low, high = np.quantile(spread, (0.05, 0.95))
    return Measured(value, len(label), low=low, high=high)
