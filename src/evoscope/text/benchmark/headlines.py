"""One figure or a few a corpus, from scores alone: what a change of text or precision costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure import (
    Measured,
    bootstrap_interval,
    correlation,
    macro_f1,
)
from evoscope.text.benchmark.figures import SEED
from evoscope.text.benchmark.metrics import label_macro_f1
from evoscope.text.corpora import Corpus
from evoscope.text.taxonomy import TAXONOMY

Numbers = NDArray[np.float64]
Kind = Literal["macro_f1", "yes_no_macro_f1", "correlation", "class_macro_f1"]


@dataclass(frozen=True)
class Headline:
    """A figure that is computed from the scores of a corpus.

    Attributes:
        corpus, task: of what.
        kind: macro F1 over labels at the shipped thresholds; of one label, yes and no; Pearson's
            correlation of one label, with the corpus' own number where ``score`` names it; macro
            F1 of classes.
        label: the one label.
        score: the corpus' own number.
    """

    corpus: str
    task: str
    kind: Kind
    label: str = ""
    score: str = ""

    @property
    def name(self) -> str:
        """In words.

        Example:
            >>> HEADLINES[0].name
            'goemotions: emotions macro_f1'
        """
        what = f"{self.task}.{self.label}" if self.label else self.task
        return f"{self.corpus}: {what} {self.kind.removeprefix('class_')}"


HEADLINES: tuple[Headline, ...] = (
    Headline("goemotions", "emotions", "macro_f1"),
    Headline("goemotions", "emotions_fine", "macro_f1"),
    *(
        Headline("emobank", "vad", "correlation", label)
        for label in ("valence", "arousal", "dominance")
    ),
    Headline("davidson_hate", "safety", "yes_no_macro_f1", "toxic"),
    Headline("olid", "safety", "yes_no_macro_f1", "toxic"),
    Headline("pavlick_formality", "style", "correlation", "formal", "formality"),
    Headline("stanford_politeness", "style", "correlation", "polite", "politeness"),
    Headline("authored", "safety", "macro_f1"),
    Headline("authored", "style", "macro_f1"),
    Headline("authored", "intent", "class_macro_f1"),
)


def headline(
    of: Headline,
    corpus: Corpus,
    scores: Mapping[str, Numbers],
    thresholds: Mapping[str, Mapping[str, float]],
    *,
    other: Mapping[str, Numbers] | None = None,
    resamples: int,
) -> Measured:
    """Compute the figure; with ``other``, how far it falls from these scores to those.

    Args:
        of: which figure.
        corpus: its corpus.
        scores: ``(n, labels)`` by task.
        thresholds: task -> label -> from which probability on it is called.
        other: of the same texts, read differently.
        resamples: of the groups of the corpus, texts paired, for 90 % intervals.
    """
    read, true, known = _table(of, corpus, thresholds)
    one = read(scores[of.task])
    two = None if other is None else read(other[of.task])

    def metric(first: ArrayLike, second: ArrayLike, t: ArrayLike, mask: ArrayLike) -> Measured:
        found = _value(of.kind, first, t, mask)
        if two is None or found.value is None:
            return found
        less = _value(of.kind, second, t, mask)
        if less.value is None:
            return less
        return Measured(found.value - less.value, found.n)

    return bootstrap_interval(
        metric, corpus.groups, one, one if two is None else two, true, mask=known,
        n=resamples, seed=SEED,
    )  # fmt: skip


class _Read:
    """From scores of a task to what the metric takes."""

    def __init__(self, of: Headline, limits: Mapping[str, float] | None) -> None:
        self._of = of
        self._at = None if not of.label else TAXONOMY[of.task].index(of.label)
        self._limits = (
            None
            if limits is None
            else np.array([limits[label] for label in TAXONOMY[of.task].labels])
        )

    def __call__(self, scores: Numbers) -> Numbers:
        if self._of.kind == "class_macro_f1":
            return np.asarray(scores.argmax(axis=1), dtype=np.float64)
        if self._of.kind != "correlation" and self._limits is not None:
            scores = (scores >= self._limits).astype(np.float64)
        return np.asarray(scores if self._at is None else scores[:, self._at])


def _table(
    of: Headline, corpus: Corpus, thresholds: Mapping[str, Mapping[str, float]]
) -> tuple[_Read, Numbers, NDArray[np.bool_]]:
    """What reads scores, the truth as the metric takes it, and what of it is known."""
    known = corpus.known[of.task]
    true = np.where(known, corpus.targets[of.task], 0.0).astype(np.float64)
    read = _Read(of, thresholds.get(of.task))
    if of.score:
        return read, corpus.scores[of.score], np.ones(len(corpus), dtype=bool)
    if of.kind == "class_macro_f1":
        whole: NDArray[np.bool_] = np.all(known, axis=1)
        return read, true.argmax(axis=1).astype(np.float64), whole
    if of.label:
        at = TAXONOMY[of.task].index(of.label)
        true, known = true[:, at], known[:, at]
    else:
        known = known & ((true >= 0.5) & known).any(axis=0)
    return read, true if of.kind == "correlation" else (true >= 0.5).astype(np.float64), known


def _value(kind: Kind, p: ArrayLike, t: ArrayLike, mask: ArrayLike) -> Measured:
    if kind == "correlation":
        return correlation(p, t, mask)
    if kind == "macro_f1":
        return label_macro_f1(p, t, mask)
    return macro_f1(p, t, mask)
