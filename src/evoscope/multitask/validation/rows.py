"""Some rows of a source, as a source of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Int
from numpy.typing import NDArray
from torch import Tensor

from evoscope.multitask.batch import Batch, Labels, Source, rows_of, sizes_of


class Rows:
    """Some rows of a source; a verdict's intervals resample their groups.

    Args:
        source: of all rows, or of sets of rows that says their ``sizes``.
        rows: which of them.
        groups: of these, one each; of sets, one for a set or for each of their rows.

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
        sizes = sizes_of(source)
        self._sizes = None if sizes is None else sizes[rows]
        self._labels = source.labels[rows if sizes is None else rows_of(sizes, rows)]
        counts = set_sizes(source)[rows.numpy()]
        self._groups = np.repeat(np.asarray(of_sets(groups, counts)), counts).tolist()

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def labels(self) -> Labels:
        """What is known of these rows."""
        return self._labels

    @property
    def sizes(self) -> Int[Tensor, " n"] | None:
        """Rows of each set; None where every row stands for itself."""
        return self._sizes

    @property
    def groups(self) -> Sequence[str] | Sequence[int]:
        """The group of every row of the labels."""
        return self._groups

    def batch(self, rows: Tensor, generator: torch.Generator) -> Batch:
        """Make the batch of these rows, counted within the rows chosen."""
        return self._source.batch(self._rows[rows], generator)


def set_sizes(source: Source) -> NDArray[np.int64]:
    """Rows of labels behind each thing a source counts: one, or as many as its sets have.

    Raises:
        ValueError: sets in a source that does not say their sizes.

    Example:
        >>> labels = Labels({"y": torch.zeros(5)}, {"y": torch.ones(5, dtype=torch.bool)})
        >>> ears = Batch({"input": torch.zeros(5, 3)}, labels, torch.tensor([2, 3]))
        >>> set_sizes(ears).tolist()
        [2, 3]
    """
    sizes = sizes_of(source)
    if sizes is not None:
        found: NDArray[np.int64] = sizes.cpu().numpy()
        return found
    if source.labels.targets and len(source.labels) != len(source):
        raise ValueError(
            f"a source should have a row of labels for each of its {len(source)} rows, or say the "
            f"sizes of its sets. Found {len(source.labels)} rows of labels."
        )
    return np.ones(len(source), np.int64)


def of_sets(
    groups: Sequence[str] | Sequence[int] | NDArray[Any], sizes: NDArray[np.int64]
) -> Sequence[str] | Sequence[int] | NDArray[Any]:
    """Groups of sets, where they were given for every row of the sets; otherwise as they are.

    Raises:
        ValueError: a set whose rows have several groups.

    Example:
        >>> of_sets(["a", "a", "b", "b", "b"], np.array([2, 3])).tolist()
        ['a', 'b']
        >>> of_sets(["a", "b"], np.array([2, 3]))
        ['a', 'b']
    """
    if len(groups) == len(sizes) or len(groups) != sizes.sum():
        return groups
    found = np.asarray(groups)
    first = found[sizes.cumsum() - sizes]
    other = np.flatnonzero(found != np.repeat(first, sizes))
    if len(other):
        number = int(np.repeat(np.arange(len(sizes)), sizes)[other[0]])
        raise ValueError(
            f"rows of a set should have one group. Found {first[number].item()!r} and "
            f"{found[other[0]].item()!r} in set {number}: what is trained on would be tested."
        )
    return first
