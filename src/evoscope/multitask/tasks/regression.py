"""Numbers: in the target's own units outside, in units of its spread inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from evoscope.measure import Measured, concordance, correlation, mean_absolute_error, r2
from evoscope.multitask.batch import Labels
from evoscope.multitask.heads.head import Start
from evoscope.multitask.losses import (
    gaussian_nll,
    huber,
    masked_sum,
    outlier_mixture_nll,
    squared_error,
)
from evoscope.multitask.tasks.fitted import FittedTask, column_moments, count, nothing
from evoscope.multitask.tasks.scores import (
    about_column_means,
    centred,
    finite,
    no_figure,
    numbers,
    relative_spread,
)
from evoscope.multitask.tasks.task import TaskLoss

RegressionLoss = Literal["mse", "huber", "nll", "mixture"]
_RARE_LOGIT = -3.0  # of an outlier, in the trivial answer: one in twenty


class Regression(FittedTask):
    """One number for every label, or one per column; reads ``mean``.

    Targets are ``(n,)``, or ``(n, columns)`` with named columns; standardised by the training
    labels' mean and standard deviation, of each column its own, before the loss. R2 is pooled over
    columns about each column's mean, in units of its spread, so that it is the same figure in
    seconds and in milliseconds; with one column it is the usual one.

    Args:
        name: names its targets in `Labels`.
        output: prefix of the outputs it reads; the task's name without.
        columns: names of the columns, where there are several.
        loss: ``mse``; ``huber``; ``nll``, which also reads ``log_variance``; or ``mixture``, which
            reads ``outlier_logit`` as well.
        delta: of the Huber loss, in spreads.
        beta: of the likelihood (Seitzer et al. 2022); see `gaussian_nll`.
        auxiliary_weight: above 0 the part ``auxiliary`` is trained, too, with a Huber loss.

    Raises:
        ValueError: an unknown loss, or a negative weight.

    Example:
        >>> task = Regression("latency")
        >>> labels = Labels({"latency": torch.tensor([5.5e-3, 5.7e-3, float("nan")])},
        ...                 {"latency": torch.tensor([True, True, False])})
        >>> task.fit(labels)
        >>> answer = {"latency.mean": torch.tensor([5.5e-3, 5.7e-3, 1.0])}
        >>> task.metrics(answer, labels)["r2"].value
        1.0
    """

    primary = "r2"
    teacher_part = "mean"
    centre: Tensor
    spread: Tensor

    def __init__(
        self,
        name: str,
        *,
        output: str | None = None,
        columns: Sequence[str] = (),
        loss: RegressionLoss = "huber",
        delta: float = 1.0,
        beta: float = 0.5,
        auxiliary_weight: float = 0.0,
    ) -> None:
        super().__init__(name, output)
        if loss not in get_args(RegressionLoss):
            raise ValueError(f"loss should be one of {get_args(RegressionLoss)}. Found {loss!r}.")
        if auxiliary_weight < 0:
            raise ValueError(f"auxiliary_weight should not be negative. Found {auxiliary_weight}.")
        self.columns = tuple(columns)
        self.kind = loss
        self.delta = delta
        self.beta = beta
        self.auxiliary_weight = auxiliary_weight
        better = {"r2": True, "mae": False, "correlation": True, "concordance": True}
        each = {f"{m}.{column}": better[m] for column in self.columns for m in ("r2", "mae")}
        self.higher_is_better = better | each
        self.declare("centre", "spread")

    def fit(self, labels: Labels) -> None:
        """Learn mean and standard deviation, of every column."""
        target, present = self.known_to_fit(labels)
        expected = (len(self.columns),) if self.columns else ()
        if target.shape[1:] != expected:
            raise ValueError(
                f"labels of {self.name!r} should have the shape {('n', *expected)}. Found "
                f"{tuple(target.shape)}. Name one column for every number of a row."
            )
        few = ((present.sum(0) == 0).reshape(-1)).tolist()
        if any(few):
            lacking = [column for column, none in zip(self.columns, few, strict=True) if none]
            raise ValueError(
                f"every column of {self.name!r} should have a label. Found none of {lacking}: "
                "leave these columns out."
            )
        centre, spread = column_moments(target, present)
        constant = (spread <= 1e-9 * centre.abs()).reshape(-1).tolist()
        if any(constant):
            columns = [c for c, same in zip(self.columns or ("it",), constant, strict=True) if same]
            raise ValueError(
                f"labels of {self.name!r} should vary. Found one value for all rows of {columns}."
            )
        self.keep(centre=centre.reshape(expected), spread=spread.reshape(expected))

    def start(self) -> Start:
        """Mean and standard deviation of the training labels."""
        return Start(self.fitted(self.centre), self.spread)

    def weight(self, labels: Labels) -> Tensor:
        """Count the labels that are there."""
        found = self.known(labels)
        return self.fitted(self.centre).new_zeros(()) if found is None else count(found[1])

    def loss(self, outputs: Mapping[str, Tensor], labels: Labels) -> TaskLoss:
        """Loss in units of the spread."""
        mean, found = self.read(outputs, "mean"), self.known(labels)
        if found is None:
            return TaskLoss(nothing(mean), self.weight(labels))
        target, present = found
        y = self._standard(target.to(mean.dtype))
        main = masked_sum(self._main(outputs, y, present), present)
        if not self.auxiliary_weight:
            return TaskLoss(main, count(present))
        auxiliary = self._standard(self.read(outputs, "auxiliary"))
        each = huber(auxiliary, y, present, delta=self.delta)
        second = self.auxiliary_weight * masked_sum(each, present)
        parts = {self.kind: main.detach(), "auxiliary": second.detach()}
        return TaskLoss(main + second, count(present), parts)

    def predict(self, outputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """``value``, and as far as the model says them ``spread`` and ``outlier_probability``."""
        answers = {"value": self._shaped(self.read(outputs, "mean"))}
        if self.kind in ("nll", "mixture"):
            log_variance = self._shaped(self.read(outputs, "log_variance"))
            answers["spread"] = torch.exp(0.5 * log_variance)
        if self.kind == "mixture":
            logit = self._shaped(self.read(outputs, "outlier_logit"))
            answers["outlier_probability"] = torch.sigmoid(logit)
        return answers

    def metrics(self, outputs: Mapping[str, Tensor], labels: Labels) -> dict[str, Measured]:
        """R2, mean absolute error in the target's units, and agreement; R2 and MAE per column."""
        value, found = self.predict(outputs)["value"], self.known(labels)
        if found is None or not finite(value, found[1]):
            return dict.fromkeys(self.higher_is_better, no_figure(found and found[1]))
        predicted, true = numbers(value, found[1]), numbers(*found)
        mask, spread = found[1].cpu().numpy(), self.spread.cpu().double().numpy()
        p, t = predicted / spread, true / spread
        figures = {
            "r2": about_column_means(r2, p, t, mask),
            "mae": mean_absolute_error(predicted, true, mask),
            "correlation": correlation(centred(p, mask), centred(t, mask), mask),
            "concordance": about_column_means(concordance, p, t, mask),
        }
        for j, column in enumerate(self.columns):
            one = predicted[:, j], true[:, j], mask[:, j]
            figures[f"r2.{column}"] = r2(*one)
            figures[f"mae.{column}"] = mean_absolute_error(*one)
        return figures

    def baseline(self, labels: Labels) -> dict[str, Tensor]:
        """The training mean for every row, with the training spread for its uncertainty."""
        shape = (len(labels), *self.fitted(self.centre).shape)
        parts = {"mean": self.centre.expand(shape)}
        if self.kind in ("nll", "mixture"):
            parts["log_variance"] = 2 * self.spread.log().expand(shape)
        if self.kind == "mixture":
            parts["outlier_logit"] = torch.full_like(parts["mean"], _RARE_LOGIT)
        if self.auxiliary_weight:
            parts["auxiliary"] = parts["mean"]
        return {f"{self.output}.{part}": tensor for part, tensor in parts.items()}

    def diversity(self, outputs: Mapping[str, Tensor], labels: Labels) -> Measured:
        """Standard deviation of the answers over that of the labels."""
        value, found = self.predict(outputs)["value"], self.known(labels)
        if found is None or not finite(value, found[1]):
            return no_figure(found and found[1])
        mask, spread = found[1].cpu().numpy(), self.spread.cpu().double().numpy()
        return relative_spread(numbers(value, found[1]) / spread, numbers(*found) / spread, mask)

    def imitation(
        self,
        outputs: Mapping[str, Tensor],
        teacher: Float[Tensor, "*answers"],
        present: Bool[Tensor, "*answers"],
        temperature: float,
    ) -> Float[Tensor, "*answers"]:
        """Squared distance from a teacher's value, in spreads; numbers have no temperature."""
        del temperature
        student = self._standard(self.read(outputs, "mean"))
        return squared_error(student, self._standard(teacher.to(student.dtype)), present)

    def _main(self, outputs: Mapping[str, Tensor], y: Tensor, present: Tensor) -> Tensor:
        mean = self._standard(self.read(outputs, "mean"))
        if self.kind == "mse":
            return squared_error(mean, y, present)
        if self.kind == "huber":
            return huber(mean, y, present, delta=self.delta)
        own_units = self._shaped(self.read(outputs, "log_variance"))
        log_variance = own_units - 2 * self.spread.log()
        if self.kind == "nll":
            return gaussian_nll(
                mean=mean, log_variance=log_variance, target=y, present=present, beta=self.beta
            )
        return outlier_mixture_nll(
            mean=mean,
            log_variance=log_variance,
            outlier_logit=self._shaped(self.read(outputs, "outlier_logit")),
            target=y,
            present=present,
        )

    def _shaped(self, tensor: Tensor) -> Tensor:
        """Drop the axis of length one that a head of one output has and its target has not."""
        single = not self.columns and tensor.ndim == 2 and tensor.shape[1] == 1
        return tensor.squeeze(1) if single else tensor

    def _standard(self, values: Tensor) -> Tensor:
        return (self._shaped(values) - self.fitted(self.centre)) / self.spread
