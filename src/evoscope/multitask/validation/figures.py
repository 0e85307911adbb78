"""Every figure of a task over a pool of rows, with intervals over groups."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from evoscope.measure import Measured, bootstrap_interval
from evoscope.multitask.batch import Labels
from evoscope.multitask.model import Outputs
from evoscope.multitask.tasks.task import Task

RESAMPLES = 200


def pooled_figures(
    task: Task,
    outputs: Outputs,
    labels: Labels,
    groups: NDArray[Any],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Measured]:
    """Compute a task's figures once over all rows, each with its 90 % interval over groups.

    Args:
        task: fitted, on the CPU.
        outputs: of all rows, on the CPU.
        labels: of all rows, on the CPU.
        groups: of every row.
        resamples: of the groups.
        seed: of the resampling.

    Example:
        >>> from evoscope.multitask.tasks import Regression
        >>> task, y = Regression("size"), torch.arange(20.0)
        >>> labels = Labels({"size": y}, {"size": torch.ones(20, dtype=torch.bool)})
        >>> task.fit(labels)
        >>> figures = pooled_figures(task, {"size.mean": y + 1}, labels, np.arange(20))
        >>> figures["mae"].value, figures["mae"].low
        (1.0, 1.0)
    """
    whole = task.metrics(outputs, labels)
    # A resample is scored once for all metrics: they are asked for one after another.
    memory: dict[bytes, dict[str, Measured]] = {}

    def scored(rows: NDArray[np.intp]) -> dict[str, Measured]:
        key = rows.tobytes()
        if key not in memory:
            chosen = torch.from_numpy(rows)
            some = {name: tensor[chosen] for name, tensor in outputs.items()}
            memory[key] = task.metrics(some, labels[chosen])
        return memory[key]

    figures = {}
    for name, figure in whole.items():

        def metric(rows: NDArray[np.intp], mask: object, *, name: str = name) -> Measured:  # noqa: ARG001  of a Metric
            return scored(rows)[name]

        again = bootstrap_interval(metric, groups, np.arange(len(groups)), n=resamples, seed=seed)
        figures[name] = replace(again, value=figure.value)
    return figures
