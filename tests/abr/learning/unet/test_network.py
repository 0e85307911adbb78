"""The network as a whole: what it refuses, what it keeps, and that it learns."""

from __future__ import annotations

import pytest
import torch
from pydantic import ValidationError

from evoscope.abr.learning.layers import CrossAttentionTransformerBlock, attention_maps
from evoscope.abr.learning.unet import (
    LONG_GRID,
    PARAMETERS,
    SEED_GRID,
    HierarchicalUNet,
    UNetConfig,
    restore,
    standardize,
)

from .small import build, inputs_of, small


@pytest.mark.parametrize(
    ("length", "lengths"),
    [(SEED_GRID, (200, 100, 50, 25, 13)), (LONG_GRID, (384, 192, 96, 48, 24))],
)
def test_four_levels_on_both_grids(length: int, lengths: tuple[int, ...]) -> None:
    config = small("plain", length=length)
    assert config.lengths == lengths
    assert build(config)(**inputs_of(config))["signal"].shape[-1] == length


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"transformer_levels": (3,)}, "at least 50 samples. Found level 3 with 48"),
        ({"transformer_levels": (4,)}, "bottleneck"),
        ({"kernel_size": 4}, "odd"),
        ({"task_stride": 5}, "divide"),
        ({"transformer": True}, "Extra inputs"),
    ],
)
def test_an_impossible_network_is_refused(changes: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        UNetConfig.model_validate(changes)


def test_transformers_stand_on_long_sequences_only() -> None:
    network = build(small("full"))
    homes = [
        key
        for key, part in network.named_modules()
        if isinstance(part, CrossAttentionTransformerBlock)
    ]
    assert len(homes) == 6
    assert not any("bottleneck" in home for home in homes)


def test_a_recording_on_another_grid_is_refused() -> None:
    config = small("plain")
    with pytest.raises(ValueError, match=r"200 samples.*Found 384"):
        build(config)(**(inputs_of(config) | {"x": torch.zeros(3, 384)}))


@pytest.mark.parametrize("name", ["full", "joint"])
def test_parameters_go_with_a_joint_network_only(name: str) -> None:
    config = small(name)
    inputs = inputs_of(config)
    if config.joint:
        del inputs["noisy_parameters"]
    else:
        inputs["noisy_parameters"] = torch.zeros(3, len(PARAMETERS))
    with pytest.raises(ValueError, match="exactly when the network is joint"):
        build(config)(**inputs)


def test_amplitude_survives_the_network() -> None:
    # A network that normalises its input away answers 4 x as it answers x.
    config = small("production")
    network, inputs = build(config).eval(), inputs_of(config)
    with torch.no_grad():
        silence, soft, loud = (
            network(**(inputs | {"x": gain * inputs["x"]})) for gain in (0.0, 1.0, 4.0)
        )
    for output in ("signal", "signal_features", "peaks_features"):
        grown = (loud[output] - silence[output]).norm() / (soft[output] - silence[output]).norm()
        assert grown > 2.0, output


def test_each_recording_is_read_by_itself() -> None:
    config = small("production")
    network, inputs = build(config).eval(), inputs_of(config)
    alone = network(**{key: values[:1] for key, values in inputs.items()})
    together = network(**inputs)
    for output, values in alone.items():
        torch.testing.assert_close(values, together[output][:1], atol=1e-5, rtol=1e-5)


def test_transformers_can_be_blended_in() -> None:
    config = small("full")
    network, inputs = build(config).eval(), inputs_of(config)
    full = network(**inputs)["signal"]
    network.blend_transformers(0.0)
    without = attention_maps(network, lambda: network(**inputs))
    assert not any("transformer" in key for key in without)
    assert not torch.allclose(network(**inputs)["signal"], full)
    network.blend_transformers(1.0)
    torch.testing.assert_close(network(**inputs)["signal"], full)


def test_one_batch_can_be_learned_by_heart() -> None:
    config = small("joint", length=50, channels=(16, 16), transformer_levels=(0,))
    network, inputs = build(config), inputs_of(config, 4)
    targets = {"signal": torch.randn(4, 50), "parameters": torch.randn(4, len(PARAMETERS))}
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    for _ in range(60):
        optimizer.zero_grad()
        out = network(**inputs)
        losses = {key: (out[key] - target).square().mean() for key, target in targets.items()}
        torch.stack(list(losses.values())).sum().backward()
        optimizer.step()
    assert all(loss < 0.05 for loss in losses.values()), losses


def test_generated_parameters_come_back_in_their_units() -> None:
    values = torch.randn(5, len(PARAMETERS)) * 10.0
    values[0, 0] = torch.nan
    torch.testing.assert_close(restore(standardize(values)), values, equal_nan=True)


def test_a_checkpoint_fits_a_network_of_the_same_configuration() -> None:
    config = small("joint")
    kept = UNetConfig.model_validate_json(config.model_dump_json())
    network, again = build(config).eval(), HierarchicalUNet(kept).eval()
    again.load_state_dict(network.state_dict())
    inputs = inputs_of(config)
    torch.testing.assert_close(again(**inputs)["signal"], network(**inputs)["signal"])
