"""What every task is: it says its loss, its metrics, its scale and its trivial baseline."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

from torch import Tensor, nn

from evoscope.measure import Measured
from evoscope.multitask.batch import Labels
from evoscope.multitask.heads.head import Start


@dataclass(frozen=True, slots=True)
class TaskLoss:
    """A task's loss over some rows, as a sum: sums add up over micro-batches and processes.

    Attributes:
        total: weighted sum of the losses of the labels that are there, scalar, differentiable; an
            exact zero with zero gradient where none is.
        weight: sum of their weights, scalar; a function of the labels alone, so the loop knows
            the divisor of a whole batch before its first micro-batch runs.
        parts: named sums that make up ``total``, detached, for the log.
    """

    total: Tensor
    weight: Tensor
    parts: Mapping[str, Tensor] = field(default_factory=dict)


class Task(nn.Module, ABC):
    """One question asked of every row.

    A task is a module so that what it learned from the training labels (`fit`: scale, class
    weights, baseline) moves between devices and is saved with the run. It has no parameters.

    Attributes:
        name: names its targets in `Labels`.
        output: prefix of the model outputs it reads: ``"<head>"`` or ``"<head>.<part>"``.
        primary: the metric it is judged by.
        higher_is_better: metric -> direction, for every metric of `metrics`.
    """

    name: str
    output: str
    primary: str
    higher_is_better: Mapping[str, bool]

    @abstractmethod
    def fit(self, labels: Labels) -> None:
        """Learn scale, class weights and trivial baseline from the training labels.

        Raises:
            ValueError: no label of this task, or labels that are impossible (a class that does not
                exist, a value out of bounds), with row numbers.
        """

    @abstractmethod
    def start(self) -> Start:
        """Where the head should begin; after `fit`."""

    @abstractmethod
    def weight(self, labels: Labels) -> Tensor:
        """Sum of the weights of the labels that are there, scalar."""

    @abstractmethod
    def loss(self, outputs: Mapping[str, Tensor], labels: Labels) -> TaskLoss:
        """Loss of these rows, in units of the task's own spread."""

    @abstractmethod
    def predict(self, outputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Answers as a user reads them: probabilities, values in the target's units, spreads."""

    @abstractmethod
    def metrics(self, outputs: Mapping[str, Tensor], labels: Labels) -> dict[str, Measured]:
        """Figures over all these rows, pooled: call once per evaluation, never average."""

    def primary_figure(self, outputs: Mapping[str, Tensor], labels: Labels) -> Measured:
        """The figure it is judged by, alone.

        A verdict asks for it on hundreds of resamples: a task whose other figures take time
        computes it without them.
        """
        return self.metrics(outputs, labels)[self.primary]

    @abstractmethod
    def baseline(self, labels: Labels) -> dict[str, Tensor]:
        """Outputs of the trivial predictor fitted in `fit`, for as many rows as ``labels``.

        ``task.metrics(task.baseline(labels), labels)`` are the figures to beat.
        """

    @abstractmethod
    def diversity(self, outputs: Mapping[str, Tensor], labels: Labels) -> Measured:
        """How varied the answers are beside the targets: 0 is one answer for all, 1 is alike.

        Entropy of predicted over entropy of target classes, or standard deviation of predictions
        over that of targets, on labelled rows.
        """

    def after_epoch(self, outputs: Mapping[str, Tensor], labels: Labels) -> None:
        """See the outputs of a whole evaluation, after every epoch.

        Called once, with the same rows in every process. What is learned here (class weights that
        follow the recall) is in the state of the task, and holds for the next epoch. By default
        nothing is.
        """
