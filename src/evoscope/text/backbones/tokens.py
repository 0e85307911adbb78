"""Cuts texts into the pieces that an encoder knows."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from evoscope.text.backbones.emoji import named
from evoscope.text.backbones.files import TOKENIZER

_BEGINS = ("Ġ", "▁")


class Tokens:
    """A tokenizer, to which emoji are given by their names.

    Args:
        description: content of its ``tokenizer.json``.
        longest: tokens of a text at most, the special ones included; the rest is cut off.

    Raises:
        ImportError: the tokenizers library is not installed.
        ValueError: no tokenizer, or room for the special tokens alone.
    """

    def __init__(self, description: str, *, longest: int) -> None:
        try:
            library = import_module("tokenizers")
        except ModuleNotFoundError as missing:
            raise ImportError(
                "Texts should be cut by the tokenizers library. Found it not installed. "
                "Install the extra: pip install 'evoscope[text]'"
            ) from missing
        try:
            self._tokenizer = library.Tokenizer.from_str(description)
        except Exception as error:  # the library raises nothing more precise
            raise ValueError(f"{TOKENIZER} should be a tokenizer. Found: {error}.") from None
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.special = len(self._tokenizer.encode("").ids)
        if longest <= self.special:
            raise ValueError(f"longest should be above {self.special}. Found {longest}.")
        self.longest = longest

    def __call__(self, texts: Sequence[str]) -> list[list[int]]:
        """Numbers of the pieces of each text, special ones included, cut to ``longest``."""
        found = self._tokenizer.encode_batch_fast([named(text) for text in texts])
        # The last special token stays where a text is cut: encoders were trained to see it.
        return [
            ids if len(ids) <= self.longest else [*ids[: self.longest - 1], ids[-1]]
            for ids in (one.ids for one in found)
        ]

    def words(self) -> list[str]:
        """Whole words that it knows, in lower case, of ASCII letters."""
        pieces = self._tokenizer.get_vocab()
        # Some mark where a word begins, others where one goes on.
        begin = [piece[1:] for piece in pieces if piece[:1] in _BEGINS]
        words = (piece.lower() for piece in begin or pieces)
        return sorted({word for word in words if word.isascii() and word.isalpha()})

    def length(self, word: str) -> int:
        """Into how many pieces a word is cut."""
        return len(self._tokenizer.encode(named(word), add_special_tokens=False).ids)


def padded(
    rows: Sequence[Sequence[int]], *, padding: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Put rows of different lengths under each other, ``(n, length)``; and where there is one.

    Args:
        rows: numbers of tokens; an empty row is one of padding.
        padding: number that fills them up.

    Example:
        >>> ids, there = padded([[5, 6], [7]], padding=0)
        >>> ids.tolist(), there.tolist()
        ([[5, 6], [7, 0]], [[1, 1], [1, 0]])
    """
    longest = max((len(row) for row in rows), default=0) or 1
    ids = np.full((len(rows), longest), padding, dtype=np.int64)
    there = np.zeros((len(rows), longest), dtype=np.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
        there[i, : len(row)] = 1
    return ids, there
