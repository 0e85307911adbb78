"""Focal loss beside torch's own cross-entropies and the formula of its paper."""

from __future__ import annotations

import jaxtyping
import pytest
import torch
from torch.nn import functional

from evoscope.multitask.losses import FocalLoss, focal_binary_cross_entropy, focal_cross_entropy

LOGITS = 2 * torch.randn(40, 4, generator=torch.Generator().manual_seed(0))
CLASSES = torch.randint(4, (40,), generator=torch.Generator().manual_seed(1))
LABELS = torch.randint(2, (40, 4), generator=torch.Generator().manual_seed(2)).float()
ALL = torch.ones(40, dtype=torch.bool)
ALPHA = torch.tensor([0.2, 5.0, 2.0, 3.0])


@pytest.mark.parametrize("alpha", [None, ALPHA])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_gamma_zero_is_cross_entropy(alpha: torch.Tensor | None, reduction: str) -> None:
    ours = FocalLoss(alpha, 0.0, reduction)(LOGITS, CLASSES)  # type: ignore[arg-type]
    theirs = functional.cross_entropy(LOGITS, CLASSES, weight=alpha, reduction=reduction)
    torch.testing.assert_close(ours, theirs)


def test_gamma_zero_is_binary_cross_entropy_on_labels() -> None:
    theirs = functional.binary_cross_entropy_with_logits(LOGITS, LABELS)
    torch.testing.assert_close(FocalLoss(gamma=0.0)(LOGITS, LABELS), theirs)


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.0, 5.0])
def test_many_classes_follow_the_formula_of_the_paper(gamma: float) -> None:
    p = LOGITS.double().softmax(-1)[torch.arange(40), CLASSES]
    expected = -ALPHA.double()[CLASSES] * (1 - p) ** gamma * p.log()
    ours = FocalLoss(ALPHA, gamma, "none")(LOGITS, CLASSES)
    torch.testing.assert_close(ours.double(), expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("alpha", [0.25, ALPHA / 6])
def test_labels_follow_the_formula_of_the_paper(alpha: float | torch.Tensor) -> None:
    p = torch.sigmoid(LOGITS.double())
    p_t = torch.where(LABELS == 1, p, 1 - p)
    share = torch.as_tensor(alpha).double().expand(40, 4)
    a_t = torch.where(LABELS == 1, share, 1 - share)
    expected = (-a_t * (1 - p_t) ** 2 * p_t.log()).mean()
    ours = FocalLoss(alpha, 2.0)(LOGITS, LABELS)
    torch.testing.assert_close(ours.double(), expected, rtol=1e-4, atol=1e-6)


def test_label_smoothing_is_torchs() -> None:
    log_p = torch.log_softmax(LOGITS, -1)
    ours = focal_cross_entropy(log_p, CLASSES, ALL, label_smoothing=0.1)
    theirs = functional.cross_entropy(LOGITS, CLASSES, label_smoothing=0.1, reduction="none")
    torch.testing.assert_close(ours, theirs)


def test_smoothed_labels_are_softer_targets() -> None:
    known = torch.ones_like(LABELS, dtype=torch.bool)
    ours = focal_binary_cross_entropy(LOGITS, LABELS, known, label_smoothing=0.2)
    soft = 0.8 * LABELS + 0.1
    theirs = functional.binary_cross_entropy_with_logits(LOGITS, soft, reduction="none")
    torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
def test_a_label_answered_perfectly_has_a_finite_gradient(gamma: float) -> None:
    logits = torch.tensor([[200.0, -200.0]], requires_grad=True)
    FocalLoss(gamma=gamma)(logits, torch.tensor([0])).backward()
    assert logits.grad is not None
    assert logits.grad.isfinite().all()


def test_one_number_for_all_classes_scales_the_loss() -> None:
    plain = FocalLoss(gamma=2.0)(LOGITS, CLASSES)
    torch.testing.assert_close(FocalLoss(0.25, 2.0)(LOGITS, CLASSES), 0.25 * plain)


def test_an_empty_batch_costs_nothing() -> None:
    none = torch.zeros(40, dtype=torch.bool)
    assert FocalLoss(ALPHA)(LOGITS, CLASSES, none).item() == 0.0


def test_targets_of_neither_kind_and_bad_options_are_refused() -> None:
    with pytest.raises(ValueError, match="target should hold integers"):
        FocalLoss()(LOGITS, CLASSES.float())
    with pytest.raises(ValueError, match="gamma should not be negative"):
        FocalLoss(gamma=-1.0)


def test_an_unknown_reduction_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)  # a user has no such check
    with pytest.raises(ValueError, match="reduction should be 'mean', 'sum' or 'none'"):
        FocalLoss(reduction="max")  # type: ignore[arg-type]
