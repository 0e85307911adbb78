"""Where in the window a sample is."""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor

N_POSITIONS = 9
"""Channels that `with_position` adds."""


def with_position(
    features: Float[Tensor, "n channels length"],
) -> Float[Tensor, "n more length"]:
    """Add channels that say when: time from -1 to 1 over the window, and four waves of it.

    What is locked to a stimulus is found by its place. A weighted mean of the first of them is a
    weighted mean of time. Liu, 2018 (CoordConv).

    Example:
        >>> with_position(torch.zeros(1, 2, 3))[0, 2].tolist()
        [-1.0, 0.0, 1.0]
    """
    rows, _, length = features.shape
    time = torch.linspace(-1.0, 1.0, length, dtype=features.dtype, device=features.device)
    angles = [math.pi * turn * time for turn in (1, 2, 3, 4)]
    code = torch.stack([time, *(a.sin() for a in angles), *(a.cos() for a in angles)])
    return torch.cat([features, code.expand(rows, -1, -1)], dim=1)
