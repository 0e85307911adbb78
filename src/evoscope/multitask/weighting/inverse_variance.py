"""Weights by how little each loss has moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from evoscope.multitask.weighting.weighting import Weighting


def inverse_variance_weights(
    histories: Mapping[str, Sequence[float]], floor: float = 1e-6
) -> dict[str, float]:
    """Weights in proportion to one over the variance of each loss history, with mean 1.

    Args:
        histories: task -> its losses, at least two.
        floor: smallest variance.

    Raises:
        ValueError: a history of fewer than two losses.

    Example:
        >>> histories = {"emotions": [2.5, 2.3, 2.1, 2.0, 1.9],
        ...              "vad": [0.8, 0.7, 0.65, 0.6, 0.58]}
        >>> weights = inverse_variance_weights(histories)
        >>> {task: round(weight, 2) for task, weight in weights.items()}
        {'emotions': 0.24, 'vad': 1.76}
    """
    for task, history in histories.items():
        if len(history) < 2:
            raise ValueError(f"a history should hold two losses or more. Found {task}: {history}.")
    variances = torch.stack(
        [torch.tensor(h, dtype=torch.float64).var(correction=0) for h in histories.values()]
    )
    weights = _mean_one(1 / variances.clamp(min=floor))
    return dict(zip(histories, weights.tolist(), strict=True))


class InverseVariance(Weighting):
    """Weights in proportion to one over the variance of each task's last losses.

    Warning: here for comparison, not for use. The variance of a loss over epochs says how far the
    loss has moved, not how noisy the task is. The task that learns fastest is turned down, one that
    learns nothing gets the largest weight of all, and halving the unit of a loss multiplies its
    weight by four. `Uncertainty` is what the idea is after; `DynamicWeightAverage` turns up slow
    tasks without the blow-up at zero.

    Args:
        tasks: names, in a fixed order. A task present in fewer than two epochs weighs 1.
        window: number of last epochs that count, at least 2.
        floor: smallest variance; without it one constant loss takes all the weight.

    Raises:
        ValueError: a window below 2, or a floor that is not positive.

    Example:
        >>> weighting = InverseVariance(["learning", "stuck"])
        >>> weighting.after_epoch({"learning": 1.0, "stuck": 1.0})
        >>> weighting.after_epoch({"learning": 0.5, "stuck": 0.99})
        >>> {task: round(weight.item(), 2) for task, weight in weighting.weights().items()}
        {'learning': 0.0, 'stuck': 2.0}
    """

    history: Tensor

    def __init__(self, tasks: Sequence[str], window: int = 5, floor: float = 1e-6) -> None:
        super().__init__(tasks)
        if window < 2 or not floor > 0:
            raise ValueError(
                "window should be 2 or more and floor above 0. "
                f"Found window {window}, floor {floor}."
            )
        self.floor = floor
        # Newest last; NaN where there is no epoch yet.
        self.register_buffer("history", torch.full((window, len(self.tasks)), torch.nan))

    def weights(self) -> dict[str, Tensor]:
        """Weight of every task, with mean 1."""
        seen = torch.isfinite(self.history)
        known = seen.sum(0) >= 2
        mean = self.history.nanmean(0)
        squares = torch.where(seen, (self.history - mean) ** 2, 0.0).sum(0)
        variances = (squares / seen.sum(0).clamp(min=1)).clamp(min=self.floor)
        weights = torch.ones_like(variances)
        weights[known] = _mean_one(1 / variances[known])
        return dict(zip(self.tasks, weights.unbind(), strict=True))

    def after_epoch(self, losses: Mapping[str, float]) -> None:
        """Remember the epoch's losses of the tasks present in it."""
        for column, task in enumerate(self.tasks):
            if task in losses:
                self.history[:, column] = self.history[:, column].roll(-1)
                self.history[-1, column] = losses[task]


def _mean_one(weights: Float[Tensor, " tasks"]) -> Float[Tensor, " tasks"]:
    return weights / weights.mean()
