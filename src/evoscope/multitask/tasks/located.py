"""Where on an axis something is, answered as a distribution over its points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from evoscope.measure import Measured, mean_absolute_error, r2, within
from evoscope.multitask.batch import Labels
from evoscope.multitask.heads.head import Start
from evoscope.multitask.losses import distillation_loss, hide, masked_sum, widen
from evoscope.multitask.tasks.fitted import FittedTask, count, nothing
from evoscope.multitask.tasks.scores import (
    about_column_means,
    finite,
    no_figure,
    numbers,
    relative_spread,
)
from evoscope.multitask.tasks.task import TaskLoss


class Located(FittedTask):
    """A number answered as a distribution over the points of an axis; reads ``logits``.

    A distribution says more than a mean and a variance: two peaks that could both be the one
    looked for stay two peaks. Targets are ``(n,)`` or ``(n, columns)``, in the axis's units; logits
    have one more axis, of its points. The loss is the cross-entropy with a Gaussian about the
    target, in nats: a neighbour of the right point is nearly right. The axis may be cut in a batch:
    with fewer logits than points, the first points are meant.

    Args:
        name: names its targets in `Labels`.
        axis: the points, rising.
        width: standard deviation of the Gaussian about the target, in the axis's units.
        output: prefix of the outputs it reads; the task's name without.
        columns: names of the columns, where there are several.
        gate: name of the task whose targets say where a label exists; as in `GatedRegression`.
        beyond: one more logit, the last, stands for all that lies above the axis (a target above
            its last point), which has no value but is known to be there. Then no axis may be cut.
        near: distance within which an answer is counted as near.

    Raises:
        ValueError: an axis that does not rise, or a width that is not positive.

    Example:
        >>> task = Located("latency", axis=[5.0, 5.5, 6.0], width=0.2)
        >>> labels = Labels({"latency": torch.tensor([5.5, 6.0])},
        ...                 {"latency": torch.tensor([True, True])})
        >>> task.fit(labels)
        >>> answer = {"latency.logits": torch.tensor([[0.0, 9.0, 0.0], [0.0, 0.0, 9.0]])}
        >>> [round(x, 2) for x in task.predict(answer)["value"].tolist()]
        [5.5, 6.0]
    """

    primary = "mae"
    teacher_part = "logits"
    axis: Tensor
    counts: Tensor

    def __init__(
        self,
        name: str,
        *,
        axis: Sequence[float],
        width: float,
        output: str | None = None,
        columns: Sequence[str] = (),
        gate: str | None = None,
        beyond: bool = False,
        near: float | None = None,
    ) -> None:
        super().__init__(name, output)
        points = torch.tensor(axis, dtype=torch.float32)
        if len(points) < 2 or bool((points.diff() <= 0).any()) or not width > 0:
            raise ValueError(
                "axis should rise and width be positive. "
                f"Found {len(points)} points and a width of {width}."
            )
        self.width, self.columns, self.gate, self.beyond = width, tuple(columns), gate, beyond
        self.near = 2.0 * width if near is None else near
        self.register_buffer("axis", points, persistent=False)
        better = {"mae": False, "r2": True, "near": True}
        each = {f"{figure}.{c}": better[figure] for c in self.columns for figure in better}
        self.higher_is_better = better | each
        self.declare("counts")

    def known(self, labels: Labels) -> tuple[Tensor, Tensor] | None:
        """Targets, and where they are present and truly exist."""
        found = super().known(labels)
        if found is None or self.gate is None:
            return found
        if self.gate not in labels.targets:
            return None
        target, present = found
        there = labels.targets[self.gate] > 0.5
        sure = there & widen(labels.present[self.gate], there.shape)
        return target, present & widen(sure, target.shape)

    def fit(self, labels: Labels) -> None:
        """Count how often each point is the nearest, in every column."""
        target, present = self.known_to_fit(labels)
        expected = (len(self.columns),) if self.columns else ()
        if target.shape[1:] != expected:
            raise ValueError(
                f"labels of {self.name!r} should have the shape {('n', *expected)}. Found "
                f"{tuple(target.shape)}. Name one column for every number of a row."
            )
        last = float(self.axis[-1])
        wrong = present & (target < float(self.axis[0]) - self.width)
        if not self.beyond:
            wrong |= present & (target > last + self.width)
        self.refuse(wrong, target, f"on the axis, {float(self.axis[0]):g} to {last:g}")
        shares = hide(self._wanted(target, present, len(self._points())), present)
        self.keep(counts=shares.sum(0) + 0.5 / len(self._points()))

    def start(self) -> Start:
        """Log counts of the points: the constant answer of the lowest cross-entropy."""
        return Start(self.fitted(self.counts).log(), torch.ones(()))

    def weight(self, labels: Labels) -> Tensor:
        """Count the labels that are there."""
        counts, found = self.fitted(self.counts), self.known(labels)
        return counts.new_zeros(()) if found is None else count(found[1])

    def loss(self, outputs: Mapping[str, Tensor], labels: Labels) -> TaskLoss:
        """Cross-entropy with a Gaussian about the target."""
        logits, found, weight = (
            self.read(outputs, "logits"),
            self.known(labels),
            self.weight(labels),
        )
        if found is None:
            return TaskLoss(nothing(logits), weight)
        target, present = found
        wanted = self._wanted(target, present, logits.shape[-1]).to(logits.dtype)
        each = -(wanted * hide(logits, present).log_softmax(-1)).sum(-1)
        return TaskLoss(masked_sum(each, present), weight)

    def predict(self, outputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """``value``, the median; ``probabilities`` of the points; ``beyond``, where there is."""
        probabilities = self.read(outputs, "logits").softmax(-1)
        answers = {"probabilities": probabilities}
        on_axis = probabilities
        if self.beyond:
            answers["beyond"], on_axis = probabilities[..., -1], probabilities[..., :-1]
        return answers | {"value": self._median(on_axis)}

    def metrics(self, outputs: Mapping[str, Tensor], labels: Labels) -> dict[str, Measured]:
        """Mean absolute error, R2, and share of near answers, of labels on the axis."""
        logits, found = self.read(outputs, "logits"), self.known(labels)
        if found is not None and self.beyond:
            found = found[0], found[1] & (found[0] <= float(self.axis[-1]))
        if found is None or not finite(logits, found[1]):
            return dict.fromkeys(self.higher_is_better, no_figure(found and found[1]))
        value = numbers(self.predict(outputs)["value"], found[1])
        true, mask = numbers(*found), found[1].cpu().numpy()
        figures = {
            "mae": mean_absolute_error(value, true, mask),
            "r2": about_column_means(r2, value, true, mask),
            "near": within(value, true, mask, tolerance=self.near),
        }
        for j, column in enumerate(self.columns):
            one = value[:, j], true[:, j], mask[:, j]
            figures[f"mae.{column}"] = mean_absolute_error(*one)
            figures[f"r2.{column}"] = r2(*one)
            figures[f"near.{column}"] = within(*one, tolerance=self.near)
        return figures

    def baseline(self, labels: Labels) -> dict[str, Tensor]:
        """The shares of the training labels, whose median is the answer for every row."""
        counts = self.fitted(self.counts)
        return {f"{self.output}.logits": counts.log().expand(len(labels), *counts.shape)}

    def diversity(self, outputs: Mapping[str, Tensor], labels: Labels) -> Measured:
        """Standard deviation of the answers over that of the labels."""
        logits, found = self.read(outputs, "logits"), self.known(labels)
        if found is not None and self.beyond:
            found = found[0], found[1] & (found[0] <= float(self.axis[-1]))
        if found is None or not finite(logits, found[1]):
            return no_figure(found and found[1])
        value = numbers(self.predict(outputs)["value"], found[1])
        return relative_spread(value, numbers(*found), found[1].cpu().numpy())

    def answered(
        self, teacher: Float[Tensor, "*answers points"], present: Bool[Tensor, "*rest"]
    ) -> Bool[Tensor, "*answers"]:
        """Expand a mask to one entry for every answer of a teacher: all its logits are one."""
        return widen(present, teacher.shape[:-1])

    def imitation(
        self,
        outputs: Mapping[str, Tensor],
        teacher: Float[Tensor, "*answers points"],
        present: Bool[Tensor, "*answers"],
        temperature: float,
    ) -> Float[Tensor, "*answers"]:
        """Divergence from a teacher's distribution."""
        logits = hide(self.read(outputs, "logits"), present)
        return distillation_loss(
            student=logits.log_softmax(-1),
            teacher=hide(teacher, present).float().log_softmax(-1),
            present=present,
            temperature=temperature,
        )

    def _points(self) -> Tensor:
        """The axis, with a point further on that stands for all beyond it."""
        if not self.beyond:
            return self.axis
        return torch.cat([self.axis, self.axis[-1:] + 10 * self.width])

    def _wanted(self, target: Tensor, present: Tensor, points: int) -> Tensor:
        """Gaussian about each target over the first ``points`` points; it sums to one."""
        axis = self._points()[:points].to(target.device)
        last = float(axis[-1])
        centre = hide(target.float(), present)
        if self.beyond:
            centre = torch.where(centre > float(self.axis[-1]), last, centre)
        z = (axis - centre[..., None]) / self.width
        return (-0.5 * z.square()).softmax(-1)

    def _median(self, probabilities: Tensor) -> Tensor:
        """Where half of the probability is reached, between points."""
        axis = self.axis[: probabilities.shape[-1]].to(probabilities)
        half = 0.5 * axis.diff()
        edges = torch.cat([axis[:1] - half[:1], axis[1:] - half, axis[-1:] + half[-1:]])
        share = probabilities / probabilities.sum(-1, keepdim=True)
        reached = share.cumsum(-1)
        at = (reached < 0.5).sum(-1, keepdim=True).clamp_max(len(axis) - 1)
        own = share.gather(-1, at).clamp_min(1e-12)
        before = reached.gather(-1, at) - own
        part = ((0.5 - before) / own).clamp(0.0, 1.0)
        low, high = edges[at], edges[at + 1]
        return (low + part * (high - low)).squeeze(-1)
