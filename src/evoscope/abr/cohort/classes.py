"""The five classes of an ear: ASCII ids inside, Turkish names for display, one way between."""

from __future__ import annotations

import unicodedata
from types import MappingProxyType
from typing import Literal, get_args

LossClass = Literal["normal", "neuropathy", "snhl", "total", "chl"]
CLASSES: tuple[LossClass, ...] = get_args(LossClass)
"""Every class id, in the order in which models number them."""

DISPLAY_TR = MappingProxyType(
    {"normal": "NORMAL", "neuropathy": "NÖROPATİ", "snhl": "SNİK", "total": "TOTAL", "chl": "İTİK"}
)
"""What a Turkish clinic calls them."""

# No level evokes a true response here, or none that says how well the ear hears.
CENSORED: frozenset[str] = frozenset({"total", "neuropathy"})
"""Classes without a true threshold: it is null, never a number."""

# A patient is stratified by the worse ear. Rarer and graver classes come later.
SEVERITY: tuple[LossClass, ...] = ("normal", "chl", "snhl", "neuropathy", "total")
"""Classes from best to worst."""

_DOTLESS = "\N{LATIN SMALL LETTER DOTLESS I}"


def fold(text: str) -> str:
    r"""Reduce a word to ASCII letters and digits, blind to case, marks and dots on the I.

    Turkish has a dotted and a dotless I in both cases; a table that passed through an English
    program has mixed them up. Folding them all to ``i`` loses nothing here.

    Example:
        >>> {fold(word) for word in ("İTİK", "itik", "ITIK", "\N{LATIN SMALL LETTER DOTLESS I}tik")}
        {'itik'}
    """
    plain = unicodedata.normalize("NFKD", text).casefold().replace(_DOTLESS, "i")
    return "".join(c for c in plain if c.isascii() and c.isalnum())


_BY_NAME: dict[str, LossClass] = {name: name for name in CLASSES} | {
    fold(DISPLAY_TR[name]): name for name in CLASSES
}


def parse_class(text: str) -> LossClass:
    """Return the class id for an English id or a Turkish name.

    Raises:
        ValueError: any other word: nothing is remapped that is not listed here.

    Example:
        >>> parse_class("NÖROPATİ"), parse_class("SNHL"), parse_class("itik")
        ('neuropathy', 'snhl', 'chl')
    """
    found = _BY_NAME.get(fold(text))
    if found is None:
        known = ", ".join(f"{name} ({DISPLAY_TR[name]})" for name in CLASSES)
        raise ValueError(f"It should be one of {known}. Found {text[:40]!r}.")
    return found
