"""Whether stated probabilities come true, on halves that never saw what was fitted.

A pack's temperatures, biases and intervals are fitted on the dev parts. Scored on the same texts
they would flatter. So each is fitted again on one half of the groups and scored on the other, both
ways: the same family (one temperature and one bias a label), from the calibrated scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure import (
    Measured,
    bootstrap_interval,
    conformal_quantile,
    crossed_halves,
    expected_calibration_error,
    fit_class_scaling,
    macro_over_labels,
    reliability,
    top_class,
    undefined,
)
from evoscope.text.benchmark.document import Bin
from evoscope.text.benchmark.figures import SEED, Figure
from evoscope.text.corpora import Corpus
from evoscope.text.taxonomy import TAXONOMY

Numbers = NDArray[np.float64]
BINS = 10
LEVEL = 0.9
_TINY = 1e-7
_FEWEST = 10
"""Texts with a label, and without, below which its scaling is left as it is."""


@dataclass(frozen=True)
class Pooled:
    """Answers and truths of several corpora under each other.

    Attributes:
        scores: ``(n, labels)``.
        true: ``(n, labels)``.
        known: ``(n, labels)``.
        groups: ``(n,)`` what must not be parted.
    """

    scores: Numbers
    true: NDArray[np.bool_]
    known: NDArray[np.bool_]
    groups: NDArray[np.str_]


def pooled(
    task: str, corpora: Sequence[Corpus], scores: Sequence[Mapping[str, Numbers]]
) -> Pooled | None:
    """Put what corpora know of a task under each other; ``None`` where none knows anything."""
    parts = [
        (one, answer[task])
        for one, answer in zip(corpora, scores, strict=True)
        if task in one.known and one.known[task].any()
    ]
    if not parts:
        return None
    return Pooled(
        np.concatenate([p for _, p in parts]),
        np.concatenate([np.where(c.known[task], c.targets[task], 0.0) >= 0.5 for c, _ in parts]),
        np.concatenate([c.known[task] for c, _ in parts]),
        np.concatenate([np.array([f"{c.source.name}:{g}" for g in c.groups]) for c, _ in parts]),
    )


def calibration_figures(task: str, cases: Pooled) -> tuple[tuple[Figure, ...], tuple[Bin, ...]]:
    """Measure the calibration error of a head without the noise's share, and its reliability.

    ``ece_crossed`` is fitted on the other half, ``ece_shipped`` is of the scores as they are; of
    labels each is the mean over those that are both there and not.

    Args:
        task: of the taxonomy, of labels or classes.
        cases: of all corpora that the pack was calibrated on.
    """
    if TAXONOMY[task].kind == "classes":
        return _of_classes(task, cases)
    crossed = _crossed_labels(cases)
    both = np.array(
        [
            min((k & t).sum(), (k & ~t).sum()) > 0
            for k, t in zip(cases.known.T, cases.true.T, strict=True)
        ]
    )
    known = cases.known & both
    figures = [
        Figure(
            task,
            name,
            "all",
            macro_over_labels(expected_calibration_error, p, cases.true, known),
            0.0,
        )
        for name, p in (("ece_crossed", crossed), ("ece_shipped", cases.scores))
    ]
    figures += [
        Figure(
            task,
            "ece_crossed",
            f"label={label}",
            expected_calibration_error(crossed[:, j], cases.true[:, j], known[:, j]),
            0.0,
        )
        for j, label in enumerate(TAXONOMY[task].labels)
        if known[:, j].any()
    ]
    return tuple(figures), _bins(task, crossed[known], cases.true[known])


def coverage_figures(
    mean: Numbers, half: Numbers, corpus: Corpus, *, resamples: int
) -> tuple[Figure, ...]:
    """Count how often intervals, widened by what the other half needs, hold the truth.

    Args:
        mean: ``(n, 3)``.
        half: ``(n, 3)`` half the intervals as shipped.
        corpus: with VAD.
        resamples: of its groups, for 90 % intervals.
    """
    who, true = np.asarray(corpus.groups), corpus.targets["vad"]
    first = crossed_halves(who, seed=SEED)
    figures: list[Figure] = []
    for j, label in enumerate(TAXONOMY["vad"].labels):
        ratio = np.abs(true[:, j] - mean[:, j]) / half[:, j]
        wide = np.empty(len(who))
        for part in (first, ~first):
            wide[~part] = conformal_quantile(ratio[part], level=LEVEL)
        inside, one = (ratio <= wide).astype(float), f"label={label}"
        width = 2.0 * wide * half[:, j]
        figures += [
            Figure("vad", name, one,
                   bootstrap_interval(_mean, who, values, values, n=resamples, seed=SEED))
            for name, values in (("coverage_90", inside), ("width_90", width))
        ]  # fmt: skip
        shipped = (ratio <= 1.0).astype(float)
        figures.append(Figure("vad", "coverage_90_shipped", one, _mean(shipped, shipped)))
    return tuple(figures)


def _crossed_labels(cases: Pooled) -> Numbers:
    first = crossed_halves(cases.groups, seed=SEED)
    logit = np.log(np.clip(cases.scores, _TINY, 1.0)) - np.log(
        np.clip(1.0 - cases.scores, _TINY, 1.0)
    )
    found = cases.scores.copy()
    for j in range(logit.shape[1]):
        for half in (first, ~first):
            fit, rest = half & cases.known[:, j], ~half & cases.known[:, j]
            there = cases.true[fit, j]
            if min(there.sum(), (~there).sum()) < _FEWEST:
                continue
            z = logit[fit, j]
            # Two classes, of which the logit is the distance.
            scaling = fit_class_scaling(np.column_stack([np.zeros_like(z), z]), there.astype(int))
            z = logit[rest, j]
            found[rest, j] = scaling(np.column_stack([np.zeros_like(z), z]))[:, 1]
    return found


def _of_classes(task: str, cases: Pooled) -> tuple[tuple[Figure, ...], tuple[Bin, ...]]:
    inside = cases.known.all(axis=1)
    p, true = cases.scores[inside], cases.true[inside].argmax(axis=1)
    first = crossed_halves(cases.groups[inside], seed=SEED)
    logs, crossed = np.log(np.clip(p, _TINY, 1.0)), p.copy()
    for half in (first, ~first):
        crossed[~half] = fit_class_scaling(logs[half], true[half])(logs[~half])
    figures = []
    for name, values in (("ece_crossed", crossed), ("ece_shipped", p)):
        stated, right = top_class(values, true)
        figures.append(Figure(task, name, "all", expected_calibration_error(stated, right), 0.0))
    return tuple(figures), _bins(task, *top_class(crossed, true))


def _bins(head: str, p: Numbers, true: NDArray[np.bool_]) -> tuple[Bin, ...]:
    return tuple(
        Bin(
            head=head,
            low=one.low,
            high=one.high,
            stated=one.stated,
            observed=one.observed.value or 0.0,
            observed_low=one.observed.low,
            observed_high=one.observed.high,
            n=one.observed.n,
        )
        for one in reliability(p, true, bins=BINS)
    )


def _mean(values: ArrayLike, _same: ArrayLike, _mask: ArrayLike | None = None) -> Measured:
    found = np.asarray(values, dtype=np.float64)
    return Measured(float(found.mean()), found.size) if found.size else undefined(0, "no case")
