"""From rows, as a reader yields them, to arrays: one place that fills targets and masks."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from evoscope.text.cleaning import clean
from evoscope.text.corpora.corpus import Corpus, CorpusError, Native, Source, Split
from evoscope.text.taxonomy import TAXONOMY

MAX_TEXT = 10_000
"""Characters of a text of a corpus that are kept."""

MAX_ROWS = 500_000
"""Rows of a file beyond which it is not the corpus that it should be."""


@dataclass(frozen=True)
class Row:
    """One text, as its corpus labels it.

    Attributes:
        text: as in the file.
        part: "train", "dev", or empty where the corpus has no split of its own.
        labels: by task, label to target; labels not named are unknown.
        domain: a part of the corpus.
        document: texts of one document never part; empty where each is its own.
        scores: numbers on the corpus' own scale.
        native: the corpus' own class.
        passages: parts of the text that annotators pointed at.
    """

    text: str
    part: str = ""
    labels: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    domain: str = ""
    document: str = ""
    scores: Mapping[str, float] = field(default_factory=dict)
    native: str = ""
    passages: tuple[str, ...] = ()


def table(path: Path, *, delimiter: str = ",", quoted: bool = True) -> Iterator[list[str]]:
    """Yield the rows of a delimited file, one at a time.

    Raises:
        CorpusError: no such file, not text, or without end.
    """
    if not path.is_file():
        raise CorpusError(
            f"A corpus should hold {path.name}. Found no such file in {path.parent.name}. "
            "Set EVOSCOPE_REALDATA to the folder that holds text/."
        )
    csv.field_size_limit(10 * MAX_TEXT * 10)
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        try:
            for number, row in enumerate(
                csv.reader(file, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL)
                if quoted
                else csv.reader(file, delimiter=delimiter, quoting=csv.QUOTE_NONE)
            ):
                if number >= MAX_ROWS:
                    raise CorpusError(
                        f"{path.name} should hold fewer than {MAX_ROWS} rows. Found more."
                    )
                if row:
                    yield row
        except csv.Error as problem:
            raise CorpusError(
                f"{path.name} should be a delimited table. Found: {problem}."
            ) from problem


def named_table(path: Path, *, delimiter: str = ",", quoted: bool = True,
                columns: tuple[str, ...]) -> Iterator[dict[str, str]]:  # fmt: skip
    """Yield the rows of a file with a heading, as column to value.

    Raises:
        CorpusError: a column that is needed is missing, or a row is cut short.
    """
    rows = table(path, delimiter=delimiter, quoted=quoted)
    heading = [name.lstrip("﻿") for name in next(rows, [])]
    if missing := [name for name in columns if name not in heading]:
        raise CorpusError(
            f"{path.name} should have the columns {list(columns)}. Found {heading}, without "
            f"{missing}."
        )
    for row in rows:
        if len(row) != len(heading):
            raise CorpusError(
                f"Rows of {path.name} should have {len(heading)} fields. Found {len(row)} in one "
                f"that starts with {row[0][:20]!r}."
            )
        yield dict(zip(heading, row, strict=True))


def build(
    source: Source,
    split: Split,
    rows: Iterable[Row],
    *,
    native_names: tuple[str, ...] = (),
    weak: bool = False,
    dropped: Mapping[str, int] | None = None,
) -> Corpus:
    """Clean the texts and fill the arrays.

    Raises:
        CorpusError: a class that is not among the names given.
        TaxonomyError: a label that the taxonomy does not have.
    """
    kept: list[tuple[str, Row]] = []
    blank = 0
    for row in rows:
        text = clean(row.text[:MAX_TEXT])
        if text:
            kept.append((text, row))
        else:
            blank += 1
    n = len(kept)
    tasks = sorted({task for _, row in kept for task in row.labels})
    targets = {t: np.full((n, len(TAXONOMY[t].labels)), np.nan, dtype=np.float32) for t in tasks}
    known = {t: np.zeros((n, len(TAXONOMY[t].labels)), dtype=bool) for t in tasks}
    columns = {t: {label: j for j, label in enumerate(TAXONOMY[t].labels)} for t in tasks}
    for i, (_, row) in enumerate(kept):
        for task, labels in row.labels.items():
            for label, value in labels.items():
                j = columns[task].get(label)
                if j is None:
                    j = TAXONOMY[task].index(label)  # says what it should be
                targets[task][i, j] = value
                known[task][i, j] = True
    counts = dict(dropped or {})
    if blank:
        counts["blank"] = blank
    return Corpus(
        source=source,
        split=split,
        texts=tuple(text for text, _ in kept),
        targets=targets,
        known=known,
        domains=tuple(row.domain or source.name for _, row in kept),
        groups=tuple(row.document or str(i) for i, (_, row) in enumerate(kept)),
        scores={
            name: np.array([row.scores[name] for _, row in kept])
            for name in sorted({name for _, row in kept for name in row.scores})
        },
        native=_native([row.native for _, row in kept], native_names) if native_names else None,
        passages=(
            tuple(row.passages for _, row in kept) if any(row.passages for _, row in kept) else ()
        ),
        weak=weak,
        dropped=counts,
    )


def _native(found: list[str], names: tuple[str, ...]) -> Native:
    numbers = {name: i for i, name in enumerate(names)} | {"": -1}
    if unknown := sorted(set(found) - set(numbers)):
        raise CorpusError(f"Classes should be among the {len(names)} named. Found {unknown[:5]}.")
    return Native(names, np.array([numbers[name] for name in found], dtype=np.intp))
