"""Words, pairs of words and pieces of words as numbers: what stands beside an encoder's view."""

from __future__ import annotations

import re
from itertools import pairwise
from zlib import crc32

_WORD = re.compile(r"\w+(?:'\w+)?|[^\w\s]")
MOST = 256
"""N-grams read of one window."""


def ngram_numbers(text: str, *, buckets: int) -> list[int]:
    """Number the n-grams of a cleaned text: words, their pairs, and pieces of 3 and 4 letters.

    Two n-grams may share a number (Weinberger et al. 2009). 0 is for none and never given.

    Args:
        text: cleaned; lower case is taken.
        buckets: how many numbers there are, 0 included.

    Example:
        >>> ngram_numbers("So so", buckets=100) == ngram_numbers("so SO", buckets=100)
        True
        >>> len(ngram_numbers("not good", buckets=1000))
        13
    """
    words = _WORD.findall(text.lower())
    grams = [*words, *(f"{a} {b}" for a, b in pairwise(words))]
    for word in words:
        if len(word) > 1:
            edged = f"<{word}>"
            grams += [edged[i : i + n] for n in (3, 4) for i in range(len(edged) - n + 1)]
    kept = grams[:MOST]
    return sorted({1 + crc32(gram.encode("utf-8", "replace")) % (buckets - 1) for gram in kept})
