"""Usefulness: a classifier trained on real, synthetic or both recordings, tested on patients."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.generation.ridge import described, scores
from evoscope.abr.benchmark.generation.sample import Sample
from evoscope.abr.cohort import CLASSES
from evoscope.measure import Measured, resampled_rows, undefined

SHARES = (0.1, 0.25, 0.5, 1.0)
SEEDS = 3
RESAMPLES = 100
LEAST = 20
Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]


def usefulness(train: Sample, drawn: Sample, test: Sample, *, seed: int) -> dict[str, Measured]:
    """Return figures by name; drawn recordings stand under the conditions of ``train``.

    ``tstr_ratio``: macro-F1 of training on synthetic recordings over that of training on real
    ones. ``both_ratio_<share>``: of training on a share of the real patients and all that is
    synthetic, over that share of real patients alone. ``minority_gain_10``: recall of all classes
    but the commonest, at 10 % of the patients, that synthetic recordings of those classes add.
    Means over ``SEEDS`` draws of the patients; intervals resample the patients of the test.
    """
    known = np.isfinite(test.of("loss_class"))
    test = test.at(known)
    rows = np.flatnonzero(drawn.drawn & np.isfinite(train.of("loss_class")))
    truth = _labels(test)
    names = ["tstr_ratio", *(f"both_ratio_{100 * s:.0f}" for s in SHARES), "minority_gain_10"]
    classes = np.unique(truth)
    if len(rows) < LEAST or len(test) < LEAST or len(classes) < 2:
        return dict.fromkeys(names, undefined(len(test), "too few labelled recordings"))
    real, asked = train.at(rows), described(test)
    x_real, x_made, label = described(real), described(drawn.at(rows)), _labels(real)

    def answers(x: Floats, y: Numbers) -> Numbers:
        return np.asarray(scores(x, y, asked, classes=len(CLASSES)).argmax(axis=1))

    only_real, only_made = answers(x_real, label), answers(x_made, label)
    rng = np.random.default_rng(seed)
    names_of = np.unique(real.patient)
    commonest = np.bincount(label).argmax()
    rare = label != commonest
    few: dict[float, list[tuple[Numbers, Numbers]]] = {share: [] for share in SHARES}
    gains = []
    for _ in range(SEEDS):
        order = rng.permutation(names_of)
        for share in SHARES:
            some = np.isin(real.patient, order[: max(2, round(share * len(order)))])
            alone = answers(x_real[some], label[some])
            both = answers(
                np.concatenate([x_real[some], x_made]), np.concatenate([label[some], label])
            )
            few[share].append((alone, both))
            if share == SHARES[0]:
                x, y = np.concatenate([x_real[some], x_made[rare]]), label[some]
                gains.append((alone, answers(x, np.concatenate([y, label[rare]]))))

    def ratio(pairs: list[tuple[Numbers, Numbers]]) -> Measured:
        def of(some: NDArray[np.intp]) -> float:
            below = np.mean([macro_f1(truth[some], a[some]) for a, _ in pairs])
            above = np.mean([macro_f1(truth[some], b[some]) for _, b in pairs])
            return float(above / max(float(below), 1e-9))

        return _measured(of, test.patient, seed)

    def gain(some: NDArray[np.intp]) -> float:
        kept = some[truth[some] != commonest]
        if not len(kept):
            return 0.0
        parts = [(a[kept] == truth[kept], b[kept] == truth[kept]) for a, b in gains]
        return float(np.mean([_recall(b, truth[kept]) - _recall(a, truth[kept]) for a, b in parts]))

    found = {"tstr_ratio": ratio([(only_real, only_made)])}
    found |= {f"both_ratio_{100 * share:.0f}": ratio(few[share]) for share in SHARES}
    return found | {"minority_gain_10": _measured(gain, test.patient, seed)}


def macro_f1(truth: Numbers, answer: Numbers) -> float:
    """Mean F1 over the classes that are there.

    Example:
        >>> macro_f1(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1]))
        1.0
    """
    found = []
    for name in np.unique(truth):
        right = np.sum((truth == name) & (answer == name))
        found.append(2.0 * right / (np.sum(truth == name) + np.sum(answer == name)))
    return float(np.mean(found))


def _recall(right: NDArray[np.bool_], truth: Numbers) -> float:
    return float(np.mean([right[truth == name].mean() for name in np.unique(truth)]))


def _labels(sample: Sample) -> Numbers:
    return sample.of("loss_class").astype(np.int64)


def _measured(
    of: Callable[[NDArray[np.intp]], float], patient: NDArray[np.str_], seed: int
) -> Measured:
    n = len(patient)
    spread = [of(rows) for rows in resampled_rows(patient, n=RESAMPLES, seed=seed)]
    low, high = np.quantile(spread, (0.05, 0.95))
    return Measured(of(np.arange(n)), n, low=low, high=high)
