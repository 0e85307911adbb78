"""What an encoder that was never trained for it knows: linear probes on its vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.runtime.engine import Engine
from evoscope.text.analysis.contract import PRESENT, TOKENS
from evoscope.text.backbones import Tokens, padded
from evoscope.text.benchmark.figures import (
    RESAMPLES,
    Figure,
    class_figures,
    label_figures,
    measured,
    number_figures,
)
from evoscope.text.benchmark.metrics import rank_correlation
from evoscope.text.benchmark.probe import logistic
from evoscope.text.benchmark.sample import some_of
from evoscope.text.corpora import Corpus, load

Numbers = NDArray[np.float64]
Tell = Callable[[str, int, int], None]
POOLED = "pooled"
"""Output of the graph: one vector a text."""
TEXTS, DEV_TEXTS = 1_000, 500
"""Of a train part, and of a dev part: a large encoder takes minutes a corpus."""
LONGEST = 64
_AT_ONCE = 32
_RIDGE = 10.0


class Frozen:
    """An encoder that gives one vector a text.

    Args:
        graph: ONNX, from tokens to ``pooled``.
        tokenizer: content of its ``tokenizer.json``.
        padding: number of the padding token.
    """

    def __init__(self, graph: bytes, tokenizer: str, *, padding: int) -> None:
        self._engine = Engine(graph, name=POOLED, threads=1)
        self._tokens, self._padding = Tokens(tokenizer, longest=LONGEST), padding

    def __call__(
        self, texts: Sequence[str], advance: Callable[[int], None] = lambda _texts: None
    ) -> NDArray[np.float32]:
        """Read cleaned texts, ``(n, width)``; ``advance`` is told of each batch that was read."""
        rows = self._tokens(texts)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        found: list[NDArray[np.float32]] = [np.empty(0, dtype=np.float32)] * len(rows)
        for start in range(0, len(order), _AT_ONCE):
            chosen = order[start : start + _AT_ONCE]
            tokens, present = padded([rows[i] for i in chosen], padding=self._padding)
            vectors = self._engine.run({TOKENS: tokens, PRESENT: present})[POOLED]
            for i, vector in zip(chosen, vectors, strict=True):
                found[i] = vector
            advance(len(chosen))
        return np.stack(found)


def probe_qualities(
    frozen: Frozen,
    *,
    folder: str | Path | None = None,
    tell: Tell = lambda _corpus, _done, _of: None,
) -> dict[str, Figure]:
    """Fit a linear probe on some texts of several corpora; score it on dev.

    Args:
        frozen: the encoder.
        folder: that holds the corpora; default: ``text/`` in ``EVOSCOPE_REALDATA``.
        tell: called with the corpus, and how many of how many texts were read.

    Returns:
        By corpus and metric: macro F1 of 28 emotions with tuned thresholds, Pearson's correlation
        of valence, arousal and dominance, accuracy of 3 classes of offence and of 151 intents,
        rank correlation of formality and of politeness; each with its 90 % interval.

    Raises:
        CorpusError: corpora are not there.
        ImportError: scikit-learn is not installed.
    """
    found: dict[str, Figure] = {}
    for name, probe in (
        ("goemotions", _emotions),
        ("emobank", _vad),
        ("davidson_hate", _classes),
        ("clinc150", _classes),
        ("pavlick_formality", _score),
        ("stanford_politeness", _score),
    ):
        train = some_of(load(name, "train", folder=folder), TEXTS)
        dev = some_of(load(name, "dev", folder=folder), DEV_TEXTS)
        x, rows = _read(frozen, (train, dev), partial(tell, name))
        for figure in probe(x, train, rows, dev):
            if figure.found.defined:
                label = figure.slice.partition("=")[2]
                found[" ".join((name, label or figure.metric))] = figure
    return found


def _read(
    frozen: Frozen, parts: Sequence[Corpus], tell: Callable[[int, int], None]
) -> list[NDArray[np.float32]]:
    of, done = sum(len(part) for part in parts), 0

    def advance(texts: int) -> None:
        nonlocal done
        done += texts
        tell(done, of)

    return [frozen(part.texts, advance) for part in parts]


def _emotions(
    x: NDArray[np.float32], train: Corpus, rows: NDArray[np.float32], dev: Corpus
) -> tuple[Figure, ...]:
    task = "emotions_fine"
    answer = np.column_stack(
        [
            logistic(x, column.astype(np.intp), rows, 2)[:, 1]
            for column in (train.targets[task] >= 0.5).T
        ]
    )
    figures = label_figures(
        task, answer, dev.targets[task], dev.known[task], groups=dev.groups, resamples=RESAMPLES
    )
    return tuple(one for one in figures if (one.metric, one.slice) == ("macro_f1_tuned", "all"))


def _vad(
    x: NDArray[np.float32], train: Corpus, rows: NDArray[np.float32], dev: Corpus
) -> tuple[Figure, ...]:
    task, true = "vad", train.targets["vad"]
    answer = np.column_stack([_ridge(x, column, rows) for column in true.T])
    figures = number_figures(
        task, answer, dev.targets[task], dev.known[task],
        fitted=true.mean(0), groups=dev.groups, resamples=RESAMPLES,
    )  # fmt: skip
    return tuple(one for one in figures if one.metric == "correlation")


def _classes(
    x: NDArray[np.float32], train: Corpus, rows: NDArray[np.float32], dev: Corpus
) -> tuple[Figure, ...]:
    assert train.native is not None
    assert dev.native is not None
    share = logistic(x, train.native.index, rows, len(train.native.names))
    figures = class_figures(
        "classes", share, dev.native.index, groups=dev.groups, resamples=RESAMPLES
    )
    return tuple(one for one in figures if one.metric == "accuracy")


def _score(
    x: NDArray[np.float32], train: Corpus, rows: NDArray[np.float32], dev: Corpus
) -> tuple[Figure, ...]:
    ((name, true),) = dev.scores.items()
    answer = _ridge(x, train.scores[name], rows)
    found = measured(
        rank_correlation, answer, true, groups=np.asarray(dev.groups), resamples=RESAMPLES
    )
    return (Figure(name, "rank_correlation", "all", found, 0.0),)


def _ridge(x: NDArray[np.float32], values: NDArray[Any], rows: NDArray[np.float32]) -> Numbers:
    model = import_module("sklearn.linear_model").Ridge(alpha=_RIDGE)
    scale = x.std() + 1e-9
    return np.asarray(model.fit(x / scale, values).predict(rows / scale), dtype=np.float64)
