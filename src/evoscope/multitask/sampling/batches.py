"""The order in which rows are trained on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import torch
from jaxtyping import Int
from torch import Tensor

from evoscope.multitask.batch import Labels
from evoscope.multitask.sampling.settings import (
    AlikeSampling,
    BalancedSampling,
    Sampling,
    ShuffledSampling,
    TaskAwareSampling,
)


def n_batches(n_rows: int, batch_size: int) -> int:
    """How many batches make an epoch, the same for every sampling."""
    return math.ceil(n_rows / batch_size)


def batches(
    sampling: Sampling,
    labels: Labels,
    n_rows: int,
    batch_size: int,
    generator: torch.Generator,
    sizes: Int[Tensor, " sets"] | None = None,
    kinds: Int[Tensor, " rows"] | None = None,
) -> Iterator[Int[Tensor, " rows"]]:
    """Row numbers of every batch of an epoch.

    A function of its arguments alone: with a generator seeded by run and epoch, a resumed run goes
    through the same batches. An epoch has as many batches as it takes to hold every row once. Where
    rows are drawn by class or task, those of a rare one come again within an epoch and not all of a
    frequent one come; each is gone through in full before it is shuffled again.

    Args:
        sampling: see `Sampling`.
        labels: of all rows; not read by shuffled sampling.
        n_rows: how many rows there are.
        batch_size: rows of a batch. The last shuffled batch may be shorter.
        generator: on the CPU.
        sizes: of sets of rows, where a batch is made of sets: then these are numbered and counted,
            and a set stands where one of its rows is labelled.
        kinds: of every row (set, where there are sizes): read where rows alike should meet.

    Raises:
        ValueError: a source that does not tell kinds apart, a task without labels, targets that
            are not one class per row, or batches too small to hold what they should.

    Example:
        >>> labels = Labels({"rare": torch.tensor([1, 0, 0, 0, 0, 0])},
        ...                 {"rare": torch.ones(6, dtype=torch.bool)})
        >>> for rows in batches(BalancedSampling(task="rare"), labels, 6, 2,
        ...                     torch.Generator().manual_seed(0)):
        ...     print(labels.targets["rare"][rows].sum().item())
        1
        1
        1
    """
    match sampling:
        case ShuffledSampling():
            yield from torch.split(torch.randperm(n_rows, generator=generator), batch_size)
            return
        case AlikeSampling():
            yield from _alike(kinds, batch_size, generator)
            return
        case BalancedSampling():
            strata, shares = _by_class(labels, sampling.task, _members(labels, sizes))
        case TaskAwareSampling():
            members = _members(labels, sizes)
            strata, shares = _by_task(labels, sampling.shares, n_rows, batch_size, members)
    yield from _stratified(strata, shares, n_batches(n_rows, batch_size), batch_size, generator)


def _alike(kinds: Tensor | None, batch_size: int, generator: torch.Generator) -> Iterator[Tensor]:
    if kinds is None:
        raise ValueError(
            "sampling of rows alike should have a source that says of which kind every row is. "
            "Found one without kinds: use shuffled sampling."
        )
    rows = torch.randperm(len(kinds), generator=generator)
    groups = torch.split(rows[kinds[rows].argsort(stable=True)], batch_size)
    whole = len(kinds) // batch_size
    for place in torch.randperm(whole, generator=generator).tolist():
        yield groups[place]
    yield from groups[whole:]


def shard(rows: Int[Tensor, " rows"], rank: int, world: int) -> Int[Tensor, " own"]:
    """The rows of a batch that one of several processes takes; together they take each once.

    Every process computes the whole batch's order and keeps its own part, so the batches are those
    of one process. A process takes none where there are fewer rows than processes.

    Args:
        rows: of the whole batch.
        rank: of this process, from 0.
        world: number of processes.

    Example:
        >>> [shard(torch.arange(5), rank, 2).tolist() for rank in range(2)]
        [[0, 2, 4], [1, 3]]
    """
    return rows[rank::world]


def _members(labels: Labels, sizes: Tensor | None) -> Tensor:
    """The number under which every row of the labels is chosen: its own, or that of its set."""
    if sizes is None:
        return torch.arange(len(labels))
    return torch.arange(len(sizes)).repeat_interleave(sizes)


def _by_class(labels: Labels, task: str, members: Tensor) -> tuple[list[Tensor], list[float]]:
    known = _labelled(labels, task)
    targets = labels.targets[task]
    if targets.ndim != 1 or targets.dtype.is_floating_point:
        raise ValueError(
            f"balanced sampling should have a task with one class number per row. Found {task!r} "
            f"with targets of {targets.dtype}, shape {tuple(targets.shape)}."
        )
    strata = [
        torch.unique(members[known & (targets == value)]) for value in torch.unique(targets[known])
    ]
    everyone, labelled = torch.unique(members), torch.unique(members[known])
    share = len(labelled) / len(everyone)
    shares = [share / len(strata)] * len(strata)
    if share < 1:
        strata.append(everyone[~torch.isin(everyone, labelled)])
        shares.append(1 - share)
    return strata, shares


def _by_task(
    labels: Labels,
    shares: dict[str, float] | None,
    n_rows: int,
    batch_size: int,
    members: Tensor,
) -> tuple[list[Tensor], list[float]]:
    if shares is None:
        shares = dict.fromkeys(labels.present, 1 / len(labels.present))
    smallest = min(shares.values())
    if smallest * batch_size < 1 - 1e-9:
        raise ValueError(
            f"a batch should hold a row of every task: at least {math.ceil(1 / smallest)} rows for "
            f"a share of {smallest:g}. Found a batch of {batch_size}."
        )
    strata = [torch.unique(members[_labelled(labels, task)]) for task in shares]
    rest = 1 - sum(shares.values())
    if rest > 1e-9:
        return [*strata, torch.arange(n_rows)], [*shares.values(), rest]
    return strata, list(shares.values())


def _labelled(labels: Labels, task: str) -> Tensor:
    if not labels.has(task):
        known = sorted(name for name in labels.present if labels.has(name))
        raise ValueError(f"sampling should name tasks that have labels: {known}. Found {task!r}.")
    mask = labels.present[task]
    return mask.reshape(len(mask), -1).any(1)


def _stratified(
    strata: Sequence[Tensor],
    shares: Sequence[float],
    n: int,
    batch_size: int,
    generator: torch.Generator,
) -> Iterator[Tensor]:
    counts = _counts(shares, n, batch_size, generator)
    columns = []
    for stratum, per_batch in zip(strata, counts.T, strict=True):
        needed = int(per_batch.sum())
        rounds = math.ceil(needed / len(stratum))
        stream = torch.cat(
            [stratum[torch.randperm(len(stratum), generator=generator)] for _ in range(rounds)]
            or [stratum[:0]]
        )
        columns.append(torch.split(stream[:needed], per_batch.tolist()))
    for parts in zip(*columns, strict=True):
        rows = torch.cat(parts)
        yield rows[torch.randperm(len(rows), generator=generator)]


def _counts(shares: Sequence[float], n: int, batch_size: int, generator: torch.Generator) -> Tensor:
    """Rows of every stratum in every batch, ``(n, strata)``.

    Systematic sampling: a batch is a ruler with a mark per row, laid over the shares end to end. No
    count is further than one row from its share, all of them sum to the batch, and sliding the
    ruler by the golden ratio makes up over batches for what a batch rounds.
    """
    ends = torch.tensor([0.0, *shares], dtype=torch.float64).cumsum(0) * batch_size
    ends[-1] = batch_size
    golden = (math.sqrt(5) - 1) / 2
    start = torch.rand((), generator=generator, dtype=torch.float64)
    slides = (start + golden * torch.arange(n, dtype=torch.float64)) % 1
    return (ends + slides[:, None]).floor().diff(dim=1).long()
