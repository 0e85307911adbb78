"""Long texts: cut into overlapping windows, and their scores put together without saturating."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

BUDGET = 120
"""Tokens of a window: with two special ones it fits encoders of 128."""
OVERLAP = 20
MOST = 64
"""Windows read of one text; of a longer one they are spread evenly over it."""

_WORD = re.compile(r"\S+")
_PIECE = 16
"""Characters of the pieces that a word without end is taken for."""
_SENTENCE_END = (".", "!", "?", "…")
_SHARPNESS = 8.0


@dataclass(frozen=True)
class Window:
    """Part of a text.

    Attributes:
        start, end: characters of the text.
        tokens: that it is long.
    """

    start: int
    end: int
    tokens: int


def estimated_tokens(word: str) -> int:
    """Guess into how many pieces a tokenizer cuts a word: one for every four characters.

    Example:
        >>> estimated_tokens("a"), estimated_tokens("internationally")
        (1, 4)
    """
    return math.ceil(len(word) / 4)


def cut(
    text: str,
    *,
    budget: int = BUDGET,
    overlap: int = OVERLAP,
    length: Callable[[str], int] = estimated_tokens,
    most: int = MOST,
) -> tuple[Window, ...]:
    """Cut a text into windows of at most ``budget`` tokens, at sentence ends where there are any.

    Args:
        text: cleaned.
        budget: tokens of a window.
        overlap: tokens, about, that neighbours share: what is said across a border is read whole.
        length: tokens of a word, as the tokenizer at hand cuts it.
        most: windows; when there would be more, as many are spread evenly, first and last kept.

    Returns:
        At least one window, unless the text is blank.

    Raises:
        ValueError: an overlap of half a window or more, or nothing allowed.

    Example:
        >>> text = "one two three four five six"
        >>> found = cut(text, budget=3, overlap=1, length=lambda word: 1)
        >>> [text[w.start : w.end] for w in found]
        ['one two three', 'three four five', 'five six']
    """
    if budget < 1 or most < 1 or not 0 <= 2 * overlap < budget + (budget == 1):
        raise ValueError(
            "budget and most should be 1 or more, and overlap under half of budget. "
            f"Found budget={budget}, overlap={overlap}, most={most}."
        )
    pieces = _pieces(text, budget, length)
    windows: list[Window] = []
    first = 0
    while first < len(pieces):
        last, tokens = first, 0
        while last < len(pieces) and tokens + pieces[last][2] <= budget:
            tokens += pieces[last][2]
            last += 1
        if last < len(pieces):
            last = _sentence_end(text, pieces, first, last)
            tokens = sum(piece[2] for piece in pieces[first:last])
        windows.append(Window(pieces[first][0], pieces[last - 1][1], tokens))
        if last == len(pieces):
            break
        following, shared = last, 0
        while following - 1 > first and shared + pieces[following - 1][2] <= overlap:
            following -= 1
            shared += pieces[following][2]
        first = following
    if len(windows) > most:
        at = np.linspace(0, len(windows) - 1, most).round().astype(int)
        windows = [windows[i] for i in dict.fromkeys(at.tolist())]
    return tuple(windows)


def _pieces(text: str, budget: int, length: Callable[[str], int]) -> list[tuple[int, int, int]]:
    """Start, end and tokens of every word; one that fits no window goes in short pieces."""
    pieces = []
    for found in _WORD.finditer(text):
        start, end = found.span()
        # The tokenizer is asked of words only: a megabyte without a space is none.
        tokens = max(1, length(found[0])) if end - start <= 4 * _PIECE else budget + 1
        if tokens <= budget:
            pieces.append((start, end, tokens))
            continue
        for a in range(start, end, _PIECE):
            b = min(a + _PIECE, end)
            pieces.append((a, b, min(budget, max(1, length(text[a:b])))))
    return pieces


def _sentence_end(text: str, pieces: Sequence[tuple[int, int, int]], first: int, last: int) -> int:
    """Move the end of a window back to that of a sentence, within its last quarter."""
    for end in range(last, first + max(1, 3 * (last - first) // 4), -1):
        if text[pieces[end - 1][0] : pieces[end - 1][1]].endswith(_SENTENCE_END):
            return end
    return last


def put_together(
    scores: ArrayLike, weights: ArrayLike, *, how: Literal["mean", "peak"]
) -> NDArray[np.float64]:
    """Put the scores of windows ``(windows, labels)`` together, ``(labels,)``.

    ``mean``, weighted by length, for what a text is like as a whole. ``peak``, for what must not
    be missed: log(mean(exp(8 s))) / 8, which lies between the mean and the largest and is raised
    neither by more windows of the same nor by a longer text, as 1 - prod(1 - s) would be.

    Args:
        scores: probabilities, or numbers on a scale of 0 to 1.
        weights: ``(windows,)`` length of each, in tokens.
        how: "mean" or "peak".

    Raises:
        ValueError: no windows, or shapes that do not fit.

    Example:
        >>> put_together([[0.05]] * 40, [120] * 40, how="peak").round(3).tolist()
        [0.05]
        >>> put_together([[0.9]] + [[0.05]] * 9, [120] * 10, how="peak").round(2).tolist()
        [0.61]
    """
    s, w = np.asarray(scores, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if s.ndim != 2 or w.shape != s.shape[:1] or not w.size or not w.sum() > 0.0:
        raise ValueError(
            "scores should have the shape (windows, labels), with a weight for each window. "
            f"Found {s.shape} and {w.shape}."
        )
    if how not in ("mean", "peak"):
        raise ValueError(f"how should be 'mean' or 'peak'. Found {how!r}.")
    share = (w / w.sum())[:, None]
    together: NDArray[np.float64]
    if how == "mean":
        together = (share * s).sum(axis=0)
    else:
        together = np.log((share * np.exp(_SHARPNESS * s)).sum(axis=0)) / _SHARPNESS
    return together
