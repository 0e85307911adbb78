"""A residual block around S4D, which mixes the channels that S4D keeps apart."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from evoscope.abr.learning.layers.norm import group_norm
from evoscope.abr.learning.layers.s4d import S4D


class S4DBlock(nn.Module):
    """x + mix(GELU(S4D(norm(x)))).

    Args:
        channels, length, states, bidirectional: as in :class:`S4D`.
        dropout: share of activations dropped before mixing, 0..1.

    Example:
        >>> import torch
        >>> S4DBlock(8, length=25)(torch.randn(2, 8, 25)).shape
        torch.Size([2, 8, 25])
    """

    def __init__(
        self,
        channels: int,
        *,
        length: int,
        states: int = 16,
        bidirectional: bool = True,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.norm = group_norm(channels)
        self.s4d = S4D(channels, length=length, states=states, bidirectional=bidirectional)
        self.mix = nn.Sequential(nn.GELU(), nn.Dropout(dropout), nn.Conv1d(channels, channels, 1))

    def forward(self, x: Float[Tensor, "n channels length"]) -> Float[Tensor, "n channels length"]:
        """Add what the state space reads to the signals."""
        read: Tensor = self.mix(self.s4d(self.norm(x)))
        return x + read
