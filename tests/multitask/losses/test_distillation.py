"""Distillation beside torch's divergence, and what it is for."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from evoscope.multitask.losses import binary_distillation_loss, distillation_loss

GENERATOR = torch.Generator().manual_seed(0)
STUDENT, TEACHER = torch.randn(2, 20, 5, generator=GENERATOR)
ALL = torch.ones(20, dtype=torch.bool)


@pytest.mark.parametrize("temperature", [1.0, 3.0])
def test_it_is_the_divergence_of_softened_classes(temperature: float) -> None:
    ours = distillation_loss(student=STUDENT, teacher=TEACHER, present=ALL, temperature=temperature)
    theirs = functional.kl_div(
        torch.log_softmax(STUDENT / temperature, -1),
        torch.softmax(TEACHER / temperature, -1),
        reduction="none",
    )
    torch.testing.assert_close(ours, temperature**2 * theirs.sum(-1))


def test_labels_are_classes_of_two() -> None:
    known = torch.ones(20, 5, dtype=torch.bool)
    ours = binary_distillation_loss(student=STUDENT, teacher=TEACHER, present=known)
    p, q = torch.sigmoid(TEACHER / 2), torch.sigmoid(STUDENT / 2)
    expected = 4 * (p * (p / q).log() + (1 - p) * ((1 - p) / (1 - q)).log())
    torch.testing.assert_close(ours, expected, rtol=1e-4, atol=1e-5)


def test_the_teacher_does_not_learn() -> None:
    teacher = TEACHER.clone().requires_grad_()
    student = STUDENT.clone().requires_grad_()
    distillation_loss(student=student, teacher=teacher, present=ALL).sum().backward()
    assert teacher.grad is None
    assert student.grad is not None


def test_a_temperature_that_is_not_positive_is_refused() -> None:
    with pytest.raises(ValueError, match=r"temperature should be positive. Found 0"):
        distillation_loss(student=STUDENT, teacher=TEACHER, present=ALL, temperature=0.0)
