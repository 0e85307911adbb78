"""Numbers that cannot leave a range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from evoscope.multitask.batch import Labels
from evoscope.multitask.tasks.regression import Regression, RegressionLoss


class BoundedRegression(Regression):
    """`Regression` of numbers between bounds: labels beyond are refused, answers beyond are cut.

    Args:
        name, output, columns, loss, delta, beta, auxiliary_weight: as in `Regression`.
        low: lower bound, one or one per column, in the target's units.
        high: upper bound.

    Raises:
        ValueError: low not below high.

    Example:
        >>> task = BoundedRegression("threshold", low=0.0, high=100.0)
        >>> task.fit(Labels({"threshold": torch.tensor([20.0, 140.0])},
        ...                 {"threshold": torch.ones(2, dtype=torch.bool)}))
        Traceback (most recent call last):
        ValueError: labels of 'threshold' should be between 0.0 and 100.0. Found 140 in row 1.
    """

    low: Tensor
    high: Tensor

    def __init__(
        self,
        name: str,
        *,
        low: float | Sequence[float],
        high: float | Sequence[float],
        output: str | None = None,
        columns: Sequence[str] = (),
        loss: RegressionLoss = "huber",
        delta: float = 1.0,
        beta: float = 0.5,
        auxiliary_weight: float = 0.0,
    ) -> None:
        super().__init__(
            name,
            output=output,
            columns=columns,
            loss=loss,
            delta=delta,
            beta=beta,
            auxiliary_weight=auxiliary_weight,
        )
        # Given, not learned: not saved with the state.
        self.register_buffer("low", torch.tensor(low, dtype=torch.float32), persistent=False)
        self.register_buffer("high", torch.tensor(high, dtype=torch.float32), persistent=False)
        if not bool((self.low < self.high).all()):
            raise ValueError(f"low should be below high. Found {low} and {high}.")

    def fit(self, labels: Labels) -> None:
        """Learn mean and standard deviation, of labels that are all within the bounds."""
        target, present = self.known_to_fit(labels)
        low, high, value = self.low.cpu(), self.high.cpu(), target.float()
        self.refuse(
            present & ((value < low) | (value > high)),
            target,
            f"between {low.tolist()} and {high.tolist()}",
        )
        super().fit(labels)

    def predict(self, outputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """As in `Regression`, ``value`` cut to the bounds."""
        answers = super().predict(outputs)
        return answers | {"value": answers["value"].clamp(self.low, self.high)}
