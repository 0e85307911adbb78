"""The figures of a task from arrays: every one with its n, and with the trivial guess beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure import (
    Measured,
    accuracy,
    auc,
    concordance,
    correlation,
    expected_calibration_error,
    f1,
    macro_f1,
    macro_over_labels,
    mean_absolute_error,
    top_class,
)
from evoscope.text.benchmark.metrics import weighted_f1
from evoscope.text.benchmark.thresholds import crossed_calls
from evoscope.text.taxonomy import TAXONOMY

SEED = 0
_Metric = Callable[[ArrayLike, ArrayLike, ArrayLike | None], Measured]


@dataclass(frozen=True)
class Figure:
    """One figure.

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
    """
    p, k = np.asarray(probability, dtype=np.float64), np.asarray(known, dtype=bool)
    t = np.where(k, np.asarray(true, dtype=np.float64), 0.0) >= 0.5
    who = np.arange(len(t)) if groups is None else np.asarray(groups)
    every = np.ones(t.shape, dtype=bool)
    calls = {"macro_f1": p >= 0.5, "macro_f1_tuned": crossed_calls(p, t, who, k, seed=SEED)}
    there = (t & k).any(axis=0)
    k = k & there
    figures = [
        Figure(task, name, "all", macro_over_labels(f1, called, t, k), _value(f1, every, t, k))
        for name, called in calls.items()
    ]
    figures += [
        Figure(task, "macro_auc", "all", macro_over_labels(auc, p, t, k), 0.5),
        Figure(
            task, "macro_ece", "all", macro_over_labels(expected_calibration_error, p, t, k), 0.0
        ),
    ]
    for j, label in enumerate(TAXONOMY[task].labels):
        if not k[:, j].any():
            continue
        one = f"label={label}"
        tuned = f1(calls["macro_f1_tuned"][:, j], t[:, j], k[:, j])
        trivial = f1(every[:, j], t[:, j], k[:, j]).value
        figures += [
            Figure(task, "f1_tuned", one, tuned, trivial),
            _yes_no(task, one, calls["macro_f1_tuned"][k[:, j], j], t[k[:, j], j]),
            Figure(task, "auc", one, auc(p[:, j], t[:, j], k[:, j]), 0.5),
            Figure(task, "ece", one, expected_calibration_error(p[:, j], t[:, j], k[:, j]), 0.0),
        ]
    return tuple(figures)


def _yes_no(task: str, one: str, called: NDArray[np.bool_], true: NDArray[np.bool_]) -> Figure:
    """Macro F1 of yes and no: what papers on one label report."""
    commonest = np.full_like(true, 2 * true.sum() > true.size)
    return Figure(
        task, "yes_no_macro_f1_tuned", one, macro_f1(called, true), macro_f1(commonest, true).value
    )


def class_figures(
    task: str, probability: ArrayLike, true: ArrayLike, known: ArrayLike | None = None
) -> tuple[Figure, ...]:
    """Score one of several classes: accuracy, macro and weighted F1, calibration of the first.

    Args:
        task: a name: corpora have classes of their own.
        probability: ``(n, classes)``.
        true: ``(n,)`` numbers of classes.
        known: ``(n,)``.
    """
    t = np.asarray(true)
    keep = np.ones(t.shape, dtype=bool) if known is None else np.asarray(known, dtype=bool)
    p, t = np.asarray(probability, dtype=np.float64)[keep], t[keep]
    called = p.argmax(axis=1)
    names, counts = np.unique(t, return_counts=True)
    commonest = np.full_like(t, names[counts.argmax()]) if t.size else t
    metrics: tuple[tuple[str, _Metric], ...] = (
        ("accuracy", accuracy),
        ("macro_f1", macro_f1),
        ("weighted_f1", weighted_f1),
    )
    figures = [
        Figure(task, name, "all", metric(called, t, None), metric(commonest, t, None).value)
        for name, metric in metrics
    ]
    stated, right = top_class(p, t)
    return (*figures, Figure(task, "ece", "all", expected_calibration_error(stated, right), 0.0))


def number_figures(
    task: str, predicted: ArrayLike, true: ArrayLike, known: ArrayLike, *, fitted: ArrayLike
) -> tuple[Figure, ...]:
    """Score numbers, label by label: Pearson's correlation, concordance, absolute error.

    Args:
        task: of the taxonomy.
        predicted: ``(n, labels)``.
        true: ``(n, labels)``.
        known: ``(n, labels)``.
        fitted: ``(labels,)`` means of the train part: the trivial guess.
    """
    p, t = np.asarray(predicted, dtype=np.float64), np.asarray(true, dtype=np.float64)
    k, mean = np.asarray(known, dtype=bool), np.asarray(fitted, dtype=np.float64)
    figures = []
    for j, label in enumerate(TAXONOMY[task].labels):
        one, constant = f"label={label}", np.full(len(t), mean[j])
        error = mean_absolute_error(constant, t[:, j], k[:, j]).value
        figures += [
            Figure(task, "correlation", one, correlation(p[:, j], t[:, j], k[:, j]), 0.0),
            Figure(task, "concordance", one, concordance(p[:, j], t[:, j], k[:, j]), 0.0),
            Figure(task, "mae", one, mean_absolute_error(p[:, j], t[:, j], k[:, j]), error),
        ]
    return tuple(figures)


def _value(
    metric: _Metric,
    called: NDArray[np.bool_],
    true: NDArray[np.bool_],
    known: NDArray[np.bool_],
) -> float | None:
    return macro_over_labels(metric, called, true, known).value
