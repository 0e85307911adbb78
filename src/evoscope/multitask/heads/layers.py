"""What heads have in common: a last layer that starts near zero, and checks that name the fault."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import TypeVar

from torch import Tensor, nn

Layer = TypeVar("Layer", nn.Linear, nn.Conv1d)

_START = 1e-4

OUTLIERS_AT_START = math.log(0.05 / 0.95)
"""Logit of an outlier before anything is learned: one label in twenty."""


def near_zero(layer: Layer) -> Layer:
    """Let a layer answer about 1e-4 to features of unit size, so that a head starts at its centre.

    Not exactly zero: then no gradient would reach the layers below at the first step.
    """
    fan_in = layer.weight[0].numel()
    nn.init.normal_(layer.weight, std=_START / fan_in**0.5)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def check_vectors(features: Tensor, width: int) -> None:
    """Refuse features that are not of shape ``(n, width)``.

    Raises:
        ValueError: they are not.
    """
    if features.ndim != 2 or features.shape[1] != width:
        hint = " Pool over the last axis first." if features.ndim == 3 else ""
        raise ValueError(
            f"features should be of shape (n, {width}). Found {tuple(features.shape)}.{hint}"
        )


def check_sequences(features: Tensor, channels: int) -> None:
    """Refuse features that are not of shape ``(n, channels, length)``.

    Raises:
        ValueError: they are not.
    """
    if features.ndim != 3 or features.shape[1] != channels:
        swapped = features.ndim == 3 and features.shape[2] == channels
        hint = " Channels come before length: transpose them." if swapped else ""
        raise ValueError(
            f"features should be of shape (n, {channels}, length). "
            f"Found {tuple(features.shape)}.{hint}"
        )


def check_part(part: str, known: Collection[str]) -> None:
    """Refuse a part that a head does not have.

    Raises:
        ValueError: it does not.
    """
    if part not in known:
        raise ValueError(
            f"part should be one of {sorted(known)} ('' where a head has one output). "
            f"Found {part!r}."
        )
