"""Weights that stay as they were given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from evoscope.multitask.weighting.weighting import Weighting


class Fixed(Weighting):
    """Every task counts as it was told to.

    Args:
        tasks: names, in a fixed order.
        weights: weight of every task, each finite and at least 0; all 1 where not given.

    Raises:
        ValueError: a task without weight, a weight without task, or a weight that cannot be.

    Example:
        >>> weighting = Fixed(["wave", "class"], {"wave": 1.0, "class": 10.0})
        >>> {task: weight.item() for task, weight in weighting.weights().items()}
        {'wave': 1.0, 'class': 10.0}
    """

    values: Tensor

    def __init__(self, tasks: Sequence[str], weights: Mapping[str, float] | None = None) -> None:
        super().__init__(tasks)
        if weights is None:
            weights = dict.fromkeys(self.tasks, 1.0)
        if set(weights) != set(self.tasks):
            raise ValueError(
                f"weights should name every task once: {sorted(self.tasks)}. "
                f"Found {sorted(weights)}."
            )
        values = torch.tensor([float(weights[task]) for task in self.tasks])
        if not bool((torch.isfinite(values) & (values >= 0)).all()):
            raise ValueError(f"weights should be finite and at least 0. Found {dict(weights)}.")
        self.register_buffer("values", values)

    def weights(self) -> dict[str, Tensor]:
        """The weights given."""
        return dict(zip(self.tasks, self.values.unbind(), strict=True))
