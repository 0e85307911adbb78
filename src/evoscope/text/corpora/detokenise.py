"""Puts text back together that a corpus took apart into tokens."""

from __future__ import annotations

import re

_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}"}
_CONTRACTION = re.compile(r"\s+(n['\u2019]t|['\u2019](?:s|m|d|ll|re|ve))(?!\w)", re.I)
_SPLIT_WORD = re.compile(
    r"\b(can)\s+(not)\b|\b(gon|wan|got)\s+(na|ta)\b|\b(gim|lem)\s+(me)\b", re.I
)
_BEFORE = re.compile(r"\s+([,;:!?%)\]}]|\.(?!\d))")
_AFTER = re.compile(r"([(\[{$#])\s+(?=\w)")
_HYPHEN = re.compile(r"(?<=\w) - (?=\w)")
_PAIR = re.compile(r'"\s+([^"]*?)\s+"')


def detokenise(text: str, *, hyphens: bool = False) -> str:
    r"""Undo Penn-Treebank tokens: contractions, punctuation, brackets and quotes.

    Args:
        text: tokens with spaces between them.
        hyphens: also join ``half - hour``, where the corpus parted words at hyphens.

    Example:
        >>> detokenise("that 's a `` good '' idea ( I think ) , is it ?")
        'that\'s a "good" idea (I think), is it?'
        >>> detokenise("I do n't know .")
        "I don't know."
    """
    for token, character in _BRACKETS.items():
        text = text.replace(token, character)
    text = text.replace("``", '"').replace("''", '"')
    text = _PAIR.sub(r'"\1"', text)
    text = _CONTRACTION.sub(r"\1", text)
    text = _SPLIT_WORD.sub(lambda found: "".join(part for part in found.groups() if part), text)
    text = _BEFORE.sub(r"\1", text)
    text = _AFTER.sub(r"\1", text)
    return _HYPHEN.sub("-", text) if hyphens else text
