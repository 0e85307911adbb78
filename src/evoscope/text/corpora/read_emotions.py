"""Corpora that name emotions: GoEmotions, XED and the affect in tweets of SemEval-2018."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from evoscope.text.corpora.corpus import CorpusError, Source
from evoscope.text.corpora.detokenise import detokenise
from evoscope.text.corpora.rows import Row, named_table, table
from evoscope.text.taxonomy import EMOTIONS, EMOTIONS_FINE, TAXONOMY, has_emotions

GOEMOTIONS = Source(
    name="goemotions",
    licence="CC BY 4.0",
    may_train=True,
    official=True,
    cite="Demszky et al. 2020, ACL",
    note="Names of people and religions are [NAME] and [RELIGION]. calm comes from relief alone. "
    "Texts with kind emotions alone are taken for safe, though they may swear: weak labels.",
)
XED = Source(
    name="xed_en",
    licence="CC BY 4.0",
    may_train=True,
    official=False,
    cite="Öhman et al. 2020, COLING",
    note="Film subtitles. anticipation and trust have no label here; neutral lines have a file.",
)
SEMEVAL = Source(
    name="semeval2018_affect",
    licence="research only (SemEval-2018 task 1, tweets)",
    may_train=False,
    official=True,
    cite="Mohammad et al. 2018, SemEval",
    note="Both parts are for evaluation. anticipation, optimism, pessimism and trust have no label "
    "here.",
)

_PLUTCHIK = {
    1: "anger", 2: "anticipation", 3: "disgust", 4: "fear", 5: "joy", 6: "sadness",
    7: "surprise", 8: "trust",
}  # fmt: skip
_XED_LABELS = ("joy", "surprise", "sadness", "anger", "fear", "disgust", "neutral")
_SEMEVAL_LABELS = ("anger", "disgust", "fear", "joy", "love", "sadness", "surprise")
_KIND = frozenset((
    "admiration", "caring", "excitement", "gratitude", "joy", "love", "optimism", "pride", "relief",
))  # fmt: skip
_SAFE = {"toxic": 0.0, "threatening": 0.0, "harassment": 0.0, "self_harm": 0.0}
_PLACEHOLDER = re.compile(r"\[\s*PERSON\s*\]")


def goemotions(folder: Path) -> Iterator[Row]:
    """Read 28 labels, the 11 that follow from them, and that what is all kind is safe.

    The last is not what raters were asked. Corpora of offence have hardly any of the ordinary talk
    that a model should leave alone, and none of what swears in praise.
    """
    names = (folder / "labels.txt").read_text(encoding="utf-8").split()
    TAXONOMY["emotions_fine"].columns(names)
    # All combinations of labels that occur are few: each is mapped once.
    mapped: dict[str, dict[str, dict[str, float]]] = {}
    for part in ("train", "dev"):
        for fields in table(folder / f"{part}.tsv", delimiter="\t", quoted=False):
            if len(fields) != 3:
                raise CorpusError(
                    f"Rows of {part}.tsv should be text, label numbers and an id. Found "
                    f"{len(fields)} fields."
                )
            text, numbers, _ = fields
            if numbers not in mapped:
                mapped[numbers] = _both({names[int(number)] for number in numbers.split(",")})
            yield Row(text=text, part=part, labels=mapped[numbers])


def _both(present: set[str]) -> dict[str, dict[str, float]]:
    fine = np.array([[label in present for label in EMOTIONS_FINE]])
    coarse = has_emotions(fine)[0]
    labels = {
        "emotions_fine": {label: float(label in present) for label in EMOTIONS_FINE},
        "emotions": {label: float(there) for label, there in zip(EMOTIONS, coarse, strict=True)},
    }
    return labels | {"safety": _SAFE} if present <= _KIND else labels


def xed_en(folder: Path) -> Iterator[Row]:
    """Read seven of the eleven emotions; of the other four nothing is known."""
    for fields in table(folder / "en-annotated.tsv", delimiter="\t", quoted=False):
        present = {_PLUTCHIK[int(number)] for number in fields[1].split(",")}
        yield Row(
            text=_PLACEHOLDER.sub("[NAME]", detokenise(fields[0], hyphens=True)),
            labels={"emotions": {label: float(label in present) for label in _XED_LABELS}},
        )
    for fields in table(folder / "neu_en.txt", delimiter="\t", quoted=False):
        yield Row(
            text=_PLACEHOLDER.sub("[NAME]", detokenise(fields[1], hyphens=True)),
            labels={"emotions": {label: float(label == "neutral") for label in _XED_LABELS}},
        )


def semeval2018_affect(folder: Path) -> Iterator[Row]:
    """Read seven emotions of tweets, and neutral where none of the eleven of theirs is there."""
    for part in ("train", "dev"):
        path = folder / f"E-c-En-{part}.txt"
        wanted = ("Tweet", *_SEMEVAL_LABELS)
        for row in named_table(path, delimiter="\t", quoted=False, columns=wanted):
            theirs = {name: float(row[name]) for name in row if name not in ("ID", "Tweet")}
            labels = {name: theirs[name] for name in _SEMEVAL_LABELS}
            labels["neutral"] = float(not any(theirs.values()))
            yield Row(text=row["Tweet"], part="dev", labels={"emotions": labels}, domain=part)
