"""Some rows of a source, as a source of their own."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from jaxtyping import Int
from torch import Tensor

from evoscope.multitask.batch import Batch, Labels, Source


class Rows:
    """Some rows of a source; a verdict's intervals resample their groups.

    Args:
        source: of all rows.
        rows: which of them.
        groups: of these rows.

    Example:
        >>> labels = Labels({"y": torch.arange(4.0)}, {"y": torch.ones(4, dtype=torch.bool)})
        >>> whole = Batch({"input": torch.zeros(4, 2)}, labels)
        >>> some = Rows(whole, torch.tensor([1, 3]), ["a", "b"])
        >>> len(some), some.labels.targets["y"].tolist()
        (2, [1.0, 3.0])
    """

    def __init__(
        self, source: Source, rows: Int[Tensor, " n"], groups: Sequence[str] | Sequence[int]
    ) -> None:
        self._source = source
        self._rows = rows
        self._labels = source.labels[rows]
        self._groups = groups

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def labels(self) -> Labels:
        """What is known of these rows."""
        return self._labels

    @property
    def groups(self) -> Sequence[str] | Sequence[int]:
        """The group of every row."""
        return self._groups

    def batch(self, rows: Tensor, generator: torch.Generator) -> Batch:
        """Make the batch of these rows, counted within the rows chosen."""
        return self._source.batch(self._rows[rows], generator)
