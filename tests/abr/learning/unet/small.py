"""Configurations at a size that a test can afford; every switch as it is."""

from __future__ import annotations

import torch

from evoscope.abr.learning.unet import (
    CONFIGURATIONS,
    SEED_GRID,
    HierarchicalUNet,
    UNetConfig,
    example_inputs,
)


def small(name: str, **changes: object) -> UNetConfig:
    size = {
        "length": SEED_GRID,
        "channels": (8,) * 5,
        "states": 4,
        "heads": 2,
        "condition_width": 16,
    }
    return UNetConfig.model_validate(CONFIGURATIONS[name].model_dump() | size | changes)


def build(config: UNetConfig) -> HierarchicalUNet:
    torch.manual_seed(0)
    return HierarchicalUNet(config)


def inputs_of(config: UNetConfig, n: int = 3) -> dict[str, torch.Tensor]:
    torch.manual_seed(1)
    return example_inputs(config, n)
