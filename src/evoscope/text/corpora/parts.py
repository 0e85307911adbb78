"""Which part a text belongs to, and that no text is in two."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from evoscope.text.cleaning import clean, normal_key
from evoscope.text.corpora.corpus import Split
from evoscope.text.corpora.rows import MAX_TEXT, Row


def drawn_part(key: str, *, dev_share: float) -> Split:
    """Draw a part by a hash of what must stay together: the same on every machine, in any order.

    Example:
        >>> drawn_part("a document", dev_share=0.0), drawn_part("a document", dev_share=1.0)
        ('train', 'dev')
    """
    return "dev" if drawn(key) < dev_share else "train"


def drawn(key: str) -> float:
    """Draw a number from 0 to 1 by a hash: the same on every machine, in any order.

    Example:
        >>> round(drawn("a document"), 3)
        0.051
    """
    return (
        int.from_bytes(hashlib.sha256(key.encode("utf-8", "replace")).digest()[:8], "big") / 2**64
    )


def text_key(text: str) -> bytes:
    """Eight bytes that two copies of a text share, after cleaning and without case or marks."""
    key = normal_key(clean(text[:MAX_TEXT]))
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()[:8]


def in_part(rows: Iterable[Row], split: Split, *, dev_share: float) -> list[Row]:
    """Return the rows of one part, drawing it where the corpus has none of its own.

    Args:
        rows: of the whole corpus.
        split: wanted.
        dev_share: of documents that go to dev, where ``Row.part`` is empty.
    """
    return [
        row
        for row in rows
        if (row.part or drawn_part(row.document or normal_key(row.text), dev_share=dev_share))
        == split
    ]


def without(rows: Iterable[Row], held_out: set[bytes]) -> tuple[list[Row], dict[str, int]]:
    """Leave out texts that are held out, and second copies; count both.

    The first copy of a text stays, with its labels.
    """
    seen: set[bytes] = set()
    kept: list[Row] = []
    dropped = {"also in a dev part": 0, "second copy": 0}
    for row in rows:
        key = text_key(row.text)
        if key in held_out:
            dropped["also in a dev part"] += 1
        elif key in seen:
            dropped["second copy"] += 1
        else:
            kept.append(row)
            seen.add(key)
    return kept, dropped
