"""Absolute position: waves are locked to the stimulus, so where a sample lies says what it is."""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn


class AbsolutePosition(nn.Module):
    """Add a learned mixture of fixed sinusoids of the sample's time since the window's start.

    Periods run from twice the window down to four samples, in octaves: neighbours look alike, and
    far samples never do.

    Args:
        length: samples of the window.
        channels: channels of the signals.

    Example:
        >>> AbsolutePosition(length=50, channels=8)(torch.zeros(2, 8, 50)).std() > 0
        tensor(True)
    """

    waves: Tensor

    def __init__(self, *, length: int, channels: int) -> None:
        super().__init__()
        octaves = max(1, math.ceil(math.log2(length / 2)))
        cycles = 0.5 * 2.0 ** torch.arange(octaves) / length
        angle = 2.0 * math.pi * cycles.unsqueeze(-1) * torch.arange(length)
        # Rebuilt from the configuration: it need not travel with the weights.
        self.register_buffer("waves", torch.cat([angle.sin(), angle.cos()]), persistent=False)
        self.mix = nn.Parameter(torch.randn(channels, 2 * octaves) * (2 * octaves) ** -0.5)

    def forward(self, x: Float[Tensor, "n channels length"]) -> Float[Tensor, "n channels length"]:
        """Return the signals with their position added."""
        return x + self.mix @ self.waves
