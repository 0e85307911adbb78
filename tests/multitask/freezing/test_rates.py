"""Every part moves at its own rate."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from evoscope.multitask.freezing import Rates, layers_of, rate_factors


class Encoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Linear(2, 2)
        self.blocks = nn.ModuleList(nn.Linear(2, 2) for _ in range(3))

    def layers(self) -> list[nn.Module]:
        return list(self.blocks)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embedding(x)
        for block in self.blocks:
            x = block(x)
        return x


class Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.backbone = Encoder()
        self.heads = nn.ModuleDict({"vad": nn.Linear(2, 1), "intent": nn.Linear(2, 1)})


def test_each_layer_has_a_share_of_the_rate_of_the_one_above() -> None:
    factors = rate_factors(Model(), Rates(layer_decay=0.5))
    assert factors["heads.vad.weight"] == 1
    assert [factors[f"backbone.blocks.{i}.weight"] for i in (2, 1, 0)] == [1, 0.5, 0.25]
    assert factors["backbone.embedding.bias"] == 0.125


def test_patterns_and_depth_multiply_and_the_first_pattern_counts() -> None:
    rates = Rates(factors={"heads.vad.*": 3.0, "heads.*": 2.0, "backbone.*": 0.1}, layer_decay=0.5)
    factors = rate_factors(Model(), rates)
    assert factors["heads.vad.weight"] == 3
    assert factors["heads.intent.weight"] == 2
    assert factors["backbone.blocks.1.weight"] == pytest.approx(0.05)


def test_a_step_moves_each_part_as_far_as_its_rate_says() -> None:
    """Adam's first step has the length of the rate, whatever the gradient."""
    torch.manual_seed(0)
    model = Model()
    factors = rate_factors(model, Rates(factors={"backbone.*": 0.05}))
    optimiser = torch.optim.Adam(
        [{"params": [p], "lr": 0.01 * factors[n]} for n, p in model.named_parameters()], eps=1e-30
    )
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    model.heads["vad"](model.backbone(torch.randn(8, 2))).sum().backward()
    optimiser.step()
    for name, parameter in model.named_parameters():
        step = (parameter.detach() - before[name]).abs().max().item()
        expected = 0.0 if "intent" in name else 0.01 * (0.05 if "backbone" in name else 1)
        assert step == pytest.approx(expected, rel=1e-3, abs=1e-9), name


def test_a_factor_that_could_not_act_is_refused() -> None:
    with pytest.raises(ValueError, match=r"factors\['encoder\.\*'\] should match a parameter"):
        rate_factors(Model(), Rates(factors={"encoder.*": 0.1}))
    with pytest.raises(ValueError, match="freeze them"):
        rate_factors(Model(), Rates(factors={"backbone.*": 0.0}))


def test_layers_are_found_however_a_backbone_lists_them() -> None:
    encoder = Encoder()
    assert layers_of(encoder) == list(encoder.blocks)
    assert layers_of(encoder, "blocks") == list(encoder.blocks)
    sequential = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2))
    assert layers_of(sequential) == [sequential[0], sequential[2]]
    torchs = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(4, 2, 8), num_layers=2, enable_nested_tensor=False
    )
    assert layers_of(torchs) == list(torchs.layers)
