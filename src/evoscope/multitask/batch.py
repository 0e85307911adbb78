"""What a model is trained on: inputs, targets, and which targets are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import torch
from numpy.typing import NDArray
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
        for field, tensors in (("targets", self.targets), ("present", self.present)):
            for task, tensor in tensors.items():
                if not isinstance(tensor, Tensor):
                    raise ValueError(
                        f"{field}[{task!r}] should be a torch tensor. Found "
                        f"{type(tensor).__module__}.{type(tensor).__name__}: "
                        "convert it with torch.as_tensor."
                    )
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

    @classmethod
    def where_known(cls, targets: Mapping[str, Tensor | NDArray[Any]]) -> Labels:
        """Take NaN for a label that is missing; integers, which have no NaN, are all there.

        Where class numbers are missing, give `Labels` a mask instead.

        Example:
            >>> labels = Labels.where_known({"age": torch.tensor([40.0, float("nan")]),
            ...                              "kind": torch.tensor([0, 2])})
            >>> {task: mask.tolist() for task, mask in labels.present.items()}
            {'age': [True, False], 'kind': [True, True]}
        """
        tensors = {task: torch.as_tensor(target) for task, target in targets.items()}
        return cls(tensors, {task: ~target.isnan() for task, target in tensors.items()})

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
        sizes: ``(k,)``, int64, where consecutive rows belong together (the recordings of an ear,
            the messages of a thread) and the model must see them at once: how many rows each of
            the ``k`` sets has. Then sets are what is counted, chosen and split; a label of the
            whole set is present in its first row only. None: every row stands for itself.

    Raises:
        ValueError: no inputs, row counts that differ, or sizes that do not add up to them.

    Example:
        >>> batch = Batch({"input": torch.zeros(5, 3)},
        ...               Labels({"y": torch.zeros(5)}, {"y": torch.ones(5, dtype=torch.bool)}))
        >>> [len(part) for part in batch.split(2)]
        [2, 2, 1]
        >>> sets = Batch(batch.inputs, batch.labels, torch.tensor([2, 3]))
        >>> len(sets), len(sets[1:].labels)
        (2, 3)
    """

    inputs: Mapping[str, Tensor]
    labels: Labels
    sizes: Tensor | None = None

    def __post_init__(self) -> None:
        rows = {len(tensor) for tensor in self.inputs.values()}
        if self.labels.targets:
            rows.add(len(self.labels))
        if len(rows) != 1:
            raise ValueError(
                "inputs and labels should be there and have the same rows. "
                f"Found {len(self.inputs)} inputs and {sorted(rows)} rows."
            )
        if self.sizes is not None and (
            {int(self.sizes.sum())} != rows or bool((self.sizes < 1).any())
        ):
            raise ValueError(
                f"sizes should be 1 or more and add up to the {rows.pop()} rows. "
                f"Found {self.sizes.tolist()}."
            )

    def __len__(self) -> int:
        return len(next(iter(self.inputs.values())) if self.sizes is None else self.sizes)

    def __getitem__(self, chosen: Tensor | slice) -> Batch:
        sizes, rows = None, chosen
        if self.sizes is not None:
            sizes, rows = self.sizes[chosen], rows_of(self.sizes, chosen)
        inputs = {name: tensor[rows] for name, tensor in self.inputs.items()}
        return Batch(inputs, self.labels[rows], sizes)

    def split(self, rows: int) -> Iterator[Batch]:
        """Cut into consecutive batches of at most ``rows`` rows (sets, where there are sizes)."""
        for start in range(0, len(self), rows):
            yield self[start : start + rows]

    def to(self, device: torch.device | str) -> Batch:
        """Move every tensor to a device."""
        inputs = {name: tensor.to(device) for name, tensor in self.inputs.items()}
        sizes = None if self.sizes is None else self.sizes.to(device)
        return Batch(inputs, self.labels.to(device), sizes)

    def batch(self, rows: Tensor, generator: torch.Generator) -> Batch:  # noqa: ARG002  a Source's
        """Take rows; nothing is drawn, so ``generator`` is not used (see `Source`)."""
        return self[rows]


def rows_of(sizes: Tensor, chosen: Tensor | slice) -> Tensor:
    """Row numbers of some of the sets that consecutive rows make up.

    Args:
        sizes: ``(k,)`` rows of every set.
        chosen: which sets, in the order wanted.

    Example:
        >>> rows_of(torch.tensor([2, 1, 3]), torch.tensor([2, 0])).tolist()
        [3, 4, 5, 0, 1]
    """
    first = (sizes.cumsum(0) - sizes)[chosen]
    count = sizes[chosen]
    within = torch.arange(int(count.sum()), device=sizes.device)
    within = within - (count.cumsum(0) - count).repeat_interleave(count)
    return first.repeat_interleave(count) + within


@runtime_checkable
class OfSets(Protocol):
    """A source whose batches are made of sets of rows, and that says how many rows each set has."""

    @property
    def sizes(self) -> Tensor | None:
        """``(k,)`` rows of every set; None: every row stands for itself."""
        ...


def sizes_of(source: Source) -> Tensor | None:
    """Rows of every set of a source; None where every row stands for itself.

    Example:
        >>> sizes_of(Batch({"x": torch.zeros(3)}, Labels({}, {}), torch.tensor([1, 2]))).tolist()
        [1, 2]
    """
    return source.sizes if isinstance(source, OfSets) else None


@runtime_checkable
class OfKinds(Protocol):
    """A source that tells its rows (sets, where there are sizes) apart by kind."""

    @property
    def kinds(self) -> Tensor:
        """``(n,)`` int64: rows of one kind are cheap to batch together, such as equal lengths."""
        ...


def kinds_of(source: Source) -> Tensor | None:
    """Kind of every row of a source; None where it does not tell.

    Example:
        >>> kinds_of(Batch({"x": torch.zeros(3)}, Labels({}, {}))) is None
        True
    """
    return source.kinds if isinstance(source, OfKinds) else None


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
        """Make the batch of these row numbers (of sets, where they have sizes), ``(k,)``, int64."""
        ...
