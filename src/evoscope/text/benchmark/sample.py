"""Some texts of a corpus, the same ones every time."""

from __future__ import annotations

import numpy as np

from evoscope.text.benchmark.figures import SEED
from evoscope.text.corpora import Corpus


def some_of(corpus: Corpus, most: int | None) -> Corpus:
    """Draw texts without replacement: files are often sorted, by class or by source.

    Args:
        corpus: to draw from.
        most: texts; ``None`` for all.
    """
    if most is None or len(corpus) <= most:
        return corpus
    return corpus.select(np.sort(np.random.default_rng(SEED).permutation(len(corpus))[:most]))
