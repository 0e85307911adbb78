"""Masked reductions: empty is zero, finer masks expand, wrong masks are refused."""

from __future__ import annotations

import pytest
import torch

from evoscope.multitask.losses import hide, masked_mean, masked_sum, widen


def test_an_empty_batch_is_exactly_zero_with_zero_gradient() -> None:
    values = torch.tensor([1.0, float("nan"), float("inf")], requires_grad=True)
    none = torch.zeros(3, dtype=torch.bool)
    for reduce in (masked_sum, masked_mean):
        values.grad = None
        loss = reduce(values, none)
        loss.backward()
        assert loss.item() == 0.0
        assert values.grad is not None
        assert (values.grad == 0).all()


def test_the_mean_is_that_of_the_known_labels_with_their_weights() -> None:
    values, weights = torch.tensor([1.0, 5.0, 100.0]), torch.tensor([3.0, 1.0, 50.0])
    known = torch.tensor([True, True, False])
    assert masked_mean(values, known, weights).item() == pytest.approx((3 * 1 + 5) / 4)


def test_hidden_upstream_garbage_leaves_no_trace_in_a_gradient() -> None:
    x = torch.tensor([4.0, -1.0], requires_grad=True)
    known = torch.tensor([True, False])
    # The root of -1 is NaN, and its slope; hidden after the root it would poison x.
    masked_sum(hide(x, known, 1.0).sqrt(), known).backward()
    assert x.grad is not None
    assert x.grad.tolist() == [0.25, 0.0]


def test_a_mask_of_rows_covers_all_their_parts() -> None:
    mask = widen(torch.tensor([True, False]), torch.Size([2, 3, 4]))
    assert mask.shape == (2, 3, 4)
    assert mask[0].all()
    assert not mask[1].any()


def test_a_mask_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"leading part of it. Found \(3,\)"):
        widen(torch.zeros(3, dtype=torch.bool), torch.Size([2, 3]))
