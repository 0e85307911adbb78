"""How the cost of messages grows, and how many are answered a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from evoscope.abr.benchmark.cost.throughput import THREADS, in_turns
from evoscope.abr.benchmark.cost.timing import extrapolated, ratio_figure, timed
from evoscope.abr.benchmark.evaluation import (
    Data,
    Evaluation,
    Figure,
    commit_of,
)
from evoscope.bench.text_growth.page import TEXTS, THROUGHPUT
from evoscope.measure.machine import machine
from evoscope.text.analysis import TextEngine
from evoscope.text.authored import authored_texts

SEED = 11
_PIECE = 512
"""Texts that are timed together, as the engine takes them."""
_MOST_RUNS, _ENOUGH = 9, 1000


@dataclass(frozen=True)
class Sizes:
    """How much is measured.

    Attributes:
        texts: that the cost grows with. beyond: counts that are computed from the largest of them.
        batches: texts in a call of the network. runs, each: of every setting, of so many texts.
    """

    texts: tuple[int, ...]
    beyond: tuple[int, ...]
    batches: tuple[int, ...]
    runs: int
    each: int


SIZES = Sizes(
    texts=(10, 100, 1000, 10_000, 100_000, 1_000_000),
    beyond=(10_000_000,),
    batches=(1, 8, 32),
    runs=7,
    each=192,
)
QUICK = Sizes(texts=(10, 40), beyond=(1000,), batches=(1, 8), runs=2, each=16)


def measure(sizes: Sizes, *, root: Path) -> Evaluation:
    """Measure the shipped model.

    Args:
        sizes: how much.
        root: of the checkout.
    """
    on = machine()
    engine = TextEngine()
    written = sorted({one.text for one in authored_texts()})
    texts = [written[i] for i in np.random.default_rng(SEED).permutation(len(written))]
    engine.analyze(texts[:32])
    figures = [f for count in sizes.texts for f in _of_count(engine, texts, count)]
    return Evaluation(
        pack=f"{engine.model.name} {engine.model.version} {engine.model.sha256}",
        data=Data(
            path="authored texts",
            note=f"{len(texts):,} different messages of one or two sentences, again and again "
            f"where more are asked for. n counts timed pieces of up to {_PIECE} messages.",
        ),
        commit=commit_of(root),
        machine=on,
        seed=SEED,
        figures=(
            *figures,
            *extrapolated(figures, sizes.beyond, unit="texts"),
            *_throughput(texts[: sizes.each], sizes),
        ),
    )


def _of_count(engine: TextEngine, texts: Sequence[str], count: int) -> list[Figure]:
    seconds, sizes, split = [], [], 0.0
    for _ in range(max(1, min(_MOST_RUNS, _ENOUGH // count))):
        for first in range(0, count, _PIECE):
            some = [texts[i % len(texts)] for i in range(first, min(count, first + _PIECE))]
            seconds.append(timed(partial(engine.analyze, some))[1])
            sizes.append(float(len(some)))
            split += timed(partial(_split, some))[1]
    only_split = split / sum(sizes)
    return [
        ratio_figure(
            TEXTS, metric, f"texts={count}", seconds, sizes, scale=scale, trivial=scale * only_split
        )
        for metric, scale in (("cpu_s", float(count)), ("ms_each", 1e3))
    ]


def _split(texts: Sequence[str]) -> list[list[str]]:
    return [text.casefold().split() for text in texts]


def _throughput(texts: Sequence[str], sizes: Sizes) -> list[Figure]:
    engines = {
        (batch, threads): TextEngine(batch_size=batch, threads=threads)
        for batch in sizes.batches
        for threads in THREADS
    }
    work = {setting: partial(engine.analyze, list(texts)) for setting, engine in engines.items()}
    return in_turns(work, units=float(len(texts)), runs=sizes.runs, task=THROUGHPUT)
