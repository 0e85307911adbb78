"""Which of several labels, any number of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from evoscope.measure import Measured, auc, average_precision, f1, macro_over_labels
from evoscope.multitask.batch import Labels
from evoscope.multitask.heads.head import Start
from evoscope.multitask.losses import (
    binary_distillation_loss,
    focal_binary_cross_entropy,
    hide,
    masked_sum,
)
from evoscope.multitask.tasks.class_weighting import (
    ClassWeighting,
    check_class_weights,
    fitted_class_weights,
    running_recall,
)
from evoscope.multitask.tasks.fitted import FittedTask, nothing
from evoscope.multitask.tasks.scores import finite, no_figure, numbers, relative_spread
from evoscope.multitask.tasks.task import TaskLoss

_CALLED_FROM = 0.5


class MultiLabel(FittedTask):
    """Several labels, each there, not there, or unknown by itself; reads ``logits``.

    Targets and logits are ``(n, labels)``. A target is 1 or true where the label is there, 0 where
    not, a share in between where annotators disagree (from half on it counts as there in the
    figures). The loss is binary cross-entropy in nats. The trivial answer is "all of them", which
    is hard to beat in F1.

    Args:
        name: names its targets in `Labels`.
        labels: names of the labels, in the order of the columns.
        output: prefix of the outputs it reads; the task's name without.
        gamma: of the focal loss (Lin et al. 2017); 0 is binary cross-entropy.
        class_weights: as in `Classification`, of "there" and "not there" of each label by itself;
            or one weight per label, of "there", beside 1 for "not there".
        label_smoothing: share of every label given evenly to both.

    Raises:
        ValueError: no labels, a name twice, or class weights that are neither of these.

    Example:
        >>> task = MultiLabel("mood", ["joy", "fear"])
        >>> labels = Labels({"mood": torch.tensor([[1, 0], [1, 1], [0, 0]])},
        ...                 {"mood": torch.tensor([[True, True], [True, False], [True, True]])})
        >>> task.fit(labels)
        >>> task.weight(labels).item()
        5.0
    """

    primary = "macro_f1"
    teacher_part = "logits"
    weights: Tensor
    counts: Tensor
    recall: Tensor

    def __init__(
        self,
        name: str,
        labels: Sequence[str],
        *,
        output: str | None = None,
        gamma: float = 0.0,
        class_weights: ClassWeighting | Sequence[float] = "none",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(name, output)
        if len(set(labels)) != len(labels) or not labels:
            raise ValueError(f"labels should be one or more different names. Found {labels}.")
        check_class_weights(class_weights, len(labels))
        self.labels = tuple(labels)
        self.class_weights = class_weights
        self.gamma = gamma
        self.label_smoothing = label_smoothing
        figures = ["macro_f1", "micro_f1", "auc", "average_precision"]
        each = [f"{figure}.{label}" for label in self.labels for figure in ("f1", "auc")]
        self.higher_is_better = dict.fromkeys(figures + each, True)
        self.declare("weights", "counts", "recall")

    def fit(self, labels: Labels) -> None:
        """Count every label, there and not there, and weigh them."""
        target, present = self.known_to_fit(labels)
        if target.shape[1:] != (len(self.labels),):
            raise ValueError(
                f"labels of {self.name!r} should have the shape {('n', len(self.labels))}. "
                f"Found {tuple(target.shape)}."
            )
        yes = hide(target.float(), present)
        self.refuse((yes < 0) | (yes > 1), target, "between 0 (not there) and 1 (there)")
        counts = torch.stack([hide(1 - yes, present).sum(0), yes.sum(0)], dim=-1)
        recall = torch.full_like(counts, 0.5)
        self.keep(counts=counts, recall=recall, weights=self._weights(counts, recall))

    def start(self) -> Start:
        """Log odds of the weighted shares: the constant answer of the lowest cross-entropy."""
        weighted = (self.fitted(self.counts) + 0.5) * self.weights
        return Start(weighted[:, 1].log() - weighted[:, 0].log(), torch.ones(()))

    def weight(self, labels: Labels) -> Tensor:
        """Sum of the weights of the labels that are there."""
        found = self.known(labels)
        if found is None:
            return self.fitted(self.weights).new_zeros(())
        return masked_sum(self._weights_of(*found), found[1])

    def loss(self, outputs: Mapping[str, Tensor], labels: Labels) -> TaskLoss:
        """Binary cross-entropy, focal and weighted as asked for."""
        logits, found = self.read(outputs, "logits"), self.known(labels)
        if found is None:
            return TaskLoss(nothing(logits), self.weight(labels))
        target, present = found
        each = focal_binary_cross_entropy(
            logits, target, present, gamma=self.gamma, label_smoothing=self.label_smoothing
        )
        weights = self._weights_of(target, present)
        return TaskLoss(masked_sum(each, present, weights), masked_sum(weights, present))

    def predict(self, outputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """``probabilities`` of the labels."""
        return {"probabilities": torch.sigmoid(self.read(outputs, "logits"))}

    def metrics(self, outputs: Mapping[str, Tensor], labels: Labels) -> dict[str, Measured]:
        """F1 over and within labels; AUC and average precision, over labels; F1, AUC of each."""
        logits, found = self.read(outputs, "logits"), self.known(labels)
        if found is None or not finite(logits, found[1]):
            return dict.fromkeys(self.higher_is_better, no_figure(found and found[1]))
        mask, true = found[1].cpu().numpy(), numbers(*found) >= _CALLED_FROM
        # Ranks are those of the logits: far from zero, probabilities tie.
        score = numbers(logits, found[1])
        called = score >= 0.0
        figures = {
            "macro_f1": macro_over_labels(f1, called, true, mask),
            "micro_f1": f1(called, true, mask),
            "auc": macro_over_labels(auc, score, true, mask),
            "average_precision": macro_over_labels(average_precision, score, true, mask),
        }
        for j, label in enumerate(self.labels):
            figures[f"f1.{label}"] = f1(called[:, j], true[:, j], mask[:, j])
            figures[f"auc.{label}"] = auc(score[:, j], true[:, j], mask[:, j])
        return figures

    def primary_figure(self, outputs: Mapping[str, Tensor], labels: Labels) -> Measured:
        """Mean F1 over labels, without ranking anything."""
        logits, found = self.read(outputs, "logits"), self.known(labels)
        if found is None or not finite(logits, found[1]):
            return no_figure(found and found[1])
        true = numbers(*found) >= _CALLED_FROM
        called = numbers(logits, found[1]) >= 0.0
        return macro_over_labels(f1, called, true, found[1].cpu().numpy())

    def baseline(self, labels: Labels) -> dict[str, Tensor]:
        """All labels, for every row."""
        return {
            f"{self.output}.logits": self.fitted(self.weights).new_ones(
                (len(labels), len(self.labels))
            )
        }

    def diversity(self, outputs: Mapping[str, Tensor], labels: Labels) -> Measured:
        """Standard deviation of the probabilities over that of the labels."""
        logits, found = self.read(outputs, "logits"), self.known(labels)
        if found is None or not finite(logits, found[1]):
            return no_figure(found and found[1])
        probabilities = numbers(torch.sigmoid(logits), found[1])
        return relative_spread(probabilities, numbers(*found), found[1].cpu().numpy())

    def after_epoch(self, outputs: Mapping[str, Tensor], labels: Labels) -> None:
        """Renew dynamic weights by how much of each label, there or not, this evaluation missed."""
        found = self.known(labels)
        if self.class_weights != "dynamic" or found is None or not bool(found[1].any()):
            return
        present = found[1].cpu()
        called = self.read(outputs, "logits").cpu() >= 0
        true = hide(found[0].float().cpu(), present) >= _CALLED_FROM
        sides = [(present & ~true, ~called), (present & true, called)]
        hits = torch.stack([(known & right).sum(0) for known, right in sides], dim=-1).float()
        seen = torch.stack([known.sum(0) for known, _ in sides], dim=-1).float()
        recall = running_recall(self.recall.cpu(), hits, seen)
        self.keep(recall=recall, weights=self._weights(self.counts.cpu(), recall))

    def imitation(
        self,
        outputs: Mapping[str, Tensor],
        teacher: Float[Tensor, "*answers"],
        present: Bool[Tensor, "*answers"],
        temperature: float,
    ) -> Float[Tensor, "*answers"]:
        """Divergence from a teacher's labels."""
        return binary_distillation_loss(
            student=self.read(outputs, "logits"),
            teacher=teacher.float(),
            present=present,
            temperature=temperature,
        )

    def _weights(self, counts: Tensor, recall: Tensor) -> Tensor:
        if isinstance(self.class_weights, str):
            return fitted_class_weights(self.class_weights, counts, recall)
        there = torch.tensor(self.class_weights, dtype=counts.dtype)
        return torch.stack([torch.ones_like(there), there], dim=-1)

    def _weights_of(self, target: Tensor, present: Tensor) -> Tensor:
        yes, weights = hide(target.float(), present), self.fitted(self.weights)
        return weights[:, 1] * yes + weights[:, 0] * (1 - yes)
