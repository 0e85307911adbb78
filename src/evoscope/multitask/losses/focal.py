"""Focal loss: what is already answered well counts less."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from jaxtyping import Bool, Float, Shaped
from torch import Tensor, nn
from torch.nn import functional

from evoscope.multitask.losses.masking import hide, masked_sum

Reduction = Literal["mean", "sum", "none"]


def focal_cross_entropy(
    log_probabilities: Float[Tensor, "*labels classes"],
    target: Shaped[Tensor, "*labels"],
    present: Bool[Tensor, "*labels"],
    *,
    gamma: float = 0.0,
    label_smoothing: float = 0.0,
) -> Float[Tensor, "*labels"]:
    """Focal loss of one class out of several, ``-(1 - p) ** gamma * log(p)``, per label.

    Args:
        log_probabilities: normalised, such as a ``log_softmax`` (of logits that were hidden before
            it: a NaN logit makes NaN gradients of all of its row).
        target: class numbers.
        present: which labels are known; the loss of the others is 0, their gradient too.
        gamma: 0 is cross-entropy; higher makes easy labels count less.
        label_smoothing: share of every label given evenly to all classes (Szegedy et al. 2016).

    Source: Lin et al. 2017.

    Example:
        >>> known, log_p = torch.tensor([True]), torch.tensor([[0.9, 0.1]]).log()
        >>> round(focal_cross_entropy(log_p, torch.tensor([0]), known, gamma=2.0).item(), 5)
        0.00105
    """
    log_p = hide(log_probabilities, present)
    label = hide(target, present).long().unsqueeze(-1)
    loss = _focal(log_p.gather(-1, label).squeeze(-1), gamma)
    if label_smoothing:
        loss = (1 - label_smoothing) * loss + label_smoothing * _focal(log_p, gamma).mean(-1)
    return hide(loss, present)


def focal_binary_cross_entropy(
    logits: Float[Tensor, "*labels"],
    target: Shaped[Tensor, "*labels"],
    present: Bool[Tensor, "*labels"],
    *,
    gamma: float = 0.0,
    label_smoothing: float = 0.0,
) -> Float[Tensor, "*labels"]:
    """Focal loss of labels that are each there or not, per label.

    Args:
        logits: of each label being there.
        target: 1 or true where it is; a share in between (of annotators, say) is allowed.
        present: which labels are known; the loss of the others is 0, their gradient too.
        gamma: 0 is binary cross-entropy.
        label_smoothing: share of every label given evenly to yes and no.

    Source: Lin et al. 2017.

    Example:
        >>> known, logit = torch.tensor([True]), torch.tensor([0.0])
        >>> round(focal_binary_cross_entropy(logit, torch.tensor([1]), known).item(), 4)
        0.6931
    """
    x = hide(logits, present)
    yes = hide(target.to(x.dtype), present)
    yes = yes * (1 - label_smoothing) + label_smoothing / 2
    loss = yes * _focal(functional.logsigmoid(x), gamma)
    return hide(loss + (1 - yes) * _focal(functional.logsigmoid(-x), gamma), present)


def _focal(log_p: Float[Tensor, "*any"], gamma: float) -> Float[Tensor, "*any"]:
    if gamma == 0.0:
        return -log_p
    # Not below the smallest step from 1: the slope of a root at 0 is infinite.
    missing = (-torch.expm1(log_p)).clamp_min(torch.finfo(log_p.dtype).eps)
    return -(missing**gamma) * log_p


class FocalLoss(nn.Module):
    """Focal loss with class weights, ``-alpha * (1 - p) ** gamma * log(p)``.

    Integer targets of one axis less than the logits are classes; targets of the logits' own shape
    are labels, each there or not.

    Args:
        alpha: one weight per class, or one per label, or one for all, or none. Of a label that is
            there or not it is the weight of "there", and ``1 - alpha`` that of "not there".
        gamma: 0 is cross-entropy.
        reduction: ``mean`` divides by the class weights of the labels, where alpha holds one per
            class, as ``cross_entropy`` does, otherwise by their number; or ``sum``; or ``none``.

    Raises:
        ValueError: a negative gamma or an unknown reduction.

    Source: Lin et al. 2017.

    Example:
        >>> logits, classes = torch.randn(8, 3), torch.tensor([0, 1, 2, 0, 0, 0, 0, 1])
        >>> plain = torch.nn.functional.cross_entropy(logits, classes)
        >>> torch.allclose(FocalLoss(gamma=0.0)(logits, classes), plain)
        True
    """

    alpha: Tensor | None

    def __init__(
        self,
        alpha: Tensor | Sequence[float] | float | None = None,
        gamma: float = 2.0,
        reduction: Reduction = "mean",
    ) -> None:
        super().__init__()
        if gamma < 0:
            raise ValueError(f"gamma should not be negative. Found {gamma}.")
        if reduction not in ("mean", "sum", "none"):
            raise ValueError(f"reduction should be 'mean', 'sum' or 'none'. Found {reduction!r}.")
        weights = None if alpha is None else torch.as_tensor(alpha, dtype=torch.float32)
        self.register_buffer("alpha", weights)
        self.gamma = gamma
        self.reduction = reduction

    def forward(
        self,
        logits: Float[Tensor, "*logits"],
        target: Shaped[Tensor, "*target"],
        present: Bool[Tensor, "*target"] | None = None,
    ) -> Float[Tensor, "*loss"]:
        """Loss of logits, counting only the labels that are present (all of them without a mask).

        Raises:
            ValueError: targets that are neither classes nor labels of these logits.
        """
        known = torch.ones_like(target, dtype=torch.bool) if present is None else present
        if target.shape == logits.shape:
            values = focal_binary_cross_entropy(logits, target, known, gamma=self.gamma)
            weights = divisor = torch.ones_like(values)
            if self.alpha is not None:
                yes = hide(target.to(logits.dtype), known)
                weights = self.alpha * yes + (1 - self.alpha) * (1 - yes)
        elif target.shape == logits.shape[:-1] and not target.is_floating_point():
            log_p = torch.log_softmax(hide(logits, known), dim=-1)
            values = focal_cross_entropy(log_p, target, known, gamma=self.gamma)
            weights = divisor = torch.ones_like(values)
            if self.alpha is not None and self.alpha.ndim:
                weights = divisor = self.alpha[hide(target, known).long()]
            elif self.alpha is not None:
                weights = self.alpha.expand_as(values)
        else:
            raise ValueError(
                f"target should hold integers of shape {tuple(logits.shape[:-1])}, or labels of "
                f"shape {tuple(logits.shape)}. Found {target.dtype} of shape {tuple(target.shape)}."
            )
        if self.reduction == "none":
            return values * weights
        total = masked_sum(values, known, weights)
        if self.reduction == "sum":
            return total
        weight = masked_sum(divisor, known)
        return total / torch.where(weight > 0, weight, 1.0)
