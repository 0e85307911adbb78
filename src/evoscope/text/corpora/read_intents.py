"""Corpora of purpose: assistants' intents, a bank's, lines of films, the acts of a dialogue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from evoscope.text.corpora.corpus import Source
from evoscope.text.corpora.line_intents import line_intent
from evoscope.text.corpora.parts import drawn
from evoscope.text.corpora.read_emotions import XED, xed_en
from evoscope.text.corpora.rows import Row, named_table
from evoscope.text.taxonomy import INTENT

CLINC150 = Source(
    name="clinc150",
    licence="CC BY 3.0",
    may_train=True,
    official=True,
    cite="Larson et al. 2019, EMNLP",
    note="150 intents and out of scope, for a probe. Greetings, goodbyes and thanks are social; of "
    "the rest the six intents are unknown: one intent is asked for in every form.",
)
BANKING77 = Source(
    name="banking77",
    licence="CC BY 4.0",
    may_train=True,
    official=False,
    cite="Casanueva et al. 2020, NLP4ConvAI",
    note="77 intents, for a probe. Of the six intents nothing is known.",
)
FILM_LINES = Source(
    name="film_lines",
    licence=XED.licence,
    may_train=True,
    official=False,
    cite=f"lines of {XED.cite}",
    note="Lines of xed_en that say by their marks and first words what they do: labels by rule.",
)
DIALOGUE_ACTS = Source(
    name="dialogue_acts",
    licence="derived from LDC corpora (SwitchBoard, MRDA): research only",
    may_train=False,
    official=True,
    cite="Jurafsky et al. 1997; Shriberg et al. 2004, SIGDIAL",
    note="Speech acts mapped to five of the six intents; acts that are none of them stay unknown. "
    "Spoken, in lower case.",
)

_LINES_KEPT = {"statement": 0.25, "question": 0.5}
"""Share of these lines that is read: of the other intents there are far fewer."""
_SOCIAL = ("greeting", "goodbye", "thank_you")
OUT_OF_SCOPE = "oos"

ACTS: dict[str, tuple[str, ...]] = {
    "statement": (
        "Statement", "Statement-non-opinion", "Statement-opinion", "Defending/Explanation",
        "Expansions of y/n Answers", "Summarize/Reformulate", "Reformulate/Summarize",
        "Affirmative Non-yes Answers", "Negative Non-no Answers", "Other Answers",
    ),
    "question": (
        "Yes-No-Question", "Yes-No-question", "Wh-Question", "Declarative Yes-No-Question",
        "Declarative-Question", "Declarative Wh-Question", "Or-Clause", "Or-Question",
        "Open-Question", "Tag-Question", "Understanding Check",
    ),
    "command": ("Action-directive",),
    "expression": ("Appreciation", "Assessment/Appreciation", "Exclamation", "Sympathy"),
    "social": (
        "Conventional-opening", "Conventional-closing", "Thanking", "Apology", "Welcome",
    ),
}  # fmt: skip
"""Acts by intent. A directive of a transcript is a command; requests are not told apart there."""


def _intent(name: str) -> dict[str, dict[str, float]]:
    return {"intent": {label: float(label == name) for label in INTENT}}


def clinc_names(folder: Path) -> tuple[str, ...]:
    """Name the 150 intents, by domain, and out of scope."""
    domains = json.loads((folder / "domains.json").read_text(encoding="utf-8"))
    return (*(name for names in domains.values() for name in names), OUT_OF_SCOPE)


def clinc150(folder: Path) -> Iterator[Row]:
    """Read what people ask of an assistant."""
    data = json.loads((folder / "data.json").read_text(encoding="utf-8"))
    for key in ("train", "val", "oos_train", "oos_val"):
        part = "dev" if key.endswith("val") else "train"
        for text, name in data[key]:
            labels = _intent("social") if name in _SOCIAL else {}
            yield Row(text=text, part=part, labels=labels, native=name)


def banking_names(folder: Path) -> tuple[str, ...]:
    """Name the 77 intents."""
    return tuple(json.loads((folder / "categories.json").read_text(encoding="utf-8")))


def banking77(folder: Path) -> Iterator[Row]:
    """Read what customers ask of a bank."""
    for row in named_table(folder / "train.csv", columns=("text", "category")):
        yield Row(text=row["text"], native=row["category"])


def film_lines(folder: Path) -> Iterator[Row]:
    """Read the lines of ``xed_en`` whose intent rules can tell."""
    for row in xed_en(folder):
        intent = line_intent(row.text)
        if intent is not None and drawn(f"line {row.text}") < _LINES_KEPT.get(intent, 1.0):
            yield Row(text=row.text, labels=_intent(intent))


def dialogue_acts(folder: Path) -> Iterator[Row]:
    """Read what an utterance does in a conversation."""
    intent_of = {act: intent for intent, acts in ACTS.items() for act in acts}
    for domain in ("SwitchBoard", "MRDA"):
        path = folder / f"{domain}_dev.tsv"
        for row in named_table(path, delimiter="\t", quoted=False, columns=("sentence", "label")):
            intent = intent_of.get(row["label"])
            yield Row(
                text=row["sentence"],
                part="dev",
                labels=_intent(intent) if intent else {},
                domain=domain,
            )
