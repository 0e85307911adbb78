"""The figures of whoever answers, on a corpus, task by task."""

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

Numbers = NDArray[np.float64]


class Scored(Protocol):
    """Scores of texts."""

    @property
    def tasks(self) -> Mapping[str, Numbers]:
        """Scores ``(n, labels)`` by task."""
        ...

    @property
    def half_widths(self) -> Numbers | None:
        """Half the 90 % intervals of VAD ``(n, 3)``, where there are any."""
        ...


class Scorer(Protocol):
    """What gives scores of texts, such as a `TextEngine`."""

    def scores(self, texts: Sequence[str]) -> Scored:
        """Return calibrated scores of texts."""
        ...


def answer_figures(
    tasks: Mapping[str, Numbers], corpus: Corpus, *, resamples: int = 0
) -> tuple[Figure, ...]:
    """Score answers by what a corpus knows.

    Args:
        tasks: scores ``(n, labels)`` by task; a task that is not there is not scored.
        corpus: one part of it.
        resamples: of its groups, for 90 % intervals; 0: none.
    """
    figures: list[Figure] = []
    who = np.asarray(corpus.groups)
    for task, true in corpus.targets.items():
        known, kind = corpus.known[task], TAXONOMY[task].kind
        if task not in tasks or not known.any():
            continue
        p = tasks[task]
        if kind == "labels":
            figures += label_figures(task, p, true, known, groups=who, resamples=resamples)
        elif kind == "numbers":
            mean = np.where(known, true, 0.0).sum(0) / np.maximum(known.sum(0), 1)
            figures += number_figures(
                task, p, true, known, fitted=mean, groups=who, resamples=resamples
            )
        else:
            inside: NDArray[np.bool_] = np.all(known, axis=1)
            classes = np.where(inside[:, None], true, 0.0).argmax(axis=1)
            # A corpus that knows one class cannot say whether it is told from the others.
            if np.unique(classes[inside]).size > 1:
                figures += class_figures(task, p, classes, inside, groups=who, resamples=resamples)
    return tuple(figures)
