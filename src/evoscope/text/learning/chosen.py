"""Which texts of corpora a run learns from, and which its epochs are judged on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from evoscope.text.corpora import Corpus
from evoscope.text.learning.learned_from import check_learned_from

_SEED = 0
"""Of what is drawn: the same texts for every seed of a recipe, so that its seeds compare."""


def chosen_texts(corpora: Sequence[Corpus], texts: Mapping[str, int]) -> tuple[Corpus, ...]:
    """Take texts that have a label, as many as asked for; corpora without any are left out.

    Args:
        corpora: to choose from.
        texts: corpus -> how many; of one that is not named, all.

    Raises:
        ValueError: a corpus that is not there.
    """
    check_learned_from("texts", texts, corpora)
    found = []
    for corpus in corpora:
        rows = _labelled(corpus)
        if not rows.size:
            continue
        wanted = texts.get(corpus.source.name, rows.size)
        found.append(corpus.select(_drawn(rows, wanted)))
    return tuple(found)


def judged_texts(corpora: Sequence[Corpus], most: int | None) -> tuple[Corpus, ...]:
    """Take at most so many texts with a label of each corpus."""
    sizes = {corpus.source.name: int(_labelled(corpus).size) for corpus in corpora}
    texts = {name: min(size, most or size) for name, size in sizes.items() if size}
    return chosen_texts(corpora, texts)


def _labelled(corpus: Corpus) -> NDArray[np.intp]:
    any_known = np.zeros(len(corpus), dtype=bool)
    for known in corpus.known.values():
        any_known |= known.any(axis=1)
    return np.flatnonzero(any_known)


def _drawn(rows: NDArray[np.intp], wanted: int) -> NDArray[np.intp]:
    """Each row as often as any other, give or take one; in the order of the corpus."""
    rounds, rest = divmod(wanted, rows.size)
    drawn = np.random.default_rng(_SEED).permutation(rows)[:rest]
    return np.sort(np.concatenate([np.tile(rows, rounds), drawn]))
