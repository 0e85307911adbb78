"""Weights learned as the precision of each task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from evoscope.multitask.weighting.weighting import Weighting


class Uncertainty(Weighting):
    """Learns a log-variance s per task and minimises ``exp(-s) * loss + s`` (Kendall 2018).

    A task settles at ``s = log(loss)``: what stays noisy counts less. Both terms count only where
    the task is present. With the loss alone masked, a task labelled in a tenth of the batches pays
    for s ten times as often as it earns it, and its weight drifts to ten times what it should be.
    Each s is a parameter of its own, so that an optimiser passes over it where its task is absent:
    momentum from an earlier batch does not move it.

    s stays within bounds. They also hold it where a loss falls to zero or below (a Gaussian
    likelihood may), where the minimum would be at minus infinity.

    Args:
        tasks: names, in a fixed order.
        low: smallest s; the default lets no task count more than ``exp(4)``, about 55.
        high: largest s.

    Raises:
        ValueError: ``low < 0 < high`` does not hold.

    References:
        Kendall, Gal, Cipolla (2018), Multi-Task Learning Using Uncertainty to Weigh Losses for
        Scene Geometry and Semantics.

    Example:
        >>> weighting = Uncertainty(["wave", "class"])
        >>> {task: weight.item() for task, weight in weighting.weights().items()}
        {'wave': 1.0, 'class': 1.0}
        >>> weighting.penalty({"wave": True, "class": False}).item()
        0.0
    """

    def __init__(self, tasks: Sequence[str], low: float = -4.0, high: float = 6.0) -> None:
        super().__init__(tasks)
        if not low < 0 < high:
            raise ValueError(
                f"bounds of the log-variance should enclose 0. Found {low} and {high}."
            )
        self.low, self.high = low, high
        # A list, not a dict: names of parameters may not hold a dot, names of tasks may.
        self.log_variances = nn.ParameterList(nn.Parameter(torch.zeros(())) for _ in self.tasks)

    def weights(self) -> dict[str, Tensor]:
        """Precision ``exp(-s)`` of every task."""
        return {task: torch.exp(-s) for task, s in zip(self.tasks, self.log_variances, strict=True)}

    def penalty(self, present: Mapping[str, bool | float]) -> Tensor | None:
        """Sum of s over the tasks present; nothing where none is."""
        terms = [
            present[task] * s
            for task, s in zip(self.tasks, self.log_variances, strict=True)
            if present[task]
        ]
        return torch.stack(terms).sum() if terms else None

    def after_step(self, losses: Mapping[str, float]) -> None:  # noqa: ARG002  of the contract
        """Put every s back within its bounds, where its gradient still moves it."""
        with torch.no_grad():
            for s in self.log_variances:
                s.clamp_(self.low, self.high)
