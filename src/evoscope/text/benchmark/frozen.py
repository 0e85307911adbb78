"""What an encoder that was never trained for it knows: linear probes on its vectors."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.runtime.engine import Engine
from evoscope.text.analysis.contract import PRESENT, TOKENS
from evoscope.text.backbones import Tokens, padded
from evoscope.text.benchmark.figures import Figure, label_figures, number_figures
from evoscope.text.benchmark.metrics import rank_correlation
from evoscope.text.benchmark.probe import logistic
from evoscope.text.benchmark.sample import some_of
from evoscope.text.corpora import Corpus, load

Numbers = NDArray[np.float64]
POOLED = "pooled"
"""Output of the graph: one vector a text."""
TEXTS, DEV_TEXTS = 3_000, 1_500
"""Of a train part, and of a dev part: enough to tell encoders apart."""
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

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Read cleaned texts, ``(n, width)``."""
        rows = self._tokens(texts)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        found: list[NDArray[np.float32]] = [np.empty(0, dtype=np.float32)] * len(rows)
        for start in range(0, len(order), _AT_ONCE):
            chosen = order[start : start + _AT_ONCE]
            tokens, present = padded([rows[i] for i in chosen], padding=self._padding)
            vectors = self._engine.run({TOKENS: tokens, PRESENT: present})[POOLED]
            for i, vector in zip(chosen, vectors, strict=True):
                found[i] = vector
        return np.stack(found)


def probe_qualities(frozen: Frozen, *, folder: str | Path | None = None) -> dict[str, float]:
    """Fit a linear probe on some texts of several corpora; score it on dev.

    Returns:
        By corpus and metric: macro F1 of 28 emotions with tuned thresholds, Pearson's correlation
        of valence, arousal and dominance, accuracy of 3 classes of offence and of 151 intents,
        rank correlation of formality, correlation of politeness.

    Raises:
        CorpusError: corpora are not there.
        ImportError: scikit-learn is not installed.
    """
    found: dict[str, float] = {}
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
        for key, value in probe(frozen(train.texts), train, frozen(dev.texts), dev).items():
            found[f"{name} {key}"] = value
    return found


def _emotions(
    x: NDArray[np.float32], train: Corpus, rows: NDArray[np.float32], dev: Corpus
) -> dict[str, float]:
    task = "emotions_fine"
    answer = np.column_stack(
        [
            logistic(x, column.astype(np.intp), rows, 2)[:, 1]
            for column in (train.targets[task] >= 0.5).T
        ]
    )
    return _named(label_figures(task, answer, dev.targets[task], dev.known[task]), "macro_f1_tuned")


def _vad(
    x: NDArray[np.float32], train: Corpus, rows: NDArray[np.float32], dev: Corpus
) -> dict[str, float]:
    answer = np.column_stack([_ridge(x, column, rows) for column in train.targets["vad"].T])
    figures = number_figures(
        "vad", answer, dev.targets["vad"], dev.known["vad"], fitted=train.targets["vad"].mean(0)
    )
    return _named(figures, "correlation")


def _classes(
    x: NDArray[np.float32], train: Corpus, rows: NDArray[np.float32], dev: Corpus
) -> dict[str, float]:
    assert train.native is not None
    assert dev.native is not None
    share = logistic(x, train.native.index, rows, len(train.native.names))
    return {"accuracy": float(np.mean(share.argmax(axis=1) == dev.native.index))}


def _score(
    x: NDArray[np.float32], train: Corpus, rows: NDArray[np.float32], dev: Corpus
) -> dict[str, float]:
    ((name, true),) = dev.scores.items()
    value = rank_correlation(_ridge(x, train.scores[name], rows), true).value
    return {} if value is None else {"rank_correlation": value}


def _ridge(x: NDArray[np.float32], values: NDArray[Any], rows: NDArray[np.float32]) -> Numbers:
    model = import_module("sklearn.linear_model").Ridge(alpha=_RIDGE)
    scale = x.std() + 1e-9
    return np.asarray(model.fit(x / scale, values).predict(rows / scale), dtype=np.float64)


def _named(figures: Sequence[Figure], metric: str) -> dict[str, float]:
    return {
        metric if one.slice == "all" else one.slice.split("=")[1]: one.found.value
        for one in figures
        if one.metric == metric and one.found.value is not None
    }
