"""Some rows of a source, as a source of their own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Int
from numpy.typing import NDArray
from torch import Tensor

from evoscope.multitask.batch import Batch, Labels, Source


class Rows:
    """Some rows of a source; a verdict's intervals resample their groups.

    Args:
        source: of all rows, or of sets of rows (``sizes`` of a `Batch`).
        rows: which of them.
        groups: of these, one each.

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
        # A batch knows which rows its sets have; another source has one row of labels for each.
        self._labels = source[rows].labels if isinstance(source, Batch) else source.labels[rows]
        self._groups = np.repeat(np.asarray(groups), set_sizes(source)[rows.numpy()]).tolist()

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def labels(self) -> Labels:
        """What is known of these rows."""
        return self._labels

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
    if isinstance(source, Batch) and source.sizes is not None:
        found: NDArray[np.int64] = source.sizes.cpu().numpy()
        return found
    if source.labels.targets and len(source.labels) != len(source):
        raise ValueError(
            f"a source should have a row of labels for each of its {len(source)} rows, or be a "
            f"Batch that says the sizes of its sets. Found {len(source.labels)} rows of labels."
        )
    return np.ones(len(source), np.int64)
