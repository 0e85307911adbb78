"""EmoBank: valence, arousal and dominance of sentences."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from evoscope.text.corpora.corpus import Source
from evoscope.text.corpora.rows import Row, named_table

EMOBANK = Source(
    name="emobank",
    licence="CC BY-SA 4.0",
    may_train=True,
    official=True,
    cite="Buechel & Hahn 2017, EACL",
    note="Means of readers and writers, 1 to 5, brought to 0 to 1. Attribution is required.",
)
_NAMES = {"V": "valence", "A": "arousal", "D": "dominance"}


def emobank(folder: Path) -> Iterator[Row]:
    """Read three numbers a sentence, (x - 1) / 4."""
    columns = ("split", *_NAMES, "text")
    for row in named_table(folder / "emobank.csv", columns=columns):
        if row["split"] not in ("train", "dev"):
            continue
        yield Row(
            text=row["text"],
            part=row["split"],
            labels={"vad": {ours: (float(row[key]) - 1.0) / 4.0 for key, ours in _NAMES.items()}},
        )
