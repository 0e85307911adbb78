"""Copies of texts as they would be typed in haste: people misspell, and leave marks out."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from evoscope.text.benchmark.perturb import typos
from evoscope.text.corpora import Corpus

_SEED = 0
_MARKS = re.compile(r"[^\w\s'@\[\]]+")
_BARE = 0.5
"""Of copies, how many have no marks: a question without its mark still asks."""


def with_hasty(corpora: Sequence[Corpus], copies: Mapping[str, int]) -> tuple[Corpus, ...]:
    """Add copies with slips of the fingers, half of them without marks, to texts of corpora.

    Args:
        corpora: to learn from.
        copies: corpus -> how many of each of its texts.

    Raises:
        ValueError: a corpus that is not there.
    """
    names = {corpus.source.name for corpus in corpora}
    if unknown := sorted(set(copies) - names):
        raise ValueError(
            f"hasty should name corpora that are learned from: {sorted(names)}. Found {unknown}."
        )
    return tuple(_with(one, copies.get(one.source.name, 0)) for one in corpora)


def hasty(text: str, rng: random.Random) -> str:
    """Misspell a tenth of the words, and leave out the marks of every second text.

    Example:
        >>> hasty("Is it the train, or the bus?", random.Random(1))
        'Is it te train or the bus'
    """
    bare = _MARKS.sub("", text).strip() if rng.random() < _BARE else ""
    return typos(bare or text, rng)


def _with(corpus: Corpus, copies: int) -> Corpus:
    if not copies:
        return corpus
    rng = random.Random(_SEED)
    more = corpus.select(np.tile(np.arange(len(corpus)), 1 + copies))
    kept = len(corpus)
    texts = (*more.texts[:kept], *(hasty(text, rng) for text in more.texts[kept:]))
    return replace(more, texts=texts)
