"""Class weights rebalance: rare classes count more, by as much as is asked for."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.class_weight import compute_class_weight

from evoscope.multitask.losses import (
    class_balanced_weights,
    compute_class_weights,
    inverse_weights,
    missed_class_weights,
)

TEN_TO_ONE = [0] * 100 + [1] * 10


def test_without_smoothing_they_are_the_usual_balanced_weights() -> None:
    labels = torch.tensor([0] * 7 + [1] * 2 + [2])
    theirs = compute_class_weight("balanced", classes=np.arange(3), y=labels.numpy())
    ours = compute_class_weights(labels, 3, smoothing=0.0)
    assert ours.tolist() == pytest.approx(theirs.tolist())


def test_the_default_smoothing_still_rebalances() -> None:
    common, rare = compute_class_weights(TEN_TO_ONE, 2).tolist()
    assert 7.0 < rare / common < 10.0


def test_smoothing_goes_from_balanced_to_none() -> None:
    ratios = []
    for smoothing in (0.0, 0.3, 0.7, 1.0):
        common, rare = compute_class_weights(TEN_TO_ONE, 2, smoothing).tolist()
        ratios.append(rare / common)
    assert ratios == pytest.approx([10.0, 10**0.7, 10**0.3, 1.0])


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=6).filter(any))
def test_weighted_labels_add_up_to_their_number(counts: list[int]) -> None:
    n = torch.tensor(counts, dtype=torch.float64)
    for weights in (inverse_weights(n), class_balanced_weights(n), missed_class_weights(n, 0 * n)):
        assert bool((weights > 0).all())
        assert float((weights * n).sum()) == pytest.approx(float(n.sum()))


def test_a_class_without_labels_has_a_finite_weight() -> None:
    weights = compute_class_weights([0, 0, 0], 2)
    assert weights.isfinite().all()


def test_effective_numbers_follow_the_paper() -> None:
    counts = torch.tensor([1000.0, 10.0], dtype=torch.float64)
    weights = class_balanced_weights(counts, beta=0.99)
    expected = ((1 - 0.99**1000) / 0.01) / ((1 - 0.99**10) / 0.01)
    assert float(weights[1] / weights[0]) == pytest.approx(expected)


def test_effective_numbers_end_at_none_and_at_inverse_frequency() -> None:
    counts = torch.tensor([90.0, 10.0], dtype=torch.float64)
    assert class_balanced_weights(counts, beta=0.0).tolist() == pytest.approx([1.0, 1.0])
    near = class_balanced_weights(counts, beta=1 - 1e-9).tolist()
    assert near == pytest.approx(inverse_weights(counts, 0.0).tolist(), rel=1e-5)


def test_a_class_that_is_missed_gains_weight_and_none_is_let_go() -> None:
    counts, found = torch.tensor([50.0, 50.0, 50.0]), torch.tensor([1.0, 0.9, 0.2])
    weights = missed_class_weights(counts, found)
    assert weights[2] > weights[1] > weights[0] > 0


@pytest.mark.parametrize(
    ("labels", "message"),
    [([], "at least one class number"), ([0, 5], "from 0 to 1. Found 0 to 5"), ([-1], "Found -1")],
)
def test_impossible_labels_are_refused(labels: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compute_class_weights(labels, 2)


def test_impossible_smoothing_and_beta_are_refused() -> None:
    with pytest.raises(ValueError, match=r"smoothing should be between 0 and 1. Found 1.5"):
        compute_class_weights([0, 1], 2, smoothing=1.5)
    with pytest.raises(ValueError, match=r"beta should be at least 0 and below 1. Found 1.0"):
        class_balanced_weights(torch.ones(2), beta=1.0)
