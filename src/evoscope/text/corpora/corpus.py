"""What every reader answers: texts, what is known of them, and where they come from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from evoscope.text.taxonomy import TAXONOMY

Split = Literal["train", "dev"]
"""What weights are fitted on; what choices are made on and figures are given on.

Test parts of published corpora are not read here."""


class CorpusError(ValueError):
    """A corpus that is not there, or not as it should be."""


class LicenceError(CorpusError):
    """A corpus asked for training that may only be evaluated on."""


@dataclass(frozen=True)
class Source:
    """Where a corpus comes from and what may be done with it.

    Attributes:
        name: of the corpus, and of its folder.
        licence: its short name, or what is known of the terms.
        may_train: whether weights that are given away may be fitted on it.
        official: whether the split is the corpus' own; else it is drawn by a hash of the text.
        cite: authors, year, venue.
        note: what the reader must know.
    """

    name: str
    licence: str
    may_train: bool
    official: bool
    cite: str
    note: str = ""


@dataclass(frozen=True)
class Native:
    """A corpus' own classes, for a probe: one number per text.

    Attributes:
        names: of the classes.
        index: ``(n,)`` class of each text; -1 where it has none.
    """

    names: tuple[str, ...]
    index: NDArray[np.intp]

    def __post_init__(self) -> None:
        if self.index.size and not -1 <= self.index.min() <= self.index.max() < len(self.names):
            raise CorpusError(
                f"Class numbers should be -1 to {len(self.names) - 1}. Found "
                f"{self.index.min()} to {self.index.max()}."
            )


@dataclass(frozen=True)
class Corpus:
    """Texts of one split, with what is known of each.

    Attributes:
        source: licence and origin.
        split: which part this is.
        texts: cleaned.
        targets: by task ``(n, labels)``: 0 or 1, a share of raters, or a number in 0..1. NaN
            where unknown, so that a forgotten mask is noticed.
        known: by task ``(n, labels)``: whether the corpus says anything of that label.
        domains: of each text, a part of the corpus ("email", "wikipedia"); may be all the same.
        groups: of each text, what it must not be parted from (a document, a template): what
            intervals are drawn over.
        scores: numbers on the corpus' own scale, ``(n,)`` each.
        native: the corpus' own classes.
        passages: of each text, parts of it that its annotators pointed at; empty for most.
        weak: labels by construction or by rule, not by annotators.
        dropped: how many rows were left out, by reason.
    """

    source: Source
    split: Split
    texts: tuple[str, ...]
    targets: Mapping[str, NDArray[np.float32]]
    known: Mapping[str, NDArray[np.bool_]]
    domains: tuple[str, ...]
    groups: tuple[str, ...]
    scores: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    native: Native | None = None
    passages: tuple[tuple[str, ...], ...] = ()
    weak: bool = False
    dropped: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n = len(self.texts)
        for task in (*self.targets, *self.known):
            shape = (n, len(TAXONOMY[task].labels))
            for name, found in (("targets", self.targets), ("known", self.known)):
                if task not in found or found[task].shape != shape:
                    raise CorpusError(
                        f"{name} of {task} should have the shape {shape}. Found "
                        f"{found[task].shape if task in found else 'none'} in {self.source.name}."
                    )
            if np.isnan(self.targets[task][self.known[task]]).any():
                raise CorpusError(
                    f"A known label should have a target. Found NaN in {task} of "
                    f"{self.source.name}."
                )
        columns = {"domains": len(self.domains), "groups": len(self.groups)} | {
            k: len(v) for k, v in self.scores.items()
        }
        if self.native is not None:
            columns["native"] = len(self.native.index)
        if self.passages:
            columns["passages"] = len(self.passages)
        if wrong := {name: size for name, size in columns.items() if size != n}:
            raise CorpusError(f"Every column should have {n} rows, one a text. Found {wrong}.")

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def sha256(self) -> str:
        """Hash of the texts and of all that is known of them: what a model card states."""
        found = hashlib.sha256()
        for text in self.texts:
            found.update(text.encode() + b"\0")
        for task in sorted(self.targets):
            found.update(task.encode() + self.known[task].tobytes())
            found.update(np.where(self.known[task], self.targets[task], 0.0).tobytes())
        for name in sorted(self.scores):
            found.update(name.encode() + self.scores[name].tobytes())
        if self.native is not None:
            found.update(self.native.index.astype(np.int64).tobytes())
        return found.hexdigest()

    def select(self, rows: Sequence[int] | NDArray[np.intp]) -> Corpus:
        """Return the rows named, in that order."""
        at = np.asarray(rows, dtype=np.intp)
        native = self.native
        return Corpus(
            source=self.source,
            split=self.split,
            texts=tuple(self.texts[i] for i in at),
            targets={task: values[at] for task, values in self.targets.items()},
            known={task: values[at] for task, values in self.known.items()},
            domains=tuple(self.domains[i] for i in at),
            groups=tuple(self.groups[i] for i in at),
            scores={name: values[at] for name, values in self.scores.items()},
            native=None if native is None else Native(native.names, native.index[at]),
            passages=tuple(self.passages[i] for i in at) if self.passages else (),
            weak=self.weak,
            dropped=self.dropped,
        )

    def known_labels(self) -> dict[str, tuple[str, ...]]:
        """Name the labels that this corpus says anything of, by task.

        Labels of a table are in the order of the taxonomy.
        """
        return {
            task: tuple(
                label for j, label in enumerate(TAXONOMY[task].labels) if bool(known[:, j].any())
            )
            for task, known in self.known.items()
        }
