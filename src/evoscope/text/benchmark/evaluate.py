"""Everything that is measured of a text pack, as one document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from evoscope.measure.results import commit_of
from evoscope.text.analysis import TextEngine, cache_folder
from evoscope.text.analysis.contract import Precision
from evoscope.text.analysis.engine import Scores
from evoscope.text.benchmark.baselines import score_figures
from evoscope.text.benchmark.calibrated import calibration_figures, coverage_figures, pooled
from evoscope.text.benchmark.document import Bin, Data, TextEvaluation, TextFigure, row
from evoscope.text.benchmark.engine_figures import answer_figures
from evoscope.text.benchmark.figures import RESAMPLES, Figure, class_figures
from evoscope.text.benchmark.goals import ALL_TRAINED, INTENTS, reached
from evoscope.text.benchmark.headlines import HEADLINES
from evoscope.text.benchmark.precision import company_figures, precision_figures
from evoscope.text.benchmark.probe import probe_figures
from evoscope.text.benchmark.rivals import TFIDF, beside, list_figures, tfidf_figures
from evoscope.text.benchmark.robustness import changed_figures, pair_figures
from evoscope.text.benchmark.sample import some_of
from evoscope.text.benchmark.shipped_point import (
    FALSE_ALARMS,
    REQUESTS,
    alarm_figures,
    calls_of,
    kind_figures,
    request_figures,
    shipped_figures,
)
from evoscope.text.benchmark.states import States
from evoscope.text.corpora import Corpus, load, source
from evoscope.text.corpora.read_authored import AUTHORED
from evoscope.text.taxonomy import TAXONOMY

SCORED_BY: Mapping[str, tuple[str, str]] = {
    "formality": ("style", "formal"),
    "politeness": ("style", "polite"),
}
"""Which score of ours stands for a number of a corpus."""
PROBED = ("clinc150", "banking77", "davidson_hate")
PROBE_TEXTS = 8_000
"""Of a train part that a probe is fitted on, except of 150 classes."""
COMPARED = 1_000
"""Texts a corpus that are read again: misspelled, or in float32."""


class Advance(Protocol):
    """Told how far an evaluation is."""

    def __call__(self, what: str, done: int = 0, of: int = 0) -> None:
        """Say what begins, or how many of its texts are done."""
        ...


def _quiet(what: str, done: int = 0, of: int = 0) -> None:
    del what, done, of


def evaluate(
    model: str | Path,
    names: Sequence[str],
    *,
    folder: str | Path | None = None,
    precision: Precision = "int8",
    rivals: bool = True,
    changes: bool = True,
    most: int | None = None,
    resamples: int = RESAMPLES,
    tell: Advance = _quiet,
) -> TextEvaluation:
    """Measure a pack on the dev parts of corpora.

    Args:
        model: folder of a pack, or ``default``.
        names: of corpora.
        folder: that holds them; default: ``text/`` in ``EVOSCOPE_REALDATA``.
        precision: of the encoder.
        rivals: also TF-IDF, lists of words and probes, which are fitted (minutes).
        changes: also what changed texts and eight bits do (minutes).
        most: texts of a corpus; fewer than all is a quick look.
        resamples: of the groups of a corpus, for 90 % intervals.
        tell: told how far it is.

    Raises:
        PackError: no model, or one that cannot be run.
        CorpusError: a corpus that is not there, or not as it should be.
        ImportError: a library that rivals or packs need.
    """
    engine = TextEngine(model, precision=precision, tell=lambda what: tell(what))
    run = _Run(engine, folder, resamples, tell)
    figures: list[TextFigure] = []
    lacking: list[str] = []
    corpora, answers, data = [], [], []
    for name in names:
        whole = load(name, "dev", folder=folder)
        corpus = some_of(whole, most)
        scores = run.scores(engine, corpus, name)
        found, missing = run.corpus(corpus, scores, rivals=rivals and most is None)
        figures += found
        lacking += missing
        corpora.append(corpus)
        answers.append(scores)
        data.append(_data(corpus, len(whole)))
    trained = [i for i, one in enumerate(corpora) if one.source.may_train]
    tasks = [one.tasks for one in answers]
    bins: list[Bin] = []
    for task in TAXONOMY.tasks:
        cases = pooled(task.name, [corpora[i] for i in trained], [tasks[i] for i in trained])
        if task.kind == "numbers" or cases is None:
            continue
        tell(f"calibration of {task.name}")
        head, reliable = calibration_figures(task.name, cases)
        figures += [row(ALL_TRAINED, one) for one in head]
        bins += reliable
    figures += run.intents(corpora, tasks)
    if rivals:
        figures += run.probes([name for name in PROBED if name in names], most)
    if changes:
        figures += run.changes(model, precision, corpora, tasks)
    return TextEvaluation(
        pack=engine.model,
        precision=precision,
        data=tuple(data),
        commit=commit_of(Path(__file__).parent),
        lacking=tuple(dict.fromkeys(lacking)),
        figures=tuple(figures),
        reliability=tuple(bins),
        goals=reached(figures),
    )


class _Run:
    """What the parts of an evaluation share."""

    def __init__(
        self, engine: TextEngine, folder: str | Path | None, resamples: int, tell: Advance
    ) -> None:
        self._engine, self._folder = engine, folder
        self._resamples, self._tell = resamples, tell

    def scores(self, engine: TextEngine, corpus: Corpus, what: str) -> Scores:
        """Answer a corpus, telling how far it is."""
        done = 0
        self._tell(what, 0, len(corpus))

        def advance(texts: int) -> None:
            nonlocal done
            done += texts
            self._tell(what, done, len(corpus))

        return engine.scores(corpus.texts, advance=advance)

    def corpus(
        self, corpus: Corpus, scores: Scores, *, rivals: bool
    ) -> tuple[list[TextFigure], tuple[str, ...]]:
        """Figures of one corpus, and the rivals that are not installed."""
        name, n = corpus.source.name, self._resamples
        self._tell(f"{name}: figures")
        found = list(answer_figures(scores.tasks, corpus, resamples=n))
        for score, (task, label) in SCORED_BY.items():
            if score in corpus.scores:
                ours = scores.tasks[task][:, TAXONOMY[task].index(label)]
                found += score_figures(
                    score, ours, corpus.scores[score], corpus.domains,
                    groups=corpus.groups, resamples=n,
                )  # fmt: skip
        calls = calls_of(scores.tasks, self._engine.thresholds)
        found += shipped_figures(calls, corpus, resamples=n)
        if name == FALSE_ALARMS:
            found += alarm_figures(calls, corpus, resamples=n)
        if name in REQUESTS:
            found += request_figures(calls, corpus, resamples=n)
        if name == AUTHORED.name:
            found += kind_figures(calls, corpus, resamples=n)
        if "vad" in corpus.known and scores.half_widths is not None:
            found += coverage_figures(scores.tasks["vad"], scores.half_widths, corpus, resamples=n)
        others: dict[str, Sequence[Figure]] = {}
        missing: tuple[str, ...] = ()
        if rivals:
            self._tell(f"{name}: lists of words, TF-IDF")
            lists, missing = list_figures(corpus)
            others = {TFIDF: tfidf_figures(name, folder=self._folder, cache=cache_folder())}
            others.update(lists)
        same = beside(others)
        return [row(name, one, rivals=same(one), weak=corpus.weak) for one in found], missing

    def intents(
        self, corpora: Sequence[Corpus], tasks: Sequence[Mapping[str, NDArray[np.float64]]]
    ) -> list[TextFigure]:
        """The six intents on what was written and what was mapped, together."""
        names = INTENTS.split(" + ")
        at = [i for i, one in enumerate(corpora) if one.source.name in names]
        cases = pooled("intent", [corpora[i] for i in at], [tasks[i] for i in at])
        if len(at) < len(names) or cases is None:
            return []
        found = class_figures(
            "intent", cases.scores, cases.true.argmax(axis=1), cases.known.all(axis=1),
            groups=cases.groups, resamples=self._resamples,
        )  # fmt: skip
        return [row(INTENTS, one, weak=True) for one in found]

    def probes(self, names: Sequence[str], most: int | None) -> list[TextFigure]:
        """Classes of corpora that have their own, by a probe."""
        figures: list[TextFigure] = []
        if not names:
            return figures
        states = States(self._engine.pack)
        for name in names:
            self._tell(f"{name}: probe")
            limit = PROBE_TEXTS if name == "davidson_hate" else None
            limits = [one for one in (most, limit) if one is not None]
            found = probe_figures(
                name, states, folder=self._folder, most=min(limits, default=None),
                resamples=self._resamples,
            )  # fmt: skip
            same = beside({who: several for who, several in found.items() if who != "probe"})
            figures += [row(name, one, rivals=same(one)) for one in found["probe"]]
        return figures

    def changes(
        self,
        model: str | Path,
        precision: Precision,
        corpora: Sequence[Corpus],
        tasks: Sequence[Mapping[str, NDArray[np.float64]]],
    ) -> list[TextFigure]:
        """What changed texts, and eight bits, do to the headlines."""
        engine, limits, n = self._engine, self._engine.thresholds, self._resamples
        names = {one.corpus for one in HEADLINES}
        other = None
        if precision == "int8":
            other = TextEngine(model, precision="float32", tell=lambda what: self._tell(what))
        self._tell("pairs of sentences")
        figures = list(pair_figures(engine, limits, resamples=n))
        for whole, scores in zip(corpora, tasks, strict=True):
            name = whole.source.name
            if name not in names:
                continue
            corpus = some_of(whole, COMPARED)
            at = {text: i for i, text in enumerate(whole.texts)}
            rows = [at[text] for text in corpus.texts]
            ours = {task: values[rows] for task, values in scores.items()}
            self._tell(f"{name}: changed texts")
            figures += changed_figures(engine, corpus, ours, limits, resamples=n)
            if other is not None:
                exact = self.scores(other, corpus, f"{name}: float32").tasks
                figures += precision_figures(corpus, exact, ours, limits, resamples=n)
                figures += company_figures(engine, corpus, ours)
        return figures


def _data(corpus: Corpus, of: int) -> Data:
    where = source(corpus.source.name)
    return Data(
        name=where.name,
        split=corpus.split,
        licence=where.licence,
        sha256=corpus.sha256,
        texts=len(corpus),
        of=of,
        trained_on=where.may_train,
        weak=corpus.weak,
    )
