"""Corpora of offence: Davidson's tweets, OLID, toxic spans, comments, and talk without malice."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from evoscope.text.cleaning import clean
from evoscope.text.corpora.corpus import CorpusError, Source
from evoscope.text.corpora.rows import Row, named_table

DAVIDSON = Source(
    name="davidson_hate",
    licence="MIT",
    may_train=True,
    official=False,
    cite="Davidson et al. 2017, ICWSM",
    note="Tweets found by a list of slurs: profane is read from 'offensive language'.",
)
OLID = Source(
    name="olid",
    licence="research only (OffensEval 2019, tweets)",
    may_train=False,
    official=True,
    cite="Zampieri et al. 2019, NAACL",
    note="The published training part, for evaluation only. OFF is read as toxic.",
)
TOXIC_SPANS = Source(
    name="toxic_spans",
    licence="CC0",
    may_train=True,
    official=True,
    cite="Pavlopoulos et al. 2021, SemEval",
    note="Every comment was chosen as toxic; one without a marked passage is left unknown. Of "
    "train, sentences come by themselves, too: toxic where a passage is marked in them.",
)
SURGE = Source(
    name="surge_toxicity",
    licence="MIT",
    may_train=True,
    official=False,
    cite="Surge AI 2021",
)
WIKI_CONTEXT = Source(
    name="wiki_context_toxicity",
    licence="Apache-2.0",
    may_train=True,
    official=False,
    cite="Pavlopoulos et al. 2020, ACL; Xenos et al. 2021, WOAH",
    note="About 1 in 100 is toxic: half is held out, to count false alarms on.",
)

_BREAK = re.compile(r"(?<=[.!?])\s+|\n+")
_WORDS = 5
"""Of a sentence that may stand alone; shorter ones say little without the others."""

DAVIDSON_CLASSES = ("hate", "offensive", "neither")
_DAVIDSON_LABELS: tuple[dict[str, float], ...] = (
    {"toxic": 1.0},
    {"toxic": 1.0, "profane": 1.0},
    {"toxic": 0.0, "profane": 0.0},
)


def davidson_hate(folder: Path) -> Iterator[Row]:
    """Read three classes; hate and offence are toxic, offence is profane, of hate it is unknown."""
    for row in named_table(folder / "labeled_data.csv", columns=("class", "tweet")):
        number = int(row["class"])
        yield Row(
            text=row["tweet"],
            labels={"safety": _DAVIDSON_LABELS[number]},
            native=DAVIDSON_CLASSES[number],
        )


def olid(folder: Path) -> Iterator[Row]:
    """Read level A: offensive or not."""
    path = folder / "olid-training-v1.0.tsv"
    for row in named_table(
        path, delimiter="\t", quoted=False, columns=("tweet", "subtask_a", "subtask_b")
    ):
        if row["subtask_a"] not in ("OFF", "NOT"):
            raise CorpusError(f"subtask_a should be OFF or NOT. Found {row['subtask_a']!r}.")
        yield Row(
            # Their stand-ins become ours.
            text=row["tweet"].replace("@USER", "@user").replace(" URL", " url"),
            part="dev",
            labels={"safety": {"toxic": float(row["subtask_a"] == "OFF")}},
        )


def toxic_spans(folder: Path) -> Iterator[Row]:
    """Read comments and the passages that make them toxic."""
    for part, name in (("train", "tsd_train.csv"), ("dev", "tsd_trial.csv")):
        for row in named_table(folder / name, columns=("spans", "text")):
            at = ast.literal_eval(row["spans"])
            passages = tuple(filter(None, (clean(row["text"][a:b]) for a, b in _runs(at))))
            yield Row(
                text=row["text"],
                part=part,
                labels={"safety": {"toxic": 1.0}} if at else {},
                passages=passages,
            )
            if part == "train" and at:
                yield from _sentences(row["text"], frozenset(at))


def _sentences(text: str, marked: frozenset[int]) -> Iterator[Row]:
    """What the sentences of a comment say by themselves.

    All comments are toxic, and most are about politics: from whole ones a model learns that talk
    about politics is toxic. The sentences beside the marked ones are such talk, and harmless.
    """
    start = 0
    breaks = [one.span() for one in _BREAK.finditer(text)]
    for end, after in [*breaks, (len(text), len(text))]:
        if len(text[start:end].split()) >= _WORDS:
            toxic = not marked.isdisjoint(range(start, end))
            yield Row(
                text=text[start:end],
                part="train",
                labels={"safety": {"toxic": float(toxic)}},
                domain="sentence",
            )
        start = after


def _runs(offsets: list[int]) -> list[tuple[int, int]]:
    """Join neighbouring character numbers into (start, end)."""
    runs: list[tuple[int, int]] = []
    for offset in sorted(offsets):
        if runs and offset == runs[-1][1]:
            runs[-1] = (runs[-1][0], offset + 1)
        else:
            runs.append((offset, offset + 1))
    return runs


def surge_toxicity(folder: Path) -> Iterator[Row]:
    """Read comments that are toxic or not, half and half."""
    for row in named_table(folder / "toxicity_en.csv", columns=("text", "is_toxic")):
        if row["is_toxic"] not in ("Toxic", "Not Toxic"):
            raise CorpusError(
                f"is_toxic should be 'Toxic' or 'Not Toxic'. Found {row['is_toxic']!r}."
            )
        toxic = float(row["is_toxic"] == "Toxic")
        # Half is chosen for its insults and swear words; what is not toxic is neither.
        safety = {"toxic": toxic} if toxic else {"toxic": 0.0, "profane": 0.0}
        yield Row(text=row["text"], labels={"safety": safety})


def wiki_context_toxicity(folder: Path) -> Iterator[Row]:
    """Read talk of editors; the label of ``cat_small.csv`` is the one given without context."""
    for name, column in (("gc", "label"), ("gn", "label"), ("cat_small", "label_oc")):
        for row in named_table(folder / f"{name}.csv", columns=("text", column)):
            yield Row(
                text=row["text"], labels={"safety": {"toxic": float(row[column])}}, domain=name
            )
