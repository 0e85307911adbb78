"""The figures of a task from arrays: every one with its n, and with the trivial guess beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from evoscope.measure import (
    Measured,
    accuracy,
    auc,
    bootstrap_interval,
    concordance,
    correlation,
    expected_calibration_error,
    f1,
    macro_f1,
    macro_over_labels,
    mean_absolute_error,
    top_class,
)
from evoscope.text.benchmark.metrics import label_macro_f1, weighted_f1
from evoscope.text.benchmark.thresholds import crossed_calls
from evoscope.text.taxonomy import TAXONOMY

SEED = 0
RESAMPLES = 200
"""Of an interval: enough for the ends of 90 % to be read to two digits."""
Metric = Callable[[ArrayLike, ArrayLike, ArrayLike | None], Measured]


@dataclass(frozen=True)
class Figure:
    """One figure; a calibration error has no interval: resampling adds what it would measure.

    Attributes:
        task, metric: what was measured.
        slice: "all", or "label=name".
        found: value, n, and an interval where one was computed.
        trivial: what knows nothing of the text scores: all labels called, the commonest class,
            the mean; ``None`` where that is undefined.
    """

    task: str
    metric: str
    slice: str
    found: Measured
    trivial: float | None = None

    def to_dict(self) -> dict[str, object]:
        """Return the row of an evaluation file.

        Example:
            >>> row = Figure("vad", "correlation", "label=valence", Measured(0.5, 10)).to_dict()
            >>> row["value"], row["n"], row["simulated"]
            (0.5, 10, False)
        """
        return {
            "task": self.task,
            "metric": self.metric,
            "slice": self.slice,
            "value": self.found.value,
            "low": self.found.low,
            "high": self.found.high,
            "n": self.found.n,
            "trivial": self.trivial,
            "limit": None,
            "simulated": False,
        }


def label_figures(
    task: str,
    probability: ArrayLike,
    true: ArrayLike,
    known: ArrayLike,
    *,
    groups: ArrayLike | None = None,
    resamples: int = 0,
) -> tuple[Figure, ...]:
    """Score independent labels: macro F1 at .5 and with tuned thresholds, AUC, calibration error.

    ``macro_f1_tuned`` is by thresholds fitted on the other half of the groups, both ways. A label
    nowhere known takes no part; one that is never there cannot be scored, and takes none either.

    Args:
        task: of the taxonomy.
        probability: ``(n, labels)``.
        true: ``(n, labels)``; a share counts as there from one half.
        known: ``(n, labels)``.
        groups: ``(n,)`` what must not be parted; default: every text is its own.
        resamples: of those groups, for 90 % intervals; 0: none.
    """
    p, k = np.asarray(probability, dtype=np.float64), np.asarray(known, dtype=bool)
    t = np.where(k, np.asarray(true, dtype=np.float64), 0.0) >= 0.5
    who = np.arange(len(t)) if groups is None else np.asarray(groups)
    every = np.ones(t.shape, dtype=bool)
    calls = {"macro_f1": p >= 0.5, "macro_f1_tuned": crossed_calls(p, t, who, k, seed=SEED)}
    there = (t & k).any(axis=0)
    k = k & there
    over = partial(measured, groups=who, resamples=resamples)
    figures = [
        Figure(
            task, name, "all", over(label_macro_f1, called, t, k), label_macro_f1(every, t, k).value
        )
        for name, called in calls.items()
    ]
    ece = macro_over_labels(expected_calibration_error, p, t, k)
    figures += [
        Figure(task, "macro_auc", "all", over(_macro_auc, p, t, k), 0.5),
        Figure(task, "macro_ece", "all", ece, 0.0),
    ]
    for j, label in enumerate(TAXONOMY[task].labels):
        if not k[:, j].any():
            continue
        one, called = f"label={label}", calls["macro_f1_tuned"]
        inside = k[:, j]
        commonest = np.full(int(inside.sum()), 2 * t[inside, j].sum() > inside.sum())
        figures += [
            Figure(
                task,
                "f1_tuned",
                one,
                over(f1, called[:, j], t[:, j], inside),
                f1(every[:, j], t[:, j], inside).value,
            ),
            # What papers on one label report: the F1 of yes and that of no.
            Figure(
                task,
                "yes_no_macro_f1_tuned",
                one,
                over(macro_f1, called[:, j], t[:, j], inside),
                macro_f1(commonest, t[inside, j]).value,
            ),
            Figure(task, "auc", one, over(auc, p[:, j], t[:, j], inside), 0.5),
            Figure(task, "ece", one, expected_calibration_error(p[:, j], t[:, j], inside), 0.0),
        ]
    return tuple(figures)


def measured(
    metric: Metric,
    predicted: ArrayLike,
    true: ArrayLike,
    mask: ArrayLike | None = None,
    *,
    groups: ArrayLike,
    resamples: int,
) -> Measured:
    """Measure, with a 90 % interval over groups where resamples are asked for.

    Args:
        metric: of predicted, true and mask.
        predicted: ``(n, ...)``.
        true: ``(n, ...)``.
        mask: ``(n, ...)``, true where the truth is known.
        groups: ``(n,)`` what must not be parted.
        resamples: of the groups; 0: no interval.
    """
    if not resamples:
        return metric(predicted, true, mask)
    return bootstrap_interval(metric, groups, predicted, true, mask=mask, n=resamples, seed=SEED)


def _macro_auc(score: ArrayLike, true: ArrayLike, known: ArrayLike | None) -> Measured:
    return macro_over_labels(auc, score, true, known)


def class_figures(
    task: str,
    probability: ArrayLike,
    true: ArrayLike,
    known: ArrayLike | None = None,
    *,
    groups: ArrayLike | None = None,
    resamples: int = 0,
) -> tuple[Figure, ...]:
    """Score one of several classes: accuracy, macro and weighted F1, calibration of the first.

    Args:
        task: a name: corpora have classes of their own.
        probability: ``(n, classes)``.
        true: ``(n,)`` numbers of classes.
        known: ``(n,)``.
        groups: ``(n,)`` what must not be parted; default: every text is its own.
        resamples: of those groups, for 90 % intervals; 0: none.
    """
    t = np.asarray(true)
    who = np.arange(len(t)) if groups is None else np.asarray(groups)
    keep = np.ones(t.shape, dtype=bool) if known is None else np.asarray(known, dtype=bool)
    p, t = np.asarray(probability, dtype=np.float64)[keep], t[keep]
    called = p.argmax(axis=1)
    names, counts = np.unique(t, return_counts=True)
    commonest = np.full_like(t, names[counts.argmax()]) if t.size else t
    metrics: tuple[tuple[str, Metric], ...] = (
        ("accuracy", accuracy),
        ("macro_f1", macro_f1),
        ("weighted_f1", weighted_f1),
    )
    over = partial(measured, groups=who[keep], resamples=resamples)
    figures = [
        Figure(task, name, "all", over(metric, called, t), metric(commonest, t, None).value)
        for name, metric in metrics
    ]
    stated, right = top_class(p, t)
    return (*figures, Figure(task, "ece", "all", expected_calibration_error(stated, right), 0.0))


def number_figures(
    task: str,
    predicted: ArrayLike,
    true: ArrayLike,
    known: ArrayLike,
    *,
    fitted: ArrayLike,
    groups: ArrayLike | None = None,
    resamples: int = 0,
) -> tuple[Figure, ...]:
    """Score numbers, label by label: Pearson's correlation, concordance, absolute error.

    Args:
        task: of the taxonomy.
        predicted: ``(n, labels)``.
        true: ``(n, labels)``.
        known: ``(n, labels)``.
        fitted: ``(labels,)`` means of the train part: the trivial guess.
        groups: ``(n,)`` what must not be parted; default: every text is its own.
        resamples: of those groups, for 90 % intervals; 0: none.
    """
    p, t = np.asarray(predicted, dtype=np.float64), np.asarray(true, dtype=np.float64)
    k, mean = np.asarray(known, dtype=bool), np.asarray(fitted, dtype=np.float64)
    who = np.arange(len(t)) if groups is None else np.asarray(groups)
    over = partial(measured, groups=who, resamples=resamples)
    figures = []
    for j, label in enumerate(TAXONOMY[task].labels):
        one, constant = f"label={label}", np.full(len(t), mean[j])
        error = mean_absolute_error(constant, t[:, j], k[:, j]).value
        each: tuple[tuple[str, Metric, float | None], ...] = (
            ("correlation", correlation, 0.0),
            ("concordance", concordance, 0.0),
            ("mae", mean_absolute_error, error),
        )
        figures += [
            Figure(task, name, one, over(metric, p[:, j], t[:, j], k[:, j]), trivial)
            for name, metric, trivial in each
            if k[:, j].any()
        ]
    return tuple(figures)
