"""The TF-IDF baseline of one corpus, task by task: the figures that stand beside a model's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure import correlation
from evoscope.text.benchmark.figures import (
    Figure,
    class_figures,
    label_figures,
    measured,
    number_figures,
)
from evoscope.text.benchmark.metrics import quartile_accuracy, rank_correlation
from evoscope.text.benchmark.tfidf import (
    Tfidf,
    crossed_tfidf_labels,
    tfidf_classes,
    tfidf_labels,
    tfidf_numbers,
)
from evoscope.text.corpora import Corpus, load, source
from evoscope.text.taxonomy import TAXONOMY


def tfidf_baseline(name: str, *, folder: str | Path | None = None) -> tuple[Figure, ...]:
    """Fit TF-IDF on the train part of a corpus and score it on dev.

    A corpus for evaluation only is answered half by half, each by the other.

    Args:
        name: of the corpus.
        folder: that holds the corpora; default: ``text/`` in ``EVOSCOPE_REALDATA``.

    Raises:
        CorpusError: as ``evoscope.text.corpora.load``.
        ImportError: scikit-learn is not installed.
    """
    dev = load(name, "dev", folder=folder)
    if not source(name).may_train:
        return tuple(one for task in dev.targets for one in _crossed(dev, task))
    train = load(name, "train", folder=folder)
    features = Tfidf(train.texts)
    figures: list[Figure] = []
    for task in dev.targets:
        figures += _task(train, dev, task, features)
    for score in dev.scores:
        predicted = tfidf_numbers(features, train.scores[score][:, None], dev.texts)[:, 0]
        figures += score_figures(score, predicted, dev.scores[score], dev.domains)
    if train.native is not None and dev.native is not None:
        shares = tfidf_classes(features, train.native.index, len(train.native.names), dev.texts)
        figures += class_figures(f"{name} classes", shares, dev.native.index)
    return tuple(figures)


def score_figures(
    name: str,
    predicted: ArrayLike,
    true: ArrayLike,
    domains: Sequence[str],
    *,
    groups: ArrayLike | None = None,
    resamples: int = 0,
) -> list[Figure]:
    """Score numbers on a corpus' own scale, all and domain by domain.

    Args:
        name: of the score.
        predicted: ``(n,)``.
        true: ``(n,)``.
        domains: ``(n,)`` part of the corpus that each is from.
        groups: ``(n,)`` what must not be parted; default: every text is its own.
        resamples: of those groups, for 90 % intervals; 0: none.
    """
    p, t = np.asarray(predicted, dtype=np.float64), np.asarray(true, dtype=np.float64)
    which = np.asarray(domains)
    slices = {"all": np.ones(t.shape, dtype=bool)}
    if len(names := sorted(set(domains))) > 1:
        slices |= {f"domain={domain}": which == domain for domain in names}
    metrics = (("correlation", correlation, 0.0), ("rank_correlation", rank_correlation, 0.0),
               ("quartile_accuracy", quartile_accuracy, 0.5))  # fmt: skip
    who = np.arange(t.size) if groups is None else np.asarray(groups)
    return [
        Figure(
            name,
            metric,
            where,
            measured(function, p[inside], t[inside], groups=who[inside], resamples=resamples),
            trivial,
        )
        for where, inside in slices.items()
        for metric, function, trivial in metrics
    ]


def _task(train: Corpus, dev: Corpus, task: str, features: Tfidf) -> tuple[Figure, ...]:
    true, known = train.targets[task], train.known[task]
    if TAXONOMY[task].kind == "numbers":
        predicted = tfidf_numbers(features, true, dev.texts)
        return number_figures(
            task, predicted, dev.targets[task], dev.known[task], fitted=true.mean(axis=0)
        )
    answer = tfidf_labels(features, true, known, dev.texts)
    if TAXONOMY[task].kind == "labels":
        return label_figures(task, answer, dev.targets[task], dev.known[task], groups=dev.groups)
    return _classes(task, answer, dev)


def _crossed(dev: Corpus, task: str) -> tuple[Figure, ...]:
    true, known = dev.targets[task], dev.known[task]
    answer = crossed_tfidf_labels(dev.texts, true, known, dev.groups)
    if TAXONOMY[task].kind == "labels":
        return label_figures(task, answer, true, known, groups=dev.groups)
    return _classes(task, answer, dev)


def _classes(task: str, answer: NDArray[np.float64], dev: Corpus) -> tuple[Figure, ...]:
    inside = dev.known[task].all(axis=1)
    classes = dev.targets[task][inside].argmax(axis=1)
    # A corpus that knows one class cannot say whether it is told from the others.
    if np.unique(classes).size < 2:
        return ()
    shares = answer[inside] / answer[inside].sum(axis=1, keepdims=True)
    return class_figures(task, shares, classes)
