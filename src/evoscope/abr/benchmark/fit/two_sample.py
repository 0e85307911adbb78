"""A classifier two-sample test: can real averages be told from simulated ones?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import rankdata

from evoscope.abr.benchmark.fit.conditions import LEVELS_DB, Averages
from evoscope.abr.benchmark.fit.document import TwoSample

COMPONENTS = 10
FOLDS = 5
_RIDGE = 1.0
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def compare_averages(name: str, real: Averages, simulated: Averages, *, seed: int) -> TwoSample:
    """Fit the classifier at equal levels: as many real as simulated averages of each."""
    rng = np.random.default_rng(seed)
    real = real.at(np.isin(real.level_db, LEVELS_DB))
    simulated = simulated.at(_matched(real.level_db, simulated.level_db, rng))
    waves = np.concatenate([real.waveform, simulated.waveform])
    waves -= waves.mean(axis=1, keepdims=True)
    is_real = np.arange(len(waves)) < len(real.waveform)
    one, other = np.unique(real.ear)[:2]
    # Half of the simulated ears stand on each side, as one of the two real ears does.
    ears = np.unique(simulated.ear)
    side = np.concatenate(
        [real.ear == one, np.isin(simulated.ear, rng.permutation(ears)[: len(ears) // 2])]
    )
    folds = rng.permutation(len(waves)) % FOLDS
    of_real = waves[is_real]
    shape = waves / waves.std(axis=1, keepdims=True)
    return TwoSample(
        simulated=name,
        n_real=len(real.waveform),
        n_simulated=len(simulated.waveform),
        auc=cross_validated_auc(waves, is_real, folds),
        auc_other_ear=cross_validated_auc(waves, is_real, side.astype(int)),
        auc_other_ear_shape=cross_validated_auc(shape, is_real, side.astype(int)),
        auc_floor=cross_validated_auc(of_real, real.ear == other, folds[is_real]),
    )


def cross_validated_auc(values: Floats, label: Flags, folds: NDArray[np.int_]) -> float:
    """Mean over the folds of the AUC of a logistic regression on PCA scores of the others.

    Components, scales and weights are fitted without the fold; a fold of one class is left out.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> label = np.arange(200) % 2 == 0
        >>> values = rng.standard_normal((200, 20)) + 5.0 * label[:, None]
        >>> cross_validated_auc(values, label, np.arange(200) // 40)
        1.0
    """
    found = []
    for fold in np.unique(folds):
        test = folds == fold
        if len(set(label[test])) == 2:
            scores = _score(values[~test], label[~test], values[test])
            found.append(auc(scores, label[test]))
    return float(np.mean(found))


def auc(score: Floats, label: Flags) -> float:
    """Share of pairs in the right order (Mann-Whitney); ties count half.

    Example:
        >>> auc(np.array([0.1, 0.2, 0.3]), np.array([False, False, True]))
        1.0
    """
    n = int(label.sum())
    ranks = rankdata(score)[label].sum()
    return float((ranks - n * (n + 1) / 2) / (n * (label.size - n)))


def _score(train: Floats, label: Flags, test: Floats) -> Floats:
    mean = train.mean(axis=0)
    axes = np.linalg.svd(train - mean, full_matrices=False)[2][:COMPONENTS].T
    scores = (train - mean) @ axes
    scale = scores.std(axis=0)
    x, y = scores / scale, np.where(label, 1.0, -1.0)

    def loss(w: Floats) -> tuple[float, Floats]:
        margin = y * (x @ w[1:] + w[0])
        pull = -y * expit(-margin)
        slope = np.concatenate([[pull.sum()], x.T @ pull + _RIDGE * w[1:]])
        return float(np.logaddexp(0.0, -margin).sum() + 0.5 * _RIDGE * w[1:] @ w[1:]), slope

    w = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return np.asarray((test - mean) @ axes / scale @ w[1:])


def _matched(wanted_db: Floats, offered_db: Floats, rng: np.random.Generator) -> Flags:
    """Choose as many recordings of each level as there are wanted, where there are enough."""
    chosen = np.zeros(offered_db.size, dtype=bool)
    for level, count in zip(*np.unique(wanted_db, return_counts=True), strict=True):
        here = rng.permutation(np.flatnonzero(offered_db == level))
        chosen[here[:count]] = True
    return chosen
