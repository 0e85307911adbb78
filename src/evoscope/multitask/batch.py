"""What a model is trained on: inputs, targets, and which targets are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Labels:
    """Targets by task, and which of them are known.

    Attributes:
        targets: task name -> tensor of shape ``(n, ...)``. Where a target is not present its value
            does not matter: NaN is fine.
        present: task name -> boolean tensor, ``(n,)`` or finer: any leading part of the target's
            shape. A task without an entry has no label in any row.

    Raises:
        ValueError: tasks of ``targets`` and ``present`` differ, row counts differ, or a mask is not
            boolean or does not fit its target.

    Example:
        >>> labels = Labels({"age": torch.tensor([1.0, float("nan")])},
        ...                 {"age": torch.tensor([True, False])})
        >>> len(labels), labels.has("age"), labels.has("sex")
        (2, True, False)
    """

    targets: Mapping[str, Tensor]
    present: Mapping[str, Tensor]

    def __post_init__(self) -> None:
        if set(self.targets) != set(self.present):
            raise ValueError(
                "targets and present should name the same tasks. "
                f"Found {sorted(self.targets)} and {sorted(self.present)}."
            )
        rows = {len(target) for target in self.targets.values()}
        if len(rows) > 1:
            raise ValueError(f"every target should have the same rows. Found {sorted(rows)}.")
        for task, target in self.targets.items():
            mask = self.present[task]
            if mask.dtype != torch.bool or mask.shape != target.shape[: mask.ndim] or not mask.ndim:
                raise ValueError(
                    f"present[{task!r}] should be boolean, of shape {tuple(target.shape)} or a "
                    f"leading part of it. Found {mask.dtype} of shape {tuple(mask.shape)}."
                )

    def __len__(self) -> int:
        return len(next(iter(self.targets.values()))) if self.targets else 0

    def __getitem__(self, rows: Tensor | slice) -> Labels:
        return Labels(
            {task: target[rows] for task, target in self.targets.items()},
            {task: mask[rows] for task, mask in self.present.items()},
        )

    def has(self, task: str) -> bool:
        """Whether any row carries a label of the task."""
        return task in self.present and bool(self.present[task].any())

    def to(self, device: torch.device | str) -> Labels:
        """Move every tensor to a device."""
        return Labels(
            {task: target.to(device) for task, target in self.targets.items()},
            {task: mask.to(device) for task, mask in self.present.items()},
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows a model sees at once; also the simplest source: a whole data set held in memory.

    Attributes:
        inputs: the keyword arguments of the backbone, each ``(n, ...)``. A plain ``nn.Sequential``
            calls its argument ``input``.
        labels: what is known of these rows.

    Raises:
        ValueError: no inputs, or row counts that differ.

    Example:
        >>> batch = Batch({"input": torch.zeros(5, 3)},
        ...               Labels({"y": torch.zeros(5)}, {"y": torch.ones(5, dtype=torch.bool)}))
        >>> [len(part) for part in batch.split(2)]
        [2, 2, 1]
    """

    inputs: Mapping[str, Tensor]
    labels: Labels

    def __post_init__(self) -> None:
        rows = {len(tensor) for tensor in self.inputs.values()}
        if self.labels.targets:
            rows.add(len(self.labels))
        if len(rows) != 1:
            raise ValueError(
                "inputs and labels should be there and have the same rows. "
                f"Found {len(self.inputs)} inputs and {sorted(rows)} rows."
            )

    def __len__(self) -> int:
        return len(next(iter(self.inputs.values())))

    def __getitem__(self, rows: Tensor | slice) -> Batch:
        return Batch({name: x[rows] for name, x in self.inputs.items()}, self.labels[rows])

    def split(self, rows: int) -> Iterator[Batch]:
        """Cut into consecutive batches of at most ``rows`` rows."""
        for start in range(0, len(self), rows):
            yield self[start : start + rows]

    def to(self, device: torch.device | str) -> Batch:
        """Move every tensor to a device."""
        return Batch(
            {name: x.to(device) for name, x in self.inputs.items()}, self.labels.to(device)
        )

    def batch(self, rows: Tensor, generator: torch.Generator) -> Batch:  # noqa: ARG002  a Source's
        """Take rows; nothing is drawn, so ``generator`` is not used (see `Source`)."""
        return self[rows]


@runtime_checkable  # signatures that name it are checked under test
class Source(Protocol):
    """Where the loop takes rows from: a `Batch` in memory, or anything that makes one on demand.

    ``batch`` may draw (fresh noise, augmentation), from ``generator`` only: the loop seeds it by
    epoch and step, which is what makes a resumed run equal to an uninterrupted one.
    """

    @property
    def labels(self) -> Labels:
        """What is known of all rows, without making their inputs: tasks and samplers read it."""
        ...

    def __len__(self) -> int: ...

    def batch(self, rows: Tensor, generator: torch.Generator) -> Batch:
        """Make the batch of these row numbers, shape ``(k,)``, int64."""
        ...
