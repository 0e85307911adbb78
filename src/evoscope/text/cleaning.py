"""One way to clean a text, for training and for reading alike."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any

MAX_CHARACTERS = 1_000_000
"""What is beyond is not read: about a thousand pages."""

USER = "@user"
URL = "url"
"""What stands for a person's handle and for an address: who or where says nothing of the tone."""

_KEPT = 3
"""Repetitions kept: "sooooo" and "soooooooooo" are one word, and neither is "so"."""

_QUOTES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b`\u00b4", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"')
)
_INLINE = {"a", "abbr", "b", "code", "em", "font", "i", "q", "s", "small", "span", "strike",
           "strong", "sub", "sup", "u"}  # fmt: skip
_BLOCK = {"blockquote", "body", "br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "head", "hr",
          "html", "iframe", "img", "input", "li", "link", "meta", "object", "ol", "p", "pre",
          "script", "style", "svg", "table", "td", "th", "tr", "ul", "video"}  # fmt: skip
_TAG = re.compile(r"</?([a-z][a-z0-9]{0,9})(?:\s[^<>]{0,2000})?/?>", re.IGNORECASE)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"']+|<url>", re.IGNORECASE)
_USER = re.compile(r"(?<![\w@.])@\w{1,50}\b(?!\.\w)")
_REPEATED = re.compile(r"([^\d\s]{1,4}?)\1{3,}")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_HALF = re.compile("[\ud800-\udfff]+")
_SLICE = 100_000
_MARKS = re.compile("([\u0300-\u036f]{2})[\u0300-\u036f]+")
_JOINER = "\u200d"
_INNER_JOINER = re.compile(rf"(?<=[^\W_]){_JOINER}(?=[^\W_])")
_MARK = re.compile(r"[\W_]+")
_SPACE = re.compile(r"\s+")


def as_text(text: Any) -> str:
    """Return a text as it is, or say why it is none.

    Raises:
        TypeError: not a string.

    Example:
        >>> as_text(b"hello")
        Traceback (most recent call last):
            ...
        TypeError: A text should be a str. Found bytes. Decode it first: data.decode("utf-8").
    """
    if isinstance(text, str):
        return text
    found = "None" if text is None else type(text).__name__
    hint = {
        "None": "Leave out rows without a text, or pass an empty string.",
        "bytes": 'Decode it first: data.decode("utf-8").',
        "bytearray": 'Decode it first: data.decode("utf-8").',
    }.get(found, "Pass a str, or a list of them.")
    raise TypeError(f"A text should be a str. Found {found}. {hint}")


def clean(text: Any) -> str:
    """Normalise a message: the same bytes in training and at inference.

    In this order: surrogate pairs are joined and lone ones replaced; HTML entities and tags are
    resolved; NFKC; straight quotes; control and invisible characters go; addresses become
    ``url``, handles ``@user``; anything repeated more than three times is kept three times
    (digits as they are); one space between words. Case and emoji stay. A blank text becomes ``""``.

    Raises:
        TypeError: not a string.

    Example:
        >>> clean("  I&#39;m sooooooo <b>happy</b>!!!!!! @sam  https://a.b/c?x=1 ")
        "I'm sooo happy!!! @user url"
    """
    text = as_text(text)[:MAX_CHARACTERS]
    if not text.isascii():
        # Halves of one character are joined; a half alone becomes the replacement character.
        text = _PAIR.sub(
            lambda found: found[0].encode("utf-16", "surrogatepass").decode("utf-16"), text
        )
        text = _HALF.sub("\ufffd", text)
    for _ in range(2):  # messages that were escaped twice are common
        if "&" not in text:
            break
        text = html.unescape(text)
    if "<" in text:
        text = _URL.sub(f" {URL} ", text)
        text = _TAG.sub(_tag, text)
    if not text.isascii():
        text = _composed(text).translate(_QUOTES)
        text = _MARKS.sub(r"\1", text)
    text = _printable(text)
    text = _URL.sub(URL, text)
    if "@" in text:
        text = _USER.sub(USER, text)
    text = _REPEATED.sub(lambda found: found[1] * _KEPT, text)
    return _SPACE.sub(" ", text).strip()


def _composed(text: str) -> str:
    """NFKC, of no more than is kept: some characters become 18."""
    parts, size = [], 0
    for start in range(0, len(text), _SLICE):
        parts.append(unicodedata.normalize("NFKC", text[start : start + _SLICE]))
        size += len(parts[-1])
        if size >= MAX_CHARACTERS:
            break
    return "".join(parts)[:MAX_CHARACTERS]


def _tag(found: re.Match[str]) -> str:
    """A tag of HTML goes, between words if it parts them; what only looks like one stays."""
    name = found[1].lower()
    return "" if name in _INLINE else " " if name in _BLOCK else found[0]


def _printable(text: str) -> str:
    """Drop control and invisible characters; a joiner stays where it makes one emoji of two."""
    if text.isprintable():
        return text
    kept = [
        character
        for character in text
        if character.isspace()
        or character == _JOINER
        or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    ]
    return _INNER_JOINER.sub("", "".join(kept))


def normal_key(text: str) -> str:
    """Reduce a text to what two copies of it share: its letters and digits, without case.

    A text without any is its own key, so that ":)" and ":(" stay two texts.

    Example:
        >>> normal_key("Don't  GO!!") == normal_key("dont go")
        True
    """
    key = _MARK.sub("", text.casefold())
    return key or _SPACE.sub("", text)
