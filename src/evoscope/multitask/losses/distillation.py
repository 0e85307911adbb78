"""Learning from a teacher's answers."""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

from evoscope.multitask.losses.masking import hide


def distillation_loss(
    *,
    student: Float[Tensor, "*labels classes"],
    teacher: Float[Tensor, "*labels classes"],
    present: Bool[Tensor, "*labels"],
    temperature: float = 2.0,
) -> Float[Tensor, "*labels"]:
    """Kullback-Leibler divergence of a student's classes from a teacher's, per label.

    ``temperature ** 2 * sum(p * (log p - log q))`` with ``p`` and ``q`` the softmax of the
    teacher's and the student's logits over the temperature; the square keeps the gradient's size.
    For numbers a teacher is imitated with `squared_error`. Source: Hinton et al. 2015.

    Args:
        student: logits.
        teacher: logits, never learned from.
        present: where the teacher has answered; the loss of the others is 0, their gradient too.
        temperature: higher listens more to how the teacher ranks the wrong classes.

    Raises:
        ValueError: a temperature that is not positive.

    Example:
        >>> logits, known = torch.randn(4, 3), torch.ones(4, dtype=torch.bool)
        >>> round(distillation_loss(student=logits, teacher=logits, present=known).sum().item(), 6)
        0.0
    """
    if not temperature > 0.0:
        raise ValueError(f"temperature should be positive. Found {temperature}.")
    q = torch.log_softmax(hide(student, present) / temperature, dim=-1)
    p = torch.log_softmax(hide(teacher.detach(), present) / temperature, dim=-1)
    each = functional.kl_div(q, p, reduction="none", log_target=True).sum(-1)
    return hide(temperature**2 * each, present)


def binary_distillation_loss(
    *,
    student: Float[Tensor, "*labels"],
    teacher: Float[Tensor, "*labels"],
    present: Bool[Tensor, "*labels"],
    temperature: float = 2.0,
) -> Float[Tensor, "*labels"]:
    """Kullback-Leibler divergence of labels that are each there or not, per label.

    Arguments and errors are those of `distillation_loss`, which this equals for two classes.

    Example:
        >>> known = torch.tensor([True])
        >>> far = {"student": torch.zeros(1), "teacher": torch.tensor([4.0]), "present": known}
        >>> round(binary_distillation_loss(**far).item(), 3)
        1.311
    """

    def two(logits: Tensor) -> Tensor:
        return torch.stack([logits, torch.zeros_like(logits)], dim=-1)

    return distillation_loss(
        student=two(student), teacher=two(teacher), present=present, temperature=temperature
    )
