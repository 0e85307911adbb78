"""Weights by how fast each loss falls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from evoscope.multitask.weighting.weighting import Weighting


class DynamicWeightAverage(Weighting):
    """Gives more weight to tasks whose loss falls more slowly (DWA, Liu 2019).

    ``w_k = K * softmax_k(r_k / temperature)`` with ``r_k = L_k(t-1) / L_k(t-2)``, over the K tasks
    that have been present in two epochs; the others weigh 1. A task absent from an epoch keeps the
    two losses it has. Where a loss is not positive (a Gaussian likelihood may be), the ratio says
    nothing about how fast it falls and is taken as 1.

    Args:
        tasks: names, in a fixed order.
        temperature: above 0; larger makes the weights more alike.

    Raises:
        ValueError: a temperature that is not positive.

    References:
        Liu, Johns, Davison (2019), End-to-End Multi-Task Learning with Attention.

    Example:
        >>> weighting = DynamicWeightAverage(["falling", "stuck"])
        >>> weighting.after_epoch({"falling": 1.0, "stuck": 1.0})
        >>> weighting.after_epoch({"falling": 0.5, "stuck": 1.0})
        >>> {task: round(weight.item(), 2) for task, weight in weighting.weights().items()}
        {'falling': 0.88, 'stuck': 1.12}
    """

    history: Tensor

    def __init__(self, tasks: Sequence[str], temperature: float = 2.0) -> None:
        super().__init__(tasks)
        if not temperature > 0:
            raise ValueError(f"temperature should be above 0. Found {temperature}.")
        self.temperature = temperature
        # Older and newer epoch of every task; NaN where there is none yet.
        self.register_buffer("history", torch.full((2, len(self.tasks)), torch.nan))

    def weights(self) -> dict[str, Tensor]:
        """Weight of every task; they sum to the number of tasks."""
        older, newer = self.history
        known = torch.isfinite(older)
        rates = torch.where((older > 0) & (newer > 0), newer / older, 1.0)
        logits = torch.where(known, rates / self.temperature, -torch.inf)
        # Without a known task the softmax is NaN, and every weight below is the 1 beside it.
        shared = known.sum() * torch.softmax(logits, 0)
        weights = torch.where(known, shared, 1.0)
        return dict(zip(self.tasks, weights.unbind(), strict=True))

    def after_epoch(self, losses: Mapping[str, float]) -> None:
        """Remember the epoch's losses of the tasks present in it."""
        for column, task in enumerate(self.tasks):
            if task in losses:
                self.history[0, column] = self.history[1, column]
                self.history[1, column] = losses[task]
