"""An exponential moving average of the weights."""

from __future__ import annotations

from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

Tensors: TypeAlias = list[Tensor] | tuple[Tensor, ...]


class MovingAverage:
    """Keeps an average of a model's weights, which is often the better model.

    ``average = decay * average + (1 - decay) * weights`` after every step, with a decay that rises
    as ``(1 + step) / (10 + step)`` until it reaches its value: early on there is little to average,
    and the random first weights should not linger. Buffers are copied, not averaged.

    Args:
        model: whose weights.
        decay: above 0, below 1.

    Attributes:
        model: has the averaged weights.

    Example:
        >>> model = nn.Linear(1, 1, bias=False)
        >>> average = MovingAverage(model, decay=0.9)
        >>> _ = nn.init.constant_(model.weight, 1.0)
        >>> for step in range(200):
        ...     average.update(model, step)
        >>> round(average.model.weight.item(), 3)
        1.0
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        self._decay = decay
        self._now = decay
        self._averaged = AveragedModel(model, multi_avg_fn=self._blend)
        self.model: nn.Module = self._averaged.module

    def update(self, model: nn.Module, step: int) -> None:
        """Take in the weights after a step, counted from 0."""
        self._now = min(self._decay, (1 + step) / (10 + step))
        self._averaged.update_parameters(model)

    def state_dict(self) -> dict[str, Tensor]:
        """Tensors to save."""
        return self._averaged.state_dict()

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Take back what was saved."""
        self._averaged.load_state_dict(state)

    @torch.no_grad()
    def _blend(self, averaged: Tensors, current: Tensors, _: Tensor | int) -> None:
        # The step is known here: torch's own count would be read back from the device every step.
        torch._foreach_lerp_(averaged, current, 1.0 - self._now)
