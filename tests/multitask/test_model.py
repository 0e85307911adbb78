"""One backbone, many heads: every head finds its features, every task its outputs."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from evoscope.multitask.heads import (
    ImprovedTaskHead,
    RobustPeakHead,
    RobustThresholdHead,
    Start,
    TaskSpecificFeatureExtractor,
)
from evoscope.multitask.model import MultiTaskModel


@pytest.fixture
def model() -> MultiTaskModel:
    torch.manual_seed(0)
    return MultiTaskModel(
        nn.Linear(4, 8),
        {
            "kind": ImprovedTaskHead(8, 3, (8,)),
            "size": ImprovedTaskHead(8, 1, (8,), task_type="regression", with_uncertainty=True),
        },
    )


def test_outputs_carry_the_name_of_head_and_part(model: MultiTaskModel) -> None:
    outputs = model(input=torch.zeros(2, 4))
    assert {name: tuple(t.shape) for name, t in outputs.items()} == {
        "kind.logits": (2, 3),
        "size.mean": (2, 1),
        "size.log_variance": (2, 1),
    }


def test_a_start_reaches_the_head_it_names_and_no_other(model: MultiTaskModel) -> None:
    before = model.eval()(input=torch.zeros(2, 4))
    model.start_at("size", Start(torch.tensor(40.0), torch.tensor(5.0)))
    after = model(input=torch.zeros(2, 4))
    torch.testing.assert_close(after["size.mean"], torch.full((2, 1), 40.0), atol=0.01, rtol=0)
    torch.testing.assert_close(after["kind.logits"], before["kind.logits"])


def test_a_head_that_does_not_exist_is_refused_with_those_that_do(model: MultiTaskModel) -> None:
    with pytest.raises(ValueError, match=r"\['kind', 'size'\]. Found 'length'"):
        model.start_at("length", Start(torch.zeros(()), torch.ones(())))


def test_a_backbone_may_hand_every_head_features_of_its_own() -> None:
    torch.manual_seed(0)
    model = MultiTaskModel(
        TaskSpecificFeatureExtractor(1, 8, {"peaks": 3, "threshold": 7}),
        {
            "peaks": RobustPeakHead(
                8, 5, latency_range=(0.0, 12.0), amplitude_range=(0.0, 2.0), hidden_dim=8
            ),
            "threshold": RobustThresholdHead(8, low=-10.0, high=120.0, hidden_dim=8),
        },
    )
    model.start_at("peaks.latency", Start(torch.arange(1.0, 6.0), torch.tensor(0.3)))
    outputs = model(features=torch.randn(2, 1, 30))
    torch.testing.assert_close(
        outputs["peaks.latency.mean"], torch.arange(1.0, 6.0).expand(2, 5), atol=1e-2, rtol=0
    )
    outputs["threshold.mean"].sum().backward()
    extractors = model.backbone.extractors
    assert all(p.grad is not None for p in extractors["threshold"].parameters())
    # Heads keep to their own features; what they share goes through the attention between tasks.
    assert all(p.grad is None for p in model.heads["peaks"].parameters())
