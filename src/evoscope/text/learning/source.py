"""Texts of corpora, as the loop takes them: what a corpus does not label is masked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy.typing import NDArray
from torch import Tensor

from evoscope.multitask import Batch, Labels
from evoscope.text.analysis.ngrams import ngram_numbers
from evoscope.text.backbones import Tokens, padded
from evoscope.text.corpora import Corpus
from evoscope.text.taxonomy import TAXONOMY

_LENGTHS = 8
"""Tokens by which two lengths differ that are still alike: little of a batch is padding."""


@runtime_checkable  # signatures that name it are checked under test
class States(Protocol):
    """What frozen layers have said of the tokens of texts."""

    def batch(self, rows: Sequence[int]) -> tuple[Tensor, Tensor]:
        """States of some texts, and where there is a token."""
        ...


class TextSource:
    """Texts of several corpora under each other; a batch is as wide as its longest.

    Args:
        corpora: what to read.
        tokens: cuts texts.
        padding: number of the padding token.
        buckets: numbers that n-grams have; 0: none are read.

    Raises:
        ValueError: no text at all.
    """

    def __init__(
        self,
        corpora: Sequence[Corpus],
        *,
        tokens: Tokens,
        padding: int,
        buckets: int,
    ) -> None:
        self.texts = [text for corpus in corpora for text in corpus.texts]
        self.names = [corpus.source.name for corpus in corpora for _ in corpus.texts]
        if not self.texts:
            raise ValueError("There should be a text to learn from. Found none.")
        self._rows = [np.array(row, dtype=np.int32) for row in tokens(self.texts)]
        self._grams = [
            np.array(ngram_numbers(text, buckets=buckets), dtype=np.int32)
            for text in (self.texts if buckets else ())
        ]
        self._padding = padding
        self._pooled: Tensor | None = None
        self._states: States | None = None
        self.labels = labels_of(corpora)

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def rows(self) -> list[NDArray[np.int32]]:
        """Numbers of the tokens of each text."""
        return self._rows

    @property
    def lengths(self) -> list[int]:
        """Tokens of each text."""
        return [len(row) for row in self._rows]

    @property
    def ngrams(self) -> list[NDArray[np.int32]]:
        """Numbers of the n-grams of each text; none at all where they are not read."""
        return self._grams

    @cached_property
    def kinds(self) -> Int[Tensor, " n"]:
        """How long each text is, in steps of eight tokens."""
        return torch.tensor([len(row) // _LENGTHS for row in self._rows])

    def batch(self, rows: Tensor, generator: torch.Generator) -> Batch:  # noqa: ARG002  a Source's
        """Make the batch of these texts."""
        chosen = rows.tolist()
        inputs: dict[str, Tensor] = {}
        if self._pooled is not None:
            inputs["pooled"] = self._pooled[rows]
        elif self._states is not None:
            inputs["states"], inputs["present"] = self._states.batch(chosen)
        else:
            ids, there = padded([self._rows[i] for i in chosen], padding=self._padding)
            inputs["tokens"], inputs["present"] = torch.from_numpy(ids), torch.from_numpy(there)
        if self._grams:
            grams, _ = padded([self._grams[i] for i in chosen], padding=0)
            inputs["ngrams"] = torch.from_numpy(grams)
        return Batch(inputs, self.labels[rows])

    def with_pooled(self, pooled: Float[Tensor, "n width"]) -> TextSource:
        """The same texts, with what a frozen encoder says of them in place of tokens."""
        return self._with(_pooled=pooled)

    def with_states(self, states: States) -> TextSource:
        """The same texts, with what frozen layers say of their tokens in place of these."""
        return self._with(_states=states)

    def cut_by(self, tokens: Tokens, *, padding: int) -> TextSource:
        """The same texts, as tokens of another encoder."""
        rows = [np.array(row, dtype=np.int32) for row in tokens(self.texts)]
        return self._with(_rows=rows, _padding=padding)

    def with_labels(self, labels: Labels) -> TextSource:
        """The same texts, with other labels."""
        return self._with(labels=labels)

    def _with(self, **replaced: object) -> TextSource:
        other = object.__new__(TextSource)
        kept = {name: value for name, value in self.__dict__.items() if name != "kinds"}
        other.__dict__ = {**kept, **replaced}
        return other


def labels_of(corpora: Sequence[Corpus]) -> Labels:
    """Targets and masks of corpora under each other, in the form of the tasks.

    Args:
        corpora: with any of the tasks.
    """
    targets: dict[str, Tensor] = {}
    present: dict[str, Tensor] = {}
    for task in TAXONOMY.tasks:
        size = len(task.labels)
        values = np.concatenate([_values(corpus, task.name, size) for corpus in corpora])
        known = np.concatenate([_known(corpus, task.name, size) for corpus in corpora])
        if task.kind == "classes":
            # One of several is known where all of them are.
            whole: NDArray[np.bool_] = np.all(known, axis=1)
            chosen = np.where(whole[:, None], values, 0.0).argmax(axis=1)
            targets[task.name] = torch.from_numpy(chosen.astype(np.int64))
            present[task.name] = torch.from_numpy(whole)
        else:
            targets[task.name] = torch.from_numpy(np.where(known, values, 0.0).astype(np.float32))
            present[task.name] = torch.from_numpy(known)
    return Labels(targets, present)


def _values(corpus: Corpus, task: str, size: int) -> NDArray[np.float32]:
    found = corpus.targets.get(task)
    return np.full((len(corpus), size), np.nan, dtype=np.float32) if found is None else found


def _known(corpus: Corpus, task: str, size: int) -> NDArray[np.bool_]:
    found = corpus.known.get(task)
    return np.zeros((len(corpus), size), dtype=bool) if found is None else found
