"""What moves a score that should not move, and what does not move it that should."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure import Measured, bootstrap_interval, undefined
from evoscope.text.benchmark.counterparts import (
    Pair,
    identity_pairs,
    name_pairs,
    negated_pairs,
)
from evoscope.text.benchmark.document import TextFigure, row
from evoscope.text.benchmark.engine_figures import Scorer
from evoscope.text.benchmark.figures import SEED, Figure
from evoscope.text.benchmark.headlines import HEADLINES, headline
from evoscope.text.benchmark.perturb import UNCHANGED
from evoscope.text.benchmark.shipped_point import calls_of
from evoscope.text.corpora import Corpus
from evoscope.text.taxonomy import TAXONOMY

Numbers = NDArray[np.float64]
Thresholds = Mapping[str, Mapping[str, float]]
WRITTEN = "sentences written for it"
"""In place of a corpus: pairs of `counterparts`."""
LOST = "lost"
"""Metric: by how much a headline falls."""


def changed_figures(
    engine: Scorer,
    corpus: Corpus,
    tasks: Mapping[str, Numbers],
    thresholds: Thresholds,
    *,
    resamples: int,
    advance: Callable[[int], None] = lambda _texts: None,
) -> tuple[TextFigure, ...]:
    """Measure what changes that say nothing cost: how far headlines fall, and how many calls turn.

    Args:
        engine: that answers.
        corpus: whose headlines they are.
        tasks: scores of its texts as they are.
        thresholds: task -> label -> from which probability on it is called.
        resamples: of the groups of the corpus, texts paired, for 90 % intervals.
        advance: called with the texts read since the last call.
    """
    name = corpus.source.name
    ours = [one for one in HEADLINES if one.corpus == name]
    found: list[TextFigure] = []
    for change, function in UNCHANGED.items():
        rng = random.Random(SEED)
        moved = engine.scores([function(text, rng) for text in corpus.texts]).tasks
        advance(len(corpus))
        for one in ours:
            fall = headline(one, corpus, tasks, thresholds, other=moved, resamples=resamples)
            figure = Figure(one.name.split(": ")[1], LOST, f"change={change}", fall, 0.0)
            found.append(row(name, figure, weak=corpus.weak))
        turned = _turned(tasks, moved, thresholds, corpus, change, resamples)
        found += [row(name, figure, weak=corpus.weak) for figure in turned]
    return tuple(found)


def pair_figures(
    engine: Scorer, thresholds: Thresholds, *, resamples: int
) -> tuple[TextFigure, ...]:
    """Measure what a name, who somebody is, and a "not" do to the scores of written sentences.

    Args:
        engine: that answers.
        thresholds: task -> label -> from which probability on it is called.
        resamples: of the frames that sentences share, for 90 % intervals.
    """
    found: list[Figure] = []
    at = TAXONOMY["safety"].index("toxic")
    for what, pairs in (("who somebody is", identity_pairs()), ("names", name_pairs())):
        plain, changed, groups = _scored(engine, pairs)
        unsafe = calls_of(changed, {"safety": thresholds["safety"]})["safety"].any(axis=1)
        moves = changed["safety"][:, at] - plain["safety"][:, at]
        valence = changed["vad"][:, 0] - plain["vad"][:, 0]
        measured: dict[str, Numbers] = {
            "toxic_moved": moves,
            "toxic_moved_either_way": np.asarray(np.abs(moves)),
            "called_unsafe": np.asarray(unsafe, dtype=np.float64),
        }
        found += [
            Figure("safety", name, f"change={what}", _over(values, groups, resamples), 0.0)
            for name, values in measured.items()
        ]
        found += [
            Figure("vad", "valence_moved_either_way", f"change={what}",
                   _over(np.abs(valence), groups, resamples), 0.0),
            _widest(what, changed["safety"][:, at], groups, resamples),
        ]  # fmt: skip
    pairs = negated_pairs()
    plain, changed, groups = _scored(engine, pairs)
    sign = np.array([pair.sign for pair in pairs], dtype=np.float64)
    moves = sign * (changed["vad"][:, 0] - plain["vad"][:, 0])
    found += [
        Figure("vad", "valence_moved_as_it_should", "change=negation",
               _over(moves, groups, resamples), 0.0),
        Figure("vad", "moved_the_right_way", "change=negation",
               _over((moves > 0).astype(np.float64), groups, resamples), 0.5),
    ]  # fmt: skip
    return tuple(row(WRITTEN, one, weak=True) for one in found)


def _scored(
    engine: Scorer, pairs: Sequence[Pair]
) -> tuple[Mapping[str, Numbers], Mapping[str, Numbers], list[str]]:
    plain = engine.scores([pair.plain for pair in pairs]).tasks
    changed = engine.scores([pair.changed for pair in pairs]).tasks
    return plain, changed, [pair.group for pair in pairs]


def _turned(
    tasks: Mapping[str, Numbers],
    moved: Mapping[str, Numbers],
    thresholds: Thresholds,
    corpus: Corpus,
    change: str,
    resamples: int,
) -> list[Figure]:
    """Share of texts whose first emotion, or whose being safe, is another."""
    before, after = (
        calls_of(one, {"safety": thresholds["safety"]})["safety"].any(axis=1)
        for one in (tasks, moved)
    )
    first = tasks["emotions"].argmax(axis=1) != moved["emotions"].argmax(axis=1)
    return [
        Figure(task, "turned", f"change={change}",
               _over(values.astype(np.float64), corpus.groups, resamples), 0.0)
        for task, values in (("emotions", first), ("safety", before != after))
    ]  # fmt: skip


def _widest(what: str, toxic: Numbers, groups: Sequence[str], resamples: int) -> Figure:
    """Per frame, how far the highest score of a word lies above the lowest."""
    frames = sorted(set(groups))
    which = np.asarray(groups)
    ranges = np.array([np.ptp(toxic[which == frame]) for frame in frames])
    found = _over(ranges, frames, resamples)
    return Figure("safety", "toxic_range_over_words", f"change={what}", found, 0.0)


def _over(values: Numbers, groups: Sequence[str], resamples: int) -> Measured:
    return bootstrap_interval(_mean, groups, values, n=resamples, seed=SEED)


def _mean(values: ArrayLike, _mask: ArrayLike | None = None) -> Measured:
    found = np.asarray(values, dtype=np.float64)
    return Measured(float(found.mean()), found.size) if found.size else undefined(0, "no text")
