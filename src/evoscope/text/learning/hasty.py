"""Copies of texts as they would be typed in haste: slips, no marks, drawn-out words, an emoji."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from evoscope.text.benchmark.perturb import elongation, typos
from evoscope.text.corpora import Corpus
from evoscope.text.learning.learned_from import check_learned_from

_SEED = 0
_MARKS = re.compile(r"[^\w\s'@\[\]]+")
_BARE = 0.5
"""Of copies, how many have no marks: a question without its mark still asks."""
_DRAWN_OUT = 0.2
_PICTURED = 0.25
_EMOJI = tuple("😂😭😩😅🙈😊🙂🙃😉😍🥰😎🤔🙄😬😢😔😡🤷💀💯🔥✨🎉🌸☕🌧❤💔👀👍👏🙏💪📌")
"""What people add to any message, whatever it does: none of them tells a label by itself."""


def with_hasty(corpora: Sequence[Corpus], copies: Mapping[str, int]) -> tuple[Corpus, ...]:
    """Add copies of texts as they would be typed in haste; see `hasty`.

    Args:
        corpora: to learn from.
        copies: corpus -> how many of each of its texts.

    Raises:
        ValueError: a corpus that is not there.
    """
    check_learned_from("hasty", copies, corpora)
    return tuple(_with(one, copies.get(one.source.name, 0)) for one in corpora)


def hasty(text: str, rng: random.Random) -> str:
    """Misspell a tenth of the words; leave out marks, draw out words, add an emoji, now and then.

    Example:
        >>> hasty("Is it the train, or the bus?", random.Random(1))
        'Is it te train or the bus'
    """
    bare = _MARKS.sub("", text).strip() if rng.random() < _BARE else ""
    typed = typos(bare or text, rng)
    if rng.random() < _DRAWN_OUT:
        typed = elongation(typed, rng)
    return f"{typed} {rng.choice(_EMOJI)}" if rng.random() < _PICTURED else typed


def _with(corpus: Corpus, copies: int) -> Corpus:
    if not copies:
        return corpus
    rng = random.Random(_SEED)
    more = corpus.select(np.tile(np.arange(len(corpus)), 1 + copies))
    kept = len(corpus)
    texts = (*more.texts[:kept], *(hasty(text, rng) for text in more.texts[kept:]))
    return replace(more, texts=texts)
