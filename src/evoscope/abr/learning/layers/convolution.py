"""Local convolutions: a residual block, and one step down or up in resolution."""

from __future__ import annotations

import torch.nn.functional as F  # noqa: N812  # the name everyone knows it by
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.abr.learning.layers.norm import group_norm


class ConvBlock(nn.Module):
    """x + convolution(SiLU(norm(x))): features of one neighbourhood.

    Args:
        channels: channels in and out.
        kernel_size: odd number of samples it sees.
        dropout: share of activations dropped, 0..1.

    Example:
        >>> import torch
        >>> ConvBlock(8, kernel_size=5)(torch.randn(2, 8, 25)).shape
        torch.Size([2, 8, 25])
    """

    def __init__(self, channels: int, *, kernel_size: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            group_norm(channels),
            nn.SiLU(),
            nn.Dropout(dropout),
            nn.Conv1d(channels, channels, kernel_size, padding=kernel_size // 2),
        )

    def forward(self, x: Float[Tensor, "n channels length"]) -> Float[Tensor, "n channels length"]:
        """Add local features to the signals."""
        local: Tensor = self.branch(x)
        return x + local


class Downsample(nn.Module):
    """Halve the length, rounding up: 200 -> 100 -> 50 -> 25 -> 13.

    Example:
        >>> import torch
        >>> Downsample(4, 8)(torch.randn(2, 4, 25)).shape
        torch.Size([2, 8, 13])
    """

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(channels, out_channels, 3, stride=2, padding=1)

    def forward(
        self, x: Float[Tensor, "n channels length"]
    ) -> Float[Tensor, "n out_channels half"]:
        """Return the signals at half the rate."""
        half: Tensor = self.conv(x)
        return half


class Upsample(nn.Module):
    """Double the length, or one sample less where the way down rounded up.

    Samples are repeated, then smoothed by a convolution: no checkerboard.

    Args:
        channels, out_channels: of the signals before and after.
        length: samples after.

    Example:
        >>> import torch
        >>> Upsample(8, 4, length=25)(torch.randn(2, 8, 13)).shape
        torch.Size([2, 4, 25])
    """

    def __init__(self, channels: int, out_channels: int, *, length: int) -> None:
        super().__init__()
        self.length = length
        self.conv = nn.Conv1d(channels, out_channels, 3, padding=1)

    def forward(
        self, x: Float[Tensor, "n channels half"]
    ) -> Float[Tensor, "n out_channels length"]:
        """Return the signals at twice the rate."""
        double: Tensor = self.conv(F.interpolate(x, scale_factor=2.0)[..., : self.length])
        return double
