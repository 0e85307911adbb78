"""One pooled evaluation: every figure is computed once, over all rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.measure import Measured
from evoscope.multitask.batch import Labels, Source
from evoscope.multitask.loop.accumulate import forward
from evoscope.multitask.model import Outputs
from evoscope.multitask.optimisation.precision import Precision
from evoscope.multitask.seeds import generator
from evoscope.multitask.tasks.task import Task


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What `evaluate` found; see `EpochResult` for the fields.

    Attributes:
        losses: mean loss of every task with labels.
        metrics, trivial: task -> metric -> figure, of the model and of the trivial predictor.
        diversity: task -> how varied the answers are beside the targets.
        outputs, labels: what the tasks read, of all rows, on the CPU.
    """

    losses: Mapping[str, float]
    metrics: Mapping[str, Mapping[str, Measured]]
    trivial: Mapping[str, Mapping[str, Measured]]
    diversity: Mapping[str, Measured]
    outputs: Outputs
    labels: Labels


def evaluate(
    model: nn.Module,
    tasks: Sequence[Task],
    source: Source,
    *,
    rows: int = 256,
    seed: int = 0,
    precision: Precision | None = None,
) -> Evaluation:
    """Evaluate a model on every row of a source.

    Args:
        model: on any device; left in the mode it was in.
        tasks: what is asked, fitted; as `train` takes them.
        source: what to evaluate on; where it draws, it draws the same every time.
        rows: how many at once; only outputs and labels are kept, on the CPU.
        seed: of what the source draws.
        precision: of the forward pass; float32 where not given.

    Raises:
        ValueError: the source is empty.
    """
    if not len(source):
        raise ValueError("an evaluation should have rows. Found none.")
    precision = precision or Precision("float32", next(model.parameters()).device)
    outputs, labels, sums = _pooled(model, tasks, source, rows, seed, precision)
    # Metrics are computed on the CPU, so the scale a task learned has to be there, too.
    on_cpu = {task.name: deepcopy(task).to("cpu") for task in tasks}
    return Evaluation(
        losses={
            name: total / weight
            for name, (total, weight) in zip(on_cpu, sums.tolist(), strict=True)
            if weight > 0
        },
        metrics={name: task.metrics(outputs, labels) for name, task in on_cpu.items()},
        trivial={
            name: task.metrics(task.baseline(labels), labels) for name, task in on_cpu.items()
        },
        diversity={name: task.diversity(outputs, labels) for name, task in on_cpu.items()},
        outputs=outputs,
        labels=labels,
    )


@torch.no_grad()
def _pooled(
    model: nn.Module,
    tasks: Sequence[Task],
    source: Source,
    rows: int,
    seed: int,
    precision: Precision,
) -> tuple[Outputs, Labels, Float[Tensor, "tasks 2"]]:
    """Run a model over every row: outputs and labels, and sum and weight of the tasks' losses."""
    device = next(model.parameters()).device
    batches: list[tuple[Outputs, Labels]] = []
    sums = torch.zeros(len(tasks), 2, dtype=torch.float64)
    was_training = model.training
    model.eval()
    for start in range(0, len(source), rows):
        chosen = torch.arange(start, min(start + rows, len(source)))
        batch = source.batch(chosen, generator(seed, "evaluate", start))
        moved = batch.to(device)
        outputs = forward(model, moved, precision)
        losses = [task.loss(outputs, moved.labels) for task in tasks]
        sums += torch.stack([torch.stack([own.total, own.weight]) for own in losses]).cpu()
        read = {name: x.cpu() for name, x in outputs.items() if _is_read(name, tasks)}
        batches.append((read, batch.labels.to("cpu")))
    model.train(was_training)
    pooled = {name: torch.cat([own[name] for own, _ in batches]) for name in batches[0][0]}
    return pooled, _joined([labels for _, labels in batches]), sums


def _is_read(output: str, tasks: Sequence[Task]) -> bool:
    return any(f"{output}.".startswith(f"{task.output}.") for task in tasks)


def _joined(parts: list[Labels]) -> Labels:
    names = parts[0].targets
    return Labels(
        {name: torch.cat([part.targets[name] for part in parts]) for name in names},
        {name: torch.cat([part.present[name] for part in parts]) for name in names},
    )
