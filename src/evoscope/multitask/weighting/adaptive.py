"""Weights that make the losses alike in size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from evoscope.multitask.weighting.weighting import Weighting


class Adaptive(Weighting):
    """Weights in proportion to one over the running mean of each loss's magnitude, with mean 1.

    Every task then adds about the same to what is minimised, whatever its unit. It does not ask
    whether a task still learns: a task at its noise floor goes on counting as much as the rest.

    The running mean starts at the first loss seen, and sees only batches in which the task is
    present: a rare task is not taken for a small one. A task not seen yet weighs 1.

    Args:
        tasks: names, in a fixed order.
        decay: share of the running mean that a step keeps, in 0..1.
        floor: smallest magnitude; without it one loss at zero takes all the weight.

    Raises:
        ValueError: decay outside ``[0, 1)``, or a floor that is not positive.

    Example:
        >>> weighting = Adaptive(["small", "large"])
        >>> weighting.after_step({"small": 0.5, "large": 1.5})
        >>> {task: weight.item() for task, weight in weighting.weights().items()}
        {'small': 1.5, 'large': 0.5}
    """

    magnitudes: Tensor

    def __init__(self, tasks: Sequence[str], decay: float = 0.99, floor: float = 1e-3) -> None:
        super().__init__(tasks)
        if not 0 <= decay < 1 or not floor > 0:
            raise ValueError(
                f"decay should be in [0, 1) and floor above 0. Found decay {decay}, floor {floor}."
            )
        self.decay, self.floor = decay, floor
        self.register_buffer("magnitudes", torch.full((len(self.tasks),), torch.nan))

    def weights(self) -> dict[str, Tensor]:
        """Weight of every task, with mean 1."""
        known = torch.isfinite(self.magnitudes)
        inverse = 1 / self.magnitudes[known].clamp(min=self.floor)
        weights = torch.ones_like(self.magnitudes)
        weights[known] = inverse / inverse.mean()
        return dict(zip(self.tasks, weights.unbind(), strict=True))

    def after_step(self, losses: Mapping[str, float]) -> None:
        """Move the running means of the tasks present."""
        for column, task in enumerate(self.tasks):
            if task in losses:
                before = self.magnitudes[column]
                now = before.new_tensor(abs(losses[task]))
                moved = self.decay * before + (1 - self.decay) * now
                self.magnitudes[column] = torch.where(torch.isfinite(before), moved, now)
