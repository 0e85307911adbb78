"""Slips of the fingers and drawn-out letters, mended: encoders know words as they are spelled.

A word that nobody is known to write is read as the commonest known one that is a single slip away:
a letter too many, too few, another, or two swapped; the commonest word first, as in Norvig's
corrector (2007). What a known word was meant to be is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product

# Not parts of addresses, names of users, tags, or words with an apostrophe or a hyphen.
_WORD = re.compile(r"(?<![\w@#/.&'\u2019-])[A-Za-z]{3,24}(?![\w@/&'\u2019-]|\.\w)")
_WITHIN = re.compile(r"[a-z,] ")
"""Before a word that no sentence begins with: with a capital, it is a name."""
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")
_MOST_RUNS = 3  # of which both ways are tried
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORT = 3
"""Letters of words in which only swapped ones are put right: too much else is one slip away."""
_KEPT = 4096


class Spelling:
    """Words that are known, and texts read by them.

    Args:
        words: in lower case, the commonest first.

    Attributes:
        words: the same.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self._rank = {word: i for i, word in enumerate(self.words)}
        self._meant = lru_cache(maxsize=_KEPT)(self._looked_up)

    def mended(self, text: str) -> str:
        """Put known words in the place of unknown ones that are one slip away.

        Of words of three letters, only swapped ones are put right; shorter words stay, and so do
        those with a capital within a sentence: names.

        Args:
            text: cleaned.

        Example:
            >>> Spelling(["this", "is", "great", "so"]).mended("Tihs is sooo grat, lol! #sooo")
            'this is so great, lol! #sooo'
        """
        return _WORD.sub(self._read, text)

    def _read(self, found: re.Match[str]) -> str:
        if found[0].istitle() and _WITHIN.fullmatch(
            found.string, max(0, found.start() - 2), found.start()
        ):
            return found[0]
        written = found[0].lower()
        meant = self._meant(written)
        return found[0] if meant == written else meant

    def _looked_up(self, word: str) -> str:
        if word in self._rank:
            return word
        shorter = list(_shortened(word))
        slips = _swapped if len(word) <= _SHORT else _one_slip
        return self._commonest(shorter) or self._commonest(slips(shorter[0])) or shorter[0]

    def _commonest(self, words: Iterator[str] | Sequence[str]) -> str | None:
        known = (self._rank[word] for word in words if word in self._rank)
        first = min(known, default=None)
        return None if first is None else self.words[first]


def _shortened(word: str) -> Iterator[str]:
    """A word with each letter that is drawn out once or twice, shortest first; else itself."""
    runs = list(_DRAWN_OUT.finditer(word))
    ways = [(1, 2) if i < _MOST_RUNS else (1,) for i in range(len(runs))]
    for times in product(*ways):
        shorter, end = "", 0
        for run, n in zip(runs, times, strict=True):
            shorter += word[end : run.start()] + n * run[1]
            end = run.end()
        yield shorter + word[end:]


def _swapped(word: str) -> Iterator[str]:
    for i in range(len(word) - 1):
        yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]


def _one_slip(word: str) -> Iterator[str]:
    yield from _swapped(word)
    for i in range(len(word) + 1):
        before, after = word[:i], word[i:]
        for letter in _LETTERS:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
        if after:
            yield before + after[1:]
