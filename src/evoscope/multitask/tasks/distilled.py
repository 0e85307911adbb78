"""A task that also learns from a teacher's answers."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from evoscope.measure import Measured
from evoscope.multitask.batch import Labels
from evoscope.multitask.heads.head import Start
from evoscope.multitask.losses import masked_sum
from evoscope.multitask.tasks.fitted import FittedTask, count
from evoscope.multitask.tasks.task import Task, TaskLoss


class Distilled(Task):
    """A task whose answers also learn from those of a teacher, with or without a label.

    A teacher's answers are targets like others, under ``"<task>.teacher"``: the output the task
    reads, ``logits`` or ``mean``, with their own mask. Rows without a label learn from them alone.
    Logits are imitated by divergence (Hinton et al. 2015), numbers by squared error. Figures,
    scale and trivial answer are the task's own: a teacher is no truth.

    Args:
        task: what is asked.
        weight: of a teacher's answer beside a label.
        temperature: softens logits.

    Raises:
        ValueError: a weight that is not positive.

    Example:
        >>> import torch
        >>> from evoscope.multitask.tasks import Classification
        >>> task = Distilled(Classification("kind", ["a", "b"]), weight=0.5)
        >>> labels = Labels(
        ...     {"kind": torch.tensor([0, 1, 0]), "kind.teacher": torch.randn(3, 2)},
        ...     {"kind": torch.tensor([True, True, False]),
        ...      "kind.teacher": torch.tensor([True, True, True])},
        ... )
        >>> task.fit(labels)
        >>> task.weight(labels).item()
        3.5
    """

    def __init__(self, task: FittedTask, *, weight: float = 1.0, temperature: float = 2.0) -> None:
        super().__init__()
        if not weight > 0:
            raise ValueError(f"weight should be positive. Found {weight}.")
        self.task = task
        self.teacher_weight = weight
        self.temperature = temperature
        self.name, self.output, self.primary = task.name, task.output, task.primary
        self.higher_is_better = task.higher_is_better

    def fit(self, labels: Labels) -> None:
        """Fit the task to its labels.

        Raises:
            ValueError: as the task does, or no teacher's answers among the targets.
        """
        if self._teacher(labels) is None:
            raise ValueError(
                f"targets should hold {self._entry!r}, what the teacher answered. "
                f"Found {sorted(labels.targets)}."
            )
        self.task.fit(labels)

    def start(self) -> Start:
        """Where the task starts."""
        return self.task.start()

    def weight(self, labels: Labels) -> Tensor:
        """Weight of the labels, and of the teacher's answers."""
        weight, found = self.task.weight(labels), self._teacher(labels)
        return weight if found is None else weight + self.teacher_weight * count(found[1])

    def loss(self, outputs: Mapping[str, Tensor], labels: Labels) -> TaskLoss:
        """Loss of the labels, and of answering unlike the teacher."""
        own, found = self.task.loss(outputs, labels), self._teacher(labels)
        if found is None:
            return own
        teacher, present = found
        each = self.task.imitation(outputs, teacher, present, self.temperature)
        taught = self.teacher_weight * masked_sum(each, present)
        parts = {"labels": own.total.detach(), "teacher": taught.detach()}
        weight = own.weight + self.teacher_weight * count(present)
        return TaskLoss(own.total + taught, weight, parts)

    def predict(self, outputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Answers of the task."""
        return self.task.predict(outputs)

    def metrics(self, outputs: Mapping[str, Tensor], labels: Labels) -> dict[str, Measured]:
        """Figures of the task, against labels."""
        return self.task.metrics(outputs, labels)

    def primary_figure(self, outputs: Mapping[str, Tensor], labels: Labels) -> Measured:
        """Figure of the task, against labels."""
        return self.task.primary_figure(outputs, labels)

    def baseline(self, labels: Labels) -> dict[str, Tensor]:
        """Trivial answer of the task."""
        return self.task.baseline(labels)

    def diversity(self, outputs: Mapping[str, Tensor], labels: Labels) -> Measured:
        """Diversity of the task's answers."""
        return self.task.diversity(outputs, labels)

    def after_epoch(self, outputs: Mapping[str, Tensor], labels: Labels) -> None:
        """Let the task see an evaluation."""
        self.task.after_epoch(outputs, labels)

    @property
    def _entry(self) -> str:
        return f"{self.name}.teacher"

    def _teacher(self, labels: Labels) -> tuple[Tensor, Tensor] | None:
        if self._entry not in labels.targets:
            return None
        teacher = labels.targets[self._entry]
        return teacher, self.task.answered(teacher, labels.present[self._entry])
