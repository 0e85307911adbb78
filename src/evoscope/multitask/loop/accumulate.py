"""The gradient of one batch, in as many micro-batches as memory allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import torch
from torch import Tensor, nn

from evoscope.multitask.adaptation import Penalty
from evoscope.multitask.batch import Batch
from evoscope.multitask.model import Outputs
from evoscope.multitask.optimisation.precision import Precision
from evoscope.multitask.tasks.task import Task
from evoscope.multitask.weighting.weighting import Weighting

Key = TypeVar("Key")


@dataclass(slots=True)
class Sums:
    """What a batch's micro-batches add up to; scalars, detached.

    Attributes:
        loss: what is minimised.
        totals: sum of each task's losses.
        parts: (task, part) -> sum.
    """

    loss: Tensor
    totals: dict[str, Tensor] = field(default_factory=dict)
    parts: dict[tuple[str, str], Tensor] = field(default_factory=dict)


def forward(model: nn.Module, batch: Batch, precision: Precision) -> Outputs:
    """Run a model, in its precision; what it says is float32 or wider."""
    with precision.autocast():
        outputs: Outputs = model(**batch.inputs)
    half = (torch.bfloat16, torch.float16)
    return {name: x.float() if x.dtype in half else x for name, x in outputs.items()}


def accumulate(
    model: nn.Module,
    tasks: Mapping[str, Task],
    weighting: Weighting,
    batch: Batch,
    *,
    micro_batch: int,
    divisors: Mapping[str, float],
    factors: Mapping[str, float],
    penalize: bool,
    precision: Precision,
    penalties: Sequence[Penalty],
    rows: int,
    draws: torch.Generator,
) -> Sums:
    """Add a batch's gradient to the parameters, micro-batch by micro-batch.

    Micro-batches, and processes, add up to the gradient of the whole batch exactly, because each
    task's sum is divided by the label weight of the whole batch, known beforehand.

    Args:
        model: in training.
        tasks: those that have a label in the whole batch.
        weighting: how much each counts.
        batch: this process's rows, on the model's device.
        micro_batch: rows at once.
        divisors: task -> label weight of the whole batch, over all processes.
        factors: task -> what a curriculum multiplies its weight by.
        penalize: whether to add the weighting's penalty: once per batch, in one process.
        precision: of the forward pass; scales the loss where it must.
        penalties: what else is minimised, as a mean over rows.
        rows: of the whole batch, over all processes.
        draws: all that penalties may draw from.

    Returns:
        the sums of these rows.
    """
    sums = Sums(torch.zeros((), device=next(iter(batch.inputs.values())).device))
    parts = [batch] if len(batch) <= micro_batch else batch.split(micro_batch)
    for number, part in enumerate(parts):
        outputs = forward(model, part, precision)
        weights = weighting.weights()
        loss = torch.zeros_like(sums.loss)
        for name, task in tasks.items():
            own = task.loss(outputs, part.labels)
            loss = loss + weights[name] * (factors[name] / divisors[name]) * own.total
            _add(sums.totals, name, own.total)
            for what, value in own.parts.items():
                _add(sums.parts, (name, what), value)
        for penalty in penalties:
            loss = loss + (len(part) / rows) * penalty(model, outputs, draws)
        if penalize and number == 0:
            of_weights = weighting.penalty(
                {name: factors[name] if name in tasks else 0.0 for name in weighting.tasks}
            )
            if of_weights is not None:
                loss = loss + of_weights
        if loss.requires_grad:  # not where all that a task reaches is frozen
            torch.autograd.backward(precision.scaler.scale(loss))
        sums.loss += loss.detach()
    return sums


def memory_ran_out(error: BaseException) -> bool:
    """Whether an error means that there was not enough memory, on whatever device.

    Example:
        >>> memory_ran_out(RuntimeError("DefaultCPUAllocator: can't allocate memory"))
        True
        >>> memory_ran_out(RuntimeError("shapes do not match"))
        False
    """
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    signs = ("out of memory", "can't allocate memory", "not enough memory")
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in signs)


def _add(sums: dict[Key, Tensor], key: Key, value: Tensor) -> None:
    value = value.detach()
    sums[key] = sums[key] + value if key in sums else value
