"""The words that a pack knows: those of its encoder, and those of more than one text it learned."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from evoscope.text.backbones import Spelling, Tokens
from evoscope.text.corpora import Corpus

FEWEST = 2
"""Texts that should have a word: what one alone has may be a slip, or somebody's name."""
_WORD = re.compile(r"[a-z]{2,24}")
_DRAWN_OUT = re.compile(r"([a-z])\1\1")


def known_words(corpora: Sequence[Corpus], tokens: Tokens) -> Spelling:
    """Collect the words of corpora and of an encoder, the commonest first.

    Args:
        corpora: what a network learns from.
        tokens: that cuts texts for its encoder.
    """
    counts: Counter[str] = Counter()
    for corpus in corpora:
        for text in corpus.texts:
            counts.update(set(_WORD.findall(text.lower())))
    known = {
        word: n for word, n in counts.items() if n >= FEWEST and not _DRAWN_OUT.search(word)
    } | {word: counts[word] for word in tokens.words()}
    return Spelling(sorted(known, key=lambda word: (-known[word], word)))
