"""What stands beside a model's figures: TF-IDF, and lists of words where they apply."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evoscope.measure import Measured
from evoscope.measure.results import write_text
from evoscope.text.benchmark.baselines import tfidf_baseline
from evoscope.text.benchmark.engine_figures import answer_figures
from evoscope.text.benchmark.figures import Figure
from evoscope.text.benchmark.lexicons import (
    better_profanity,
    nrc_emotions,
    profanity_probability,
    swearing,
    vader_valence,
)
from evoscope.text.benchmark.sample import some_of
from evoscope.text.corpora import Corpus, load, source
from evoscope.text.taxonomy import EMOTIONS, TAXONOMY

Numbers = NDArray[np.float64]
Key = tuple[str, str, str]
LISTS: Mapping[str, tuple[str, tuple[str, ...], Callable[[Sequence[str]], Numbers]]] = {
    "VADER": ("vad", ("valence",), vader_valence),
    "NRCLex": ("emotions", EMOTIONS, nrc_emotions),
    "word list": ("safety", ("toxic", "profane"), swearing),
    "better-profanity": ("safety", ("toxic", "profane"), better_profanity),
    "alt-profanity-check": ("safety", ("toxic", "profane"), profanity_probability),
}
"""Of each list: the task that it answers, the labels, and how."""
SAMPLED: Mapping[str, int] = {"better-profanity": 1000}
"""Texts of a corpus that a slow list reads at most: tens of milliseconds each."""
TFIDF = "TF-IDF"
_LAYOUT = "2"
"""Changes whenever the same corpus would get other figures of TF-IDF."""


def list_figures(whole: Corpus) -> tuple[dict[str, tuple[Figure, ...]], tuple[str, ...]]:
    """Score every list of words that says something of what a corpus knows.

    Args:
        whole: the corpus; slow lists read a sample of it.

    Returns:
        Figures by the name of the list, and the lists that are not installed.
    """
    found: dict[str, tuple[Figure, ...]] = {}
    lacking: list[str] = []
    for name, (task, labels, answer) in LISTS.items():
        corpus = some_of(whole, SAMPLED.get(name))
        known = corpus.known.get(task)
        at = [TAXONOMY[task].index(label) for label in labels]
        if known is None or not known[:, at].any():
            continue
        try:
            values = answer(corpus.texts)
        except ImportError:
            lacking.append(name)
            continue
        scores, only = np.zeros(known.shape), np.zeros(known.shape, dtype=bool)
        scores[:, at] = values if values.ndim == 2 else values[:, None]
        only[:, at] = known[:, at]
        narrowed = replace(corpus, known={**corpus.known, task: only})
        figures = answer_figures({task: scores}, narrowed)
        # A mean over other labels than the model's is not beside it.
        same = bool((only == known).all())
        found[name] = tuple(one for one in figures if same or one.slice != "all")
    return found, tuple(lacking)


def tfidf_figures(
    name: str, *, folder: str | Path | None = None, cache: Path | None = None
) -> tuple[Figure, ...]:
    """Return `tfidf_baseline`, kept on the disk: it is the same for every model.

    Args:
        name: of the corpus.
        folder: that holds the corpora; default: ``text/`` in ``EVOSCOPE_REALDATA``.
        cache: folder that keeps figures; ``None`` keeps none.
    """
    if cache is None:
        return tfidf_baseline(name, folder=folder)
    kept = cache / f"tfidf-{_key(name, folder)}.json"
    if kept.is_file():
        rows = json.loads(kept.read_text("utf-8"))
        return tuple(Figure(**{**one, "found": Measured(**one["found"])}) for one in rows)
    figures = tfidf_baseline(name, folder=folder)
    write_text(json.dumps([asdict(one) for one in figures]), kept)
    return figures


def beside(
    figures: Mapping[str, Sequence[Figure]],
) -> Callable[[Figure], dict[str, float | None]]:
    """Return what finds, for a figure, the same one of every rival that has it."""
    known = {
        name: {(one.task, one.metric, one.slice): one.found.value for one in several}
        for name, several in figures.items()
    }

    def of(figure: Figure) -> dict[str, float | None]:
        key: Key = (figure.task, figure.metric, figure.slice)
        return {name: values[key] for name, values in known.items() if key in values}

    return of


def _key(name: str, folder: str | Path | None) -> str:
    parts = ["dev", *(["train"] if source(name).may_train else [])]
    made = [_LAYOUT, name, *(load(name, part, folder=folder).sha256 for part in parts)]  # type: ignore[arg-type]
    try:
        made.append(version("scikit-learn"))
    except PackageNotFoundError:
        made.append("")
    return hashlib.sha256(" ".join(made).encode()).hexdigest()[:24]
