"""The velocity of what diffuses, every row weighed by its noise level."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from evoscope.multitask.batch import Labels
from evoscope.multitask.losses import masked_sum, squared_error
from evoscope.multitask.tasks import Dense, TaskLoss
from evoscope.multitask.tasks.fitted import nothing

WEIGHT = "diffusion_weight"
"""Entry of the labels that holds how much each row's error counts."""


class VelocityTask(Dense):
    """`Dense` whose rows count by their noise level, in units of what diffuses.

    The loss of a velocity of variance 1 is 1 for the answer 0. Its ``nmse`` says how much of it,
    over all noise levels, stays unexplained, which includes what cannot be known.

    Args:
        name: ``signal`` or ``parameters``.

    Example:
        >>> import torch
        >>> task = VelocityTask("signal")
        >>> v, rows = torch.tensor([[1.0, -1.0], [1.0, 2.0]]), torch.ones(2, dtype=torch.bool)
        >>> labels = Labels({"signal": v, WEIGHT: torch.tensor([1.0, 0.5])},
        ...                 {"signal": rows, WEIGHT: rows})
        >>> task.fit(labels)
        >>> loss = task.loss({"signal.v": v + 1.0}, labels)
        >>> loss.total.item(), loss.weight.item()
        (3.0, 3.0)
    """

    primary = "nmse"

    def weight(self, labels: Labels) -> Tensor:
        """Sum of the weights of the values that are there."""
        found = self.known(labels)
        if found is None:
            return super().weight(labels)
        return masked_sum(_per_value(labels, found[0]), found[1])

    def loss(self, outputs: Mapping[str, Tensor], labels: Labels) -> TaskLoss:
        """Weighted squared error of every value."""
        answer, found, weight = self.read(outputs, "v"), self.known(labels), self.weight(labels)
        if found is None:
            return TaskLoss(nothing(answer), weight)
        target, present = found
        each = squared_error(answer, target.to(answer.dtype), present)
        return TaskLoss(masked_sum(each, present, _per_value(labels, target)), weight)

    def read(self, outputs: Mapping[str, Tensor], part: str) -> Tensor:
        """Read the velocity, which stands where other signals have their mean."""
        return super().read(outputs, "v" if part == "mean" else part)

    def baseline(self, labels: Labels) -> dict[str, Tensor]:
        """The mean velocity, for every row."""
        (mean,) = super().baseline(labels).values()
        return {f"{self.output}.v": mean}


def _per_value(labels: Labels, target: Tensor) -> Tensor:
    weight: Tensor = labels.targets[WEIGHT]
    return weight[:, None].expand_as(target)
