"""Every loss: what is not known takes no part, in value or in gradient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from evoscope.multitask import losses
from evoscope.multitask.losses import (
    FocalLoss,
    binary_distillation_loss,
    distillation_loss,
    focal_binary_cross_entropy,
    focal_cross_entropy,
    gaussian_nll,
    huber,
    masked_sum,
    outlier_mixture_nll,
    squared_error,
)

CLASSES = 3


@dataclass(frozen=True)
class Case:
    """A loss, its predictions (logits axis last where there is one), and how targets are drawn."""

    each: Callable[[list[Tensor], Tensor, Tensor], Tensor]
    predictions: tuple[int, ...]
    """Per prediction: number of classes, 0 for a bare number."""
    target: str


def classes(predictions: list[Tensor], target: Tensor, present: Tensor) -> Tensor:
    log_p = torch.log_softmax(losses.hide(predictions[0], present), -1)
    return focal_cross_entropy(log_p, target, present, gamma=2.0, label_smoothing=0.1)


CASES = {
    "focal_cross_entropy": Case(classes, (CLASSES,), "class"),
    "focal_binary_cross_entropy": Case(
        lambda x, y, m: focal_binary_cross_entropy(x[0], y, m, gamma=2.0), (0,), "share"
    ),
    "FocalLoss": Case(
        lambda x, y, m: FocalLoss([1.0, 2.0, 3.0], 1.5, "none")(x[0], y, m), (CLASSES,), "class"
    ),
    "FocalLoss of labels": Case(
        lambda x, y, m: FocalLoss(0.25, 2.0, "none")(x[0], y, m), (0,), "share"
    ),
    "squared_error": Case(lambda x, y, m: squared_error(x[0], y, m), (0,), "number"),
    "huber": Case(lambda x, y, m: huber(x[0], y, m, delta=0.5), (0,), "number"),
    "gaussian_nll": Case(
        lambda x, y, m: gaussian_nll(mean=x[0], log_variance=x[1], target=y, present=m, beta=0.5),
        (0, 0),
        "number",
    ),
    "outlier_mixture_nll": Case(
        lambda x, y, m: outlier_mixture_nll(
            mean=x[0], log_variance=x[1], outlier_logit=x[2], target=y, present=m
        ),
        (0, 0, 0),
        "number",
    ),
    "distillation_loss": Case(
        lambda x, y, m: distillation_loss(student=x[0], teacher=y, present=m), (CLASSES,), "logits"
    ),
    "binary_distillation_loss": Case(
        lambda x, y, m: binary_distillation_loss(student=x[0], teacher=y, present=m), (0,), "number"
    ),
}


def draw(case: Case, seed: int, rows: int) -> tuple[list[Tensor], Tensor]:
    generator = torch.Generator().manual_seed(seed)

    def normal(size: int) -> Tensor:
        shape = (rows, 2, size) if size else (rows, 2)
        return 3 * torch.randn(shape, generator=generator)

    targets = {
        "class": torch.randint(CLASSES, (rows, 2), generator=generator),
        "share": torch.rand((rows, 2), generator=generator),
        "number": normal(0),
        "logits": normal(CLASSES),
    }
    return [normal(size) for size in case.predictions], targets[case.target]


def spoil(tensor: Tensor, hidden: Tensor, garbage: float) -> Tensor:
    if not tensor.is_floating_point():
        return torch.where(hidden, torch.tensor(-100), tensor)
    wide = hidden.reshape(hidden.shape + (1,) * (tensor.ndim - hidden.ndim))
    return torch.where(wide, torch.tensor(garbage), tensor)


def test_every_public_loss_is_in_the_table() -> None:
    helpers = {"hide", "widen", "masked_mean", "masked_sum", "count_classes", "inverse_weights"}
    weights = {name for name in losses.__all__ if name.endswith("class_weights")}
    assert set(losses.__all__) - helpers - weights - {"class_balanced_weights"} <= set(CASES)


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    garbage=st.sampled_from([float("nan"), float("inf"), -float("inf"), 1e30]),
)
def test_what_is_hidden_changes_neither_loss_nor_gradient(
    name: str, seed: int, garbage: float
) -> None:
    case = CASES[name]
    predictions, target = draw(case, seed, rows=5)
    present = torch.rand((5, 2), generator=torch.Generator().manual_seed(seed)) < 0.5
    spoiled = [spoil(x, ~present, garbage).requires_grad_() for x in predictions]
    clean = [x.clone().requires_grad_() for x in predictions]
    each = case.each(spoiled, spoil(target, ~present, garbage), present)
    known = case.each(clean, target, torch.ones_like(present))
    assert each.shape == present.shape
    torch.testing.assert_close(each, torch.where(present, known, 0.0))
    masked_sum(each, present).backward()
    masked_sum(known, present).backward()
    for dirty, tidy in zip(spoiled, clean, strict=True):
        assert dirty.grad is not None
        torch.testing.assert_close(dirty.grad, tidy.grad)
        assert (dirty.grad[~present] == 0).all()


@pytest.mark.parametrize("name", CASES)
def test_a_loss_reaches_every_prediction(name: str) -> None:
    case = CASES[name]
    predictions, target = draw(case, seed=1, rows=6)
    leaves = [x.requires_grad_() for x in predictions]
    case.each(leaves, target, torch.ones(6, 2, dtype=torch.bool)).sum().backward()
    for leaf in leaves:
        assert leaf.grad is not None
        assert leaf.grad.isfinite().all()
        assert leaf.grad.abs().sum() > 0


@pytest.mark.parametrize("name", CASES)
def test_a_loss_stays_finite_far_out(name: str) -> None:
    case = CASES[name]
    predictions, target = draw(case, seed=2, rows=6)
    leaves = [(30.0 * x).requires_grad_() for x in predictions]
    loss = case.each(leaves, target, torch.ones(6, 2, dtype=torch.bool)).sum()
    loss.backward()
    assert loss.isfinite()
    assert all(leaf.grad is not None and leaf.grad.isfinite().all() for leaf in leaves)
