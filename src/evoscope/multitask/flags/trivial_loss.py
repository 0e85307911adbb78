"""What a task loses by answering a constant."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor

from evoscope.multitask.batch import Labels
from evoscope.multitask.tasks.task import Task


@torch.no_grad()
def trivial_losses(tasks: Mapping[str, Task], labels: Labels) -> dict[str, float]:
    """Mean loss of the best constant answer each task knows, of the tasks that have labels.

    Args:
        tasks: fitted.
        labels: on the tasks' device.

    Example:
        >>> from evoscope.multitask.tasks import Classification
        >>> task = Classification("kind", ["a", "b"])
        >>> labels = Labels({"kind": torch.tensor([0, 0, 1, 1])},
        ...                 {"kind": torch.ones(4, dtype=torch.bool)})
        >>> task.fit(labels)
        >>> round(trivial_losses({"kind": task}, labels)["kind"], 4)  # ln 2
        0.6931
    """
    losses = {}
    for name, task in tasks.items():
        if labels.has(name):
            total, weight = constant_sums(task, labels).unbind(1)
            losses[name] = float((total / weight).min())
    return losses


@torch.no_grad()
def constant_sums(task: Task, labels: Labels) -> Float[Tensor, "constants 2"]:
    """Sum and weight of the losses of each constant answer that a task knows.

    Args:
        task: fitted.
        labels: on the task's device; zeros come of none.
    """
    baseline = task.baseline(labels)
    candidates = [baseline]
    if len(baseline) == 1:
        # Where classes are weighted, the weighted shares, where a head starts, lose less.
        key, tensor = next(iter(baseline.items()))
        start = task.start().centre.to(tensor)
        # Signals may be shorter than the longest one, where a head starts.
        if start.shape == tensor.shape[1:]:
            candidates.append({key: start.expand_as(tensor)})
    found = [task.loss(outputs, labels) for outputs in candidates]
    return torch.stack([torch.stack([loss.total, loss.weight]) for loss in found])
