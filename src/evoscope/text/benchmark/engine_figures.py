"""The figures of an engine on a corpus, task by task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from evoscope.text.benchmark.figures import (
    Figure,
    class_figures,
    label_figures,
    number_figures,
)
from evoscope.text.corpora import Corpus
from evoscope.text.taxonomy import TAXONOMY


class Scored(Protocol):
    """Scores of texts."""

    @property
    def tasks(self) -> Mapping[str, NDArray[np.float64]]:
        """Scores ``(n, labels)`` by task."""
        ...


class Scorer(Protocol):
    """What gives scores of texts, such as a `TextEngine`."""

    def scores(self, texts: Sequence[str]) -> Scored:
        """Return calibrated scores of texts."""
        ...


def engine_figures(engine: Scorer, corpus: Corpus) -> tuple[Figure, ...]:
    """Score the answers of an engine by what a corpus knows.

    Args:
        engine: that answers.
        corpus: one part of it.
    """
    scores = engine.scores(corpus.texts).tasks
    figures: list[Figure] = []
    for task, true in corpus.targets.items():
        known, kind = corpus.known[task], TAXONOMY[task].kind
        if not known.any():
            continue
        if kind == "labels":
            figures += label_figures(task, scores[task], true, known, groups=corpus.groups)
        elif kind == "numbers":
            mean = np.where(known, true, 0.0).sum(0) / np.maximum(known.sum(0), 1)
            figures += number_figures(task, scores[task], true, known, fitted=mean)
        else:
            inside: NDArray[np.bool_] = np.all(known, axis=1)
            classes = np.where(inside[:, None], true, 0.0).argmax(axis=1)
            # A corpus that knows one class cannot say whether it is told from the others.
            if np.unique(classes[inside]).size > 1:
                figures += class_figures(task, scores[task], classes, inside)
    return tuple(figures)
