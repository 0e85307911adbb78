"""Changes of a text that change nothing of what it says, or everything."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

_WORD = re.compile(r"[A-Za-z]+")
_VOWEL = re.compile(r"[aeiouAEIOU]")
_NEIGHBOURS = {
    "a": "sqz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj",
    "i": "uo", "j": "hk", "k": "jl", "l": "ko", "m": "nj", "n": "bm", "o": "ip", "p": "ol",
    "q": "wa", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc",
    "y": "tu", "z": "xa",
}  # fmt: skip
"""Keys that lie beside one another on a QWERTY keyboard."""
TYPO_SHARE = 0.1
"""Of words of three letters or more, how many have a typo."""
_EMOJI = ("🙂", "👍", "✨", "🙏", "📌")
"""That say little of the tone."""


def typos(text: str, rng: random.Random) -> str:
    """Misspell about a tenth of the words, by one slip of the fingers each, and never none.

    A letter is left out, doubled, swapped with the next, or taken from the key beside it.

    Example:
        >>> changed = typos("nothing works today", random.Random(0))
        >>> changed != "nothing works today", len(changed.split())
        (True, 3)
    """
    spans = [one.span() for one in _WORD.finditer(text) if len(one[0]) >= 3]
    if not spans:
        return text
    for start, end in sorted(
        rng.sample(spans, max(1, round(TYPO_SHARE * len(spans)))), reverse=True
    ):
        text = text[:start] + _slip(text[start:end], rng) + text[end:]
    return text


def _slip(word: str, rng: random.Random) -> str:
    at = rng.randrange(len(word) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[: at + 1] + word[at:]
    if kind == 2 and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    near = rng.choice(_NEIGHBOURS[word[at].lower()])
    return word[:at] + (near.upper() if word[at].isupper() else near) + word[at + 1 :]


def elongation(text: str, rng: random.Random) -> str:
    """Draw out a vowel of one word in five: "sooooo".

    Example:
        >>> elongation("so", random.Random(0))
        'soooo'
    """
    words = [one for one in _WORD.finditer(text) if _VOWEL.search(one[0])]
    if not words:
        return text
    for found in sorted(
        rng.sample(words, max(1, len(words) // 5)), key=lambda one: one.start(), reverse=True
    ):
        vowel = list(_VOWEL.finditer(found[0]))[-1]
        at = found.start() + vowel.start()
        text = text[:at] + 4 * text[at] + text[at + 1 :]
    return text


def emoji(text: str, rng: random.Random) -> str:
    """Add an emoji that says little of the tone.

    Example:
        >>> emoji("fine", random.Random(0))[:5]
        'fine '
    """
    return f"{text} {rng.choice(_EMOJI)}"


UNCHANGED: Mapping[str, Callable[[str, random.Random], str]] = {
    "typos in 10 % of words": typos,
    "all in capitals": lambda text, _rng: text.upper(),
    "no capitals": lambda text, _rng: text.lower(),
    "drawn-out vowels": elongation,
    "an emoji at the end": emoji,
}
"""After which the answer should be the same."""
