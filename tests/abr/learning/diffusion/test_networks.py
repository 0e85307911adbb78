"""A recipe chooses the network; a choice that cannot be is refused with what to do."""

from __future__ import annotations

import pytest
import torch

from evoscope.abr.generation.contract import CLOCK
from evoscope.abr.learning.diffusion import (
    ComponentSettings,
    DiffusionRecipe,
    Ground,
    build_network,
)
from evoscope.abr.learning.diffusion.component_network import ComponentNetwork
from evoscope.abr.learning.diffusion.prior import LinearStart
from evoscope.abr.learning.diffusion.unet_network import UNetNetwork


def test_the_kind_decides(ground: Ground) -> None:
    small = "channels: [8, 16], heads: 2, transformer_levels: []"
    unet = DiffusionRecipe.parse(f"network: {{kind: unet, {small}}}")
    assert isinstance(build_network(unet, ground), UNetNetwork)
    assert isinstance(build_network(DiffusionRecipe(), ground), ComponentNetwork)


def test_components_need_the_linear_start() -> None:
    with pytest.raises(ValueError, match="linear_start should be true"):
        DiffusionRecipe.parse("diffusing: {linear_start: false}")


def test_more_components_than_samples_are_refused(ground: Ground) -> None:
    with pytest.raises(ValueError, match="components should be at most the 200 samples"):
        ComponentNetwork(ComponentSettings(components=201), ground.prior)


def test_what_is_not_a_component_keeps_its_linear_estimate(ground: Ground) -> None:
    torch.manual_seed(0)
    network = ComponentNetwork(ComponentSettings(components=10, width=16, blocks=1), ground.prior)
    x, t = torch.randn(4, 200), torch.tensor([0.2, 0.4, 0.6, 0.8])
    with torch.no_grad():
        found = network(x, t, torch.full((4, 9), torch.nan), torch.randn(4, 24))["signal.v"]
        linear = LinearStart(ground.prior)(x, torch.zeros_like(x), sigma=CLOCK.sigma(t))
        moved = (found - linear) @ network.linear.directions
    assert moved[:, :190].abs().max() < 1e-4 < moved[:, 190:].abs().max()
