"""Attention at several temporal scales, for peaks that are narrow or broad."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.abr.learning.layers.attention import Attention
from evoscope.abr.learning.layers.position import AbsolutePosition

SCALES = (1, 3, 5, 7)
"""Kernel sizes in samples."""


class MultiScaleAttention(nn.Module):
    """x + fuse(attention of convolutions of x with kernels 1, 3, 5 and 7).

    Each scale convolves, then attends within itself; the scales meet in one 1 x 1 convolution.

    Args:
        channels: channels of the signals; a multiple of ``heads``.
        length: samples.
        heads: attention heads of each scale.

    Example:
        >>> MultiScaleAttention(8, length=50, heads=2)(torch.randn(2, 8, 50)).shape
        torch.Size([2, 8, 50])
    """

    def __init__(self, channels: int, *, length: int, heads: int) -> None:
        super().__init__()
        self.position = AbsolutePosition(length=length, channels=channels)
        self.convs = nn.ModuleList(
            nn.Conv1d(channels, channels, scale, padding=scale // 2) for scale in SCALES
        )
        self.norms = nn.ModuleList(nn.LayerNorm(channels) for _ in SCALES)
        self.attentions = nn.ModuleList(Attention(channels, heads=heads) for _ in SCALES)
        self.fuse = nn.Conv1d(len(SCALES) * channels, channels, 1)

    def forward(self, x: Float[Tensor, "n channels length"]) -> Float[Tensor, "n channels length"]:
        """Add what attention finds at each scale to the signals."""
        placed = self.position(x)
        found = []
        for conv, norm, attention in zip(self.convs, self.norms, self.attentions, strict=True):
            tokens = norm(conv(placed).transpose(1, 2))
            found.append(attention(tokens, tokens).transpose(1, 2))
        fused: Tensor = self.fuse(torch.cat(found, dim=1))
        return x + fused
