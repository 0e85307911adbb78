"""Lists of words, found as whole words only: "hello" holds no "hell"."""

from __future__ import annotations

import re
from collections.abc import Iterable


def word_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Compile words and phrases into one pattern that never matches inside of a word.

    Letters, digits, the underscore and an apostrophe before a letter belong to a word; case does
    not matter; a space in a phrase stands for any white space.

    Raises:
        ValueError: no words.

    Example:
        >>> hell = word_pattern(["hell"])
        >>> bool(hell.search("Hello, shell")), bool(hell.search("What the HELL?"))
        (False, True)
    """
    ordered = sorted({word.strip() for word in words if word.strip()}, key=lambda w: (-len(w), w))
    if not ordered:
        raise ValueError("words should hold at least one word. Found none.")
    parts = "|".join(r"\s+".join(map(re.escape, word.split())) for word in ordered)
    return re.compile(rf"(?<!\w)(?<!\w')(?:{parts})(?!\w)(?!'\w)", re.IGNORECASE)
