"""Emoji by their names: encoders know words, and take most pictures for one unknown token."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_PICTURES = re.compile("[☀-➿\U0001f300-\U0001f3fa\U0001f400-\U0001faff]")
"""Symbols, dingbats and pictographs, without the five colours of skin: they say no tone."""
_MODIFIERS = re.compile("[\U0001f3fb-\U0001f3ff\ufe0e\ufe0f]")


def named(text: str) -> str:
    """Put the Unicode name of each emoji in its place; modifiers of it go.

    Args:
        text: cleaned.

    Example:
        >>> named("well done👍🏽"), named("no emoji, no change")
        ('well done thumbs up sign ', 'no emoji, no change')
    """
    if text.isascii():
        return text
    return _PICTURES.sub(lambda found: _name(found[0]), _MODIFIERS.sub("", text))


@lru_cache(maxsize=4096)
def _name(picture: str) -> str:
    name = unicodedata.name(picture, "").lower()
    return f" {name} " if name else picture
