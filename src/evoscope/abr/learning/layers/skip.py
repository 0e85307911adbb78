"""How the decoder takes up what the encoder saw at the same resolution."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.abr.learning.layers.attention import Attention


class ConcatenatedSkip(nn.Module):
    """Put both side by side and mix them by a 1 x 1 convolution.

    Example:
        >>> x = torch.randn(2, 8, 50)
        >>> ConcatenatedSkip(8)(x, x).shape
        torch.Size([2, 8, 50])
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.fuse = nn.Conv1d(2 * channels, channels, 1)

    def forward(
        self,
        x: Float[Tensor, "n channels length"],
        skip: Float[Tensor, "n channels length"],
    ) -> Float[Tensor, "n channels length"]:
        """Return the decoder's signals with the encoder's."""
        fused: Tensor = self.fuse(torch.cat([x, skip], dim=1))
        return x + fused


class AttentionSkipConnection(nn.Module):
    """Let the decoder select: its signals are the queries, the encoder's the keys and values.

    The encoder's sample at the same place is kept beside what attention selects: fine detail has
    to arrive where it was.

    Args:
        channels: channels of both; a multiple of ``heads``.
        heads: attention heads.

    Example:
        >>> x = torch.randn(2, 8, 50)
        >>> AttentionSkipConnection(8, heads=2)(x, x).shape
        torch.Size([2, 8, 50])
    """

    def __init__(self, channels: int, *, heads: int) -> None:
        super().__init__()
        self.query_norm = nn.LayerNorm(channels)
        self.skip_norm = nn.LayerNorm(channels)
        # Not named `attention`: that is the method of a module which says where it looks.
        self.selection = Attention(channels, heads=heads)
        self.fuse = nn.Conv1d(3 * channels, channels, 1)

    def forward(
        self,
        x: Float[Tensor, "n channels length"],
        skip: Float[Tensor, "n channels length"],
    ) -> Float[Tensor, "n channels length"]:
        """Return the decoder's signals with what they select from the encoder's."""
        queries = self.query_norm(x.transpose(1, 2))
        selected = self.selection(queries, self.skip_norm(skip.transpose(1, 2)))
        fused: Tensor = self.fuse(torch.cat([x, skip, selected.transpose(1, 2)], dim=1))
        return x + fused
