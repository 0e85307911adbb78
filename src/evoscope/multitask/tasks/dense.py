"""A whole signal for every row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np
from jaxtyping import Bool, Float
from torch import Tensor

from evoscope.measure import Measured, correlation, undefined
from evoscope.multitask.batch import Labels
from evoscope.multitask.heads.head import Start
from evoscope.multitask.losses import hide, huber, masked_sum, squared_error
from evoscope.multitask.tasks.fitted import FittedTask, column_moments, count, nothing
from evoscope.multitask.tasks.scores import Array, finite, no_figure, numbers, relative_spread
from evoscope.multitask.tasks.task import TaskLoss

DenseLoss = Literal["mse", "huber"]


class Dense(FittedTask):
    """A signal for every row, any sample of which may be unknown; reads ``mean``.

    Targets are ``(n, samples)`` or ``(n, channels, samples)``, masks as fine as that. One scale
    for all: the standard deviation about the mean signal, so that large responses stay large. The
    trivial answer is the mean signal; in ``nmse`` no signal at all scores 1.

    Args:
        name: names its targets in `Labels`.
        output: prefix of the outputs it reads; the task's name without.
        loss: ``mse`` or ``huber``.
        delta: of the Huber loss, in spreads.

    Raises:
        ValueError: an unknown loss.

    Example:
        >>> import torch
        >>> task = Dense("clean")
        >>> labels = Labels({"clean": torch.tensor([[0.0, 2.0], [0.0, -2.0]])},
        ...                 {"clean": torch.ones(2, dtype=torch.bool)})
        >>> task.fit(labels)
        >>> task.metrics({"clean.mean": torch.zeros(2, 2)}, labels)["nmse"].value
        1.0
    """

    primary = "nmse"
    teacher_part = "mean"
    higher_is_better: Mapping[str, bool]
    centre: Tensor
    spread: Tensor

    def __init__(
        self,
        name: str,
        *,
        output: str | None = None,
        loss: DenseLoss = "mse",
        delta: float = 1.0,
    ) -> None:
        super().__init__(name, output)
        if loss not in get_args(DenseLoss):
            raise ValueError(f"loss should be one of {get_args(DenseLoss)}. Found {loss!r}.")
        self.kind = loss
        self.delta = delta
        self.higher_is_better = {"nmse": False, "correlation": True}
        self.declare("centre", "spread")

    def fit(self, labels: Labels) -> None:
        """Learn the mean signal, and one spread about it."""
        target, present = self.known_to_fit(labels)
        if target.ndim < 2:
            raise ValueError(
                f"labels of {self.name!r} should be signals, (n, samples) or more. "
                f"Found shape {tuple(target.shape)}."
            )
        centre, _ = column_moments(target, present)
        centre = centre.nan_to_num()  # no row knows this sample: the mean signal is zero there
        rest = hide(target.double() - centre, present)
        spread = (rest.square().sum() / present.sum()).sqrt()
        if not bool(spread > 0):
            raise ValueError(
                f"signals of {self.name!r} should differ between rows. Found one signal in all "
                f"{len(target)}."
            )
        self.keep(centre=centre, spread=spread)

    def start(self) -> Start:
        """Mean signal, and the spread about it."""
        return Start(self.fitted(self.centre), self.spread)

    def weight(self, labels: Labels) -> Tensor:
        """Count the samples that are there."""
        found = self.known(labels)
        return self.fitted(self.spread).new_zeros(()) if found is None else count(found[1])

    def loss(self, outputs: Mapping[str, Tensor], labels: Labels) -> TaskLoss:
        """Loss of every sample, in units of the spread."""
        mean, found = self.read(outputs, "mean"), self.known(labels)
        if found is None:
            return TaskLoss(nothing(mean), self.weight(labels))
        target, present = found
        x, y = mean / self.fitted(self.spread), target.to(mean.dtype) / self.spread
        if self.kind == "mse":
            each = squared_error(x, y, present)
        else:
            each = huber(x, y, present, delta=self.delta)
        return TaskLoss(masked_sum(each, present), count(present))

    def predict(self, outputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """``value``, the signal."""
        return {"value": self.read(outputs, "mean")}

    def metrics(self, outputs: Mapping[str, Tensor], labels: Labels) -> dict[str, Measured]:
        """Squared error over the signals' own squares, and correlation, over all samples."""
        mean, found = self.read(outputs, "mean"), self.known(labels)
        if found is None or not finite(mean, found[1]):
            return dict.fromkeys(self.higher_is_better, no_figure(found and found[1]))
        mask = found[1].cpu().numpy()
        predicted, true = numbers(mean, found[1])[mask], numbers(*found)[mask]
        return {
            "nmse": normalised_error(predicted, true),
            "correlation": correlation(predicted, true),
        }

    def baseline(self, labels: Labels) -> dict[str, Tensor]:
        """The mean signal, for every row."""
        centre = self.fitted(self.centre)
        return {f"{self.output}.mean": centre.expand(len(labels), *centre.shape)}

    def diversity(self, outputs: Mapping[str, Tensor], labels: Labels) -> Measured:
        """Standard deviation of the answers over that of the signals, both within samples."""
        mean, found = self.read(outputs, "mean"), self.known(labels)
        if found is None or not finite(mean, found[1]):
            return no_figure(found and found[1])
        return relative_spread(numbers(mean, found[1]), numbers(*found), found[1].cpu().numpy())

    def imitation(
        self,
        outputs: Mapping[str, Tensor],
        teacher: Float[Tensor, "*answers"],
        present: Bool[Tensor, "*answers"],
        temperature: float,
    ) -> Float[Tensor, "*answers"]:
        """Squared distance from a teacher's signal, in spreads; signals have no temperature."""
        del temperature
        mean, spread = self.read(outputs, "mean"), self.fitted(self.spread)
        return squared_error(mean / spread, teacher.to(mean.dtype) / spread, present)


def normalised_error(predicted: Array, true: Array) -> Measured:
    """Sum of squared errors over the sum of squares: 0 is exact, 1 is what no signal scores.

    Example:
        >>> normalised_error(np.array([0.0, 1.0]), np.array([0.0, 2.0])).value
        0.25
    """
    scale = float(np.abs(true).max(initial=0.0))
    if scale == 0.0:
        return undefined(true.size, "the truth is zero")
    # Divided first: squares of picovolts would leave the range of a float.
    error, signal = (predicted - true) / scale, true / scale
    return Measured(float(np.dot(error, error) / np.dot(signal, signal)), true.size)
