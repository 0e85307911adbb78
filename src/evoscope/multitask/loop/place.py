"""Where a run happens: its device, and the processes that share its batches."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import Tensor, distributed, nn

from evoscope.multitask.sampling import shard

Value = TypeVar("Value")

DEVICES = ("auto", "cuda", "mps", "cpu")


@dataclass(frozen=True, slots=True)
class Place:
    """A device, and this process's number among those that share the run.

    Attributes:
        device: where the model is.
        rank: number of this process; 0 writes the files.
        world: how many processes share every batch.

    Example:
        >>> Place(torch.device("cpu")).share(torch.arange(3))
        tensor([0, 1, 2])
        >>> Place(torch.device("cpu"), rank=1, world=2).share(torch.arange(3))
        tensor([1])
    """

    device: torch.device
    rank: int = 0
    world: int = 1

    @property
    def writes(self) -> bool:
        """Whether this process writes files and speaks to the terminal."""
        return self.rank == 0

    def share(self, rows: Tensor) -> Tensor:
        """Take this process's part of a batch's rows; it may be empty."""
        return shard(rows, self.rank, self.world)

    def sum(self, values: Tensor) -> Tensor:
        """Add up over processes, in place."""
        if self.world > 1:
            distributed.all_reduce(values)
        return values

    def agree(self, value: Value) -> Value:
        """Give every process the value that the writing process has."""
        if self.world == 1:
            return value
        box: list[Any] = [value]
        distributed.broadcast_object_list(box, src=0, device=self.device)
        agreed: Value = box[0]
        return agreed

    def sum_gradients(self, parameters: Sequence[nn.Parameter]) -> None:
        """Add up gradients over processes; a parameter none of them used keeps none.

        One flat sum after the last micro-batch, instead of ``DistributedDataParallel``: which heads
        take part differs between processes, batches and phases, and here that needs no wrapper and
        no search for unused parameters.
        """
        if self.world == 1:
            return
        for dtype in sorted({p.dtype for p in parameters}, key=str):
            same = [p for p in parameters if p.dtype == dtype]
            used = torch.tensor([float(p.grad is not None) for p in same], device=self.device)
            flat = torch.cat(
                [p.new_zeros(p.numel()) if p.grad is None else p.grad.flatten() for p in same]
            )
            for values in (used, flat):
                distributed.all_reduce(values)
            parts = torch.split(flat, [p.numel() for p in same])
            for parameter, part, processes in zip(same, parts, used.tolist(), strict=True):
                parameter.grad = part.view_as(parameter) if processes else None

    def same_start(self, module: nn.Module) -> None:
        """Give every process the writing process's parameters and buffers."""
        if self.world > 1:
            for tensor in (*module.parameters(), *module.buffers()):
                distributed.broadcast(tensor.detach(), src=0)


def choose_device(name: str) -> torch.device:
    """Turn a recipe's device into one that is there.

    Args:
        name: one of `DEVICES`; ``auto`` is the first of them that this machine has.

    Raises:
        ValueError: unknown, or not on this machine.

    Example:
        >>> choose_device("cpu")
        device(type='cpu')
    """
    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if name != "auto" and not there.get(name, False):
        usable = ["auto", *(device for device, is_there in there.items() if is_there)]
        raise ValueError(f"device should be one of {usable} on this machine. Found {name!r}.")
    chosen = next(
        device for device, is_there in there.items() if is_there and name in ("auto", device)
    )
    if chosen == "cuda":
        return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
    return torch.device(chosen)


@contextmanager
def joined(device_name: str) -> Iterator[Place]:
    """Choose the device; under ``torchrun``, join the other processes for the run's duration.

    Example:
        >>> with joined("cpu") as place:
        ...     place.world
        1
    """
    device = choose_device(device_name)
    if device.type == "cuda":
        torch.cuda.set_device(device)
    join = int(os.environ.get("WORLD_SIZE", "1")) > 1 and not distributed.is_initialized()
    if join:
        distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        if distributed.is_initialized():
            yield Place(device, distributed.get_rank(), distributed.get_world_size())
        else:
            yield Place(device)
    finally:
        if join:
            distributed.destroy_process_group()
