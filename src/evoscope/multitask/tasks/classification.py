"""Which one of several classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from evoscope.measure import Measured, accuracy, balanced_accuracy, macro_f1
from evoscope.multitask.batch import Labels
from evoscope.multitask.heads.head import Start
from evoscope.multitask.losses import (
    count_classes,
    distillation_loss,
    focal_cross_entropy,
    hide,
    masked_sum,
    widen,
)
from evoscope.multitask.tasks.class_weighting import (
    ClassWeighting,
    check_class_weights,
    fitted_class_weights,
    running_recall,
)
from evoscope.multitask.tasks.fitted import FittedTask, nothing
from evoscope.multitask.tasks.scores import finite, no_figure, relative_entropy
from evoscope.multitask.tasks.task import TaskLoss


class Classification(FittedTask):
    """One class out of several for every label; reads ``logits`` ``(n, ..., classes)``.

    Targets are class numbers ``(n, ...)`` of an integer type. The loss is the cross-entropy in
    nats, focal where gamma is above 0, averaged with the class weights. Classes weighted apart
    from their shares answer probabilities of a world where they are that common: calibrate them.

    Args:
        name: names its targets in `Labels`.
        classes: names of the classes, in the order of their numbers.
        output: prefix of the outputs it reads; the task's name without.
        gamma: of the focal loss (Lin et al. 2017); 0 is cross-entropy.
        class_weights: ``none``, ``inverse`` (frequency), ``balanced`` (effective number, Cui et al.
            2019), ``dynamic`` (inverse frequency times the share of the class that an evaluation
            missed, renewed after every epoch; Tian et al. 2022), or one weight per class.
        label_smoothing: share of every label given evenly to all classes.

    Raises:
        ValueError: fewer than two classes, or class weights that are neither of these.

    Example:
        >>> task = Classification("kind", ["a", "b"])
        >>> labels = Labels({"kind": torch.tensor([0, 0, 0, 1])},
        ...                 {"kind": torch.ones(4, dtype=torch.bool)})
        >>> task.fit(labels)
        >>> task.metrics(task.baseline(labels), labels)["accuracy"].value
        0.75
    """

    primary = "macro_f1"
    teacher_part = "logits"
    weights: Tensor
    counts: Tensor
    recall: Tensor

    def __init__(
        self,
        name: str,
        classes: Sequence[str],
        *,
        output: str | None = None,
        gamma: float = 0.0,
        class_weights: ClassWeighting | Sequence[float] = "none",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(name, output)
        if len(set(classes)) != len(classes) or len(classes) < 2:
            raise ValueError(f"classes should be at least two different names. Found {classes}.")
        check_class_weights(class_weights, len(classes))
        self.classes = tuple(classes)
        self.class_weights = class_weights
        self.gamma = gamma
        self.label_smoothing = label_smoothing
        figures = ["macro_f1", "balanced_accuracy", "accuracy"]
        self.higher_is_better = dict.fromkeys(
            figures + [f"recall.{label}" for label in self.classes], True
        )
        self.declare("weights", "counts", "recall")

    def fit(self, labels: Labels) -> None:
        """Count the classes and weigh them."""
        target, present = self.known_to_fit(labels)
        if target.is_floating_point() or target.dtype == torch.bool:
            raise ValueError(
                f"labels of {self.name!r} should be class numbers of an integer type. "
                f"Found {target.dtype}."
            )
        last = len(self.classes) - 1
        self.refuse(
            present & ((target < 0) | (target > last)), target, f"class numbers from 0 to {last}"
        )
        counts = count_classes(target[present], len(self.classes))
        recall = torch.full_like(counts, 1.0 / len(counts))
        self.keep(
            counts=counts,
            recall=recall,
            weights=fitted_class_weights(self.class_weights, counts, recall),
        )

    def shares(self) -> Tensor:
        """Share of every class in training, half a label added to each so that none is zero."""
        counts = self.fitted(self.counts) + 0.5
        return counts / counts.sum()

    def start(self) -> Start:
        """Logits of the weighted class shares: the constant answer of the lowest cross-entropy."""
        weighted = self.shares() * self.weights
        return Start(self.logits_of(weighted / weighted.sum()), torch.ones(()))

    def weight(self, labels: Labels) -> Tensor:
        """Sum of the class weights of the labels that are there."""
        found = self.known(labels)
        if found is None:
            return self.fitted(self.weights).new_zeros(())
        target, present = found
        return masked_sum(self._weights_of(target, present), present)

    def loss(self, outputs: Mapping[str, Tensor], labels: Labels) -> TaskLoss:
        """Cross-entropy, focal and weighted as asked for."""
        logits, found = self.read(outputs, "logits"), self.known(labels)
        if found is None:
            return TaskLoss(nothing(logits), self.weight(labels))
        target, present = found
        each = focal_cross_entropy(
            self.log_probabilities(hide(logits, present)),
            target,
            present,
            gamma=self.gamma,
            label_smoothing=self.label_smoothing,
        )
        weights = self._weights_of(target, present)
        return TaskLoss(masked_sum(each, present, weights), masked_sum(weights, present))

    def predict(self, outputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """``probabilities`` of the classes, and ``label``, the number of the answer."""
        log_p = self.log_probabilities(self.read(outputs, "logits"))
        return {"probabilities": log_p.exp(), "label": self.decide(log_p)}

    def metrics(self, outputs: Mapping[str, Tensor], labels: Labels) -> dict[str, Measured]:
        """Macro-F1, balanced accuracy, accuracy, and the recall of every class."""
        logits, found = self.read(outputs, "logits"), self.known(labels)
        if found is None or not finite(logits, found[1]):
            return dict.fromkeys(self.higher_is_better, no_figure(found and found[1]))
        true, mask = found[0].cpu().numpy(), found[1].cpu().numpy()
        called = self.predict(outputs)["label"].cpu().numpy()
        figures = {
            "macro_f1": macro_f1(called, true, mask),
            "balanced_accuracy": balanced_accuracy(called, true, mask),
            "accuracy": accuracy(called, true, mask),
        }
        for number, label in enumerate(self.classes):
            figures[f"recall.{label}"] = accuracy(called, true, mask & (true == number))
        return figures

    def baseline(self, labels: Labels) -> dict[str, Tensor]:
        """Logits of the training shares: the most frequent class, for every row."""
        found = self.known(labels)
        shape = (len(labels),) if found is None else tuple(found[0].shape)
        logits = self.logits_of(self.shares())
        return {f"{self.output}.logits": logits.expand(*shape, *logits.shape)}

    def diversity(self, outputs: Mapping[str, Tensor], labels: Labels) -> Measured:
        """Entropy of the answers over that of the labels."""
        logits, found = self.read(outputs, "logits"), self.known(labels)
        if found is None or not finite(logits, found[1]):
            return no_figure(found and found[1])
        called, true = self._answers(outputs, *found)
        return relative_entropy(called.numpy(), true.numpy())

    def after_epoch(self, outputs: Mapping[str, Tensor], labels: Labels) -> None:
        """Renew dynamic class weights by how much of each class this evaluation missed."""
        found = self.known(labels)
        if self.class_weights != "dynamic" or found is None or not bool(found[1].any()):
            return
        called, true = self._answers(outputs, *found)
        size = len(self.classes)
        hits = torch.bincount(true[called == true], minlength=size).float()
        recall = running_recall(self.recall.cpu(), hits, count_classes(true, size).float())
        weights = fitted_class_weights(self.class_weights, self.counts.cpu(), recall)
        self.keep(recall=recall, weights=weights)

    def imitation(
        self,
        outputs: Mapping[str, Tensor],
        teacher: Float[Tensor, "*answers logits"],
        present: Bool[Tensor, "*answers"],
        temperature: float,
    ) -> Float[Tensor, "*answers"]:
        """Divergence from a teacher's classes."""
        return distillation_loss(
            student=self.log_probabilities(hide(self.read(outputs, "logits"), present)),
            teacher=self.log_probabilities(hide(teacher, present).float()),
            present=present,
            temperature=temperature,
        )

    def answered(
        self, teacher: Float[Tensor, "*answers logits"], present: Bool[Tensor, "*rest"]
    ) -> Bool[Tensor, "*answers"]:
        """Expand a mask to one entry for every answer of a teacher: all its logits are one."""
        return widen(present, teacher.shape[:-1])

    def log_probabilities(self, logits: Float[Tensor, "*n logits"]) -> Float[Tensor, "*n classes"]:
        """Log probabilities of the classes."""
        return torch.log_softmax(logits, dim=-1)

    def logits_of(self, probabilities: Float[Tensor, "*n classes"]) -> Float[Tensor, "*n logits"]:
        """Logits that answer these probabilities."""
        return probabilities.log()

    def decide(self, log_probabilities: Float[Tensor, "*n classes"]) -> Int[Tensor, "*n"]:
        """Class to answer."""
        return log_probabilities.argmax(dim=-1)

    def _weights_of(self, target: Tensor, present: Tensor) -> Tensor:
        return self.fitted(self.weights)[hide(target, present).long()]

    def _answers(
        self, outputs: Mapping[str, Tensor], target: Tensor, present: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Answered and true classes of the known labels, on the CPU."""
        called = self.predict(outputs)["label"]
        return called[present.to(called.device)].cpu(), target[present].cpu().long()
