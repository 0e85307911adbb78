"""Weights learned from what helps on validation rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from evoscope.multitask.weighting.weighting import Weighting


class Learned(Weighting):
    """Turns up the tasks whose gradient points where validation rows want to go.

    After one gradient step of size a, the validation loss moves by ``-a * w_k * <g_k, g_val>`` for
    each task k: the derivative by the weight is that product, the first-order form of learning
    weights on held-out rows (Ren 2018; Navon 2021 for auxiliary tasks). Here a weight's logarithm
    moves by ``rate * cosine(g_k, g_val)``: the cosine, so that a task is not preferred for the size
    of its gradient. ``w = K * softmax(logits)``, so the weights sum to the number of tasks.

    The gradients come from `evoscope.multitask.weighting.validation_gradient.ValidationGradient`, a
    callback. Without it, every weight stays 1.

    Args:
        tasks: names, in a fixed order.
        rate: how far one update moves.
        limit: largest distance of a logit from their mean; the default keeps the heaviest task
            within ``exp(6)`` of the lightest.

    Raises:
        ValueError: rate or limit is not positive.

    References:
        Ren, Zeng, Yang, Urtasun (2018), Learning to Reweight Examples for Robust Deep Learning.
        Navon, Achituve, Maron, Chechik, Fetaya (2021), Auxiliary Learning by Implicit
        Differentiation.

    Example:
        >>> weighting = Learned(["helps", "harms", "absent"], rate=0.5)
        >>> weighting.update({"helps": 1.0, "harms": -1.0})
        >>> {task: round(weight.item(), 2) for task, weight in weighting.weights().items()}
        {'helps': 1.52, 'harms': 0.56, 'absent': 0.92}
    """

    logits: Tensor

    def __init__(self, tasks: Sequence[str], rate: float = 0.05, limit: float = 3.0) -> None:
        super().__init__(tasks)
        if not rate > 0 or not limit > 0:
            raise ValueError(f"rate and limit should be above 0. Found rate {rate}, limit {limit}.")
        self.rate, self.limit = rate, limit
        self.register_buffer("logits", torch.zeros(len(self.tasks)))

    def weights(self) -> dict[str, Tensor]:
        """Weight of every task; they sum to the number of tasks."""
        weights = len(self.tasks) * torch.softmax(self.logits, 0)
        return dict(zip(self.tasks, weights.unbind(), strict=True))

    def update(self, alignments: Mapping[str, float]) -> None:
        """Move the weights.

        Args:
            alignments: task -> cosine of its training gradient with the validation gradient, of
                the tasks present in the training rows.
        """
        for column, task in enumerate(self.tasks):
            if task in alignments:
                self.logits[column] += self.rate * alignments[task]
        self.logits -= self.logits.mean()
        self.logits.clamp_(-self.limit, self.limit)
