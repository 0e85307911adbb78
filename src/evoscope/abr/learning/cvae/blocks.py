"""Transformer layers of the autoencoder."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from evoscope.abr.learning.layers.attention import Attention


class TransformerLayer(nn.Module):
    """Self-attention, attention to a memory where there is one, feed-forward; pre-norm.

    Dropout is on what each adds, not on the attention itself: the fused kernel has none.

    Args:
        channels: width of a token.
        heads: of attention.
        feed_forward: width inside the feed-forward network.
        cross: whether a memory will be given.
        dropout: share of activations dropped.

    Example:
        >>> import torch
        >>> layer = TransformerLayer(8, heads=2, feed_forward=16, cross=True, dropout=0.0)
        >>> layer(torch.randn(3, 20, 8), torch.randn(3, 2, 8)).shape
        torch.Size([3, 20, 8])
    """

    def __init__(
        self, channels: int, *, heads: int, feed_forward: int, cross: bool, dropout: float
    ) -> None:
        super().__init__()
        self.self_norm = nn.LayerNorm(channels)
        self.self_attention = Attention(channels, heads=heads)
        self.cross_norm = nn.LayerNorm(channels) if cross else None
        self.cross_attention = Attention(channels, heads=heads) if cross else None
        self.feed_forward = nn.Sequential(
            nn.LayerNorm(channels),
            nn.Linear(channels, feed_forward),
            nn.GELU(),
            nn.Linear(feed_forward, channels),
        )
        self.dropout = nn.Dropout(dropout)

    def forward(
        self,
        tokens: Float[Tensor, "n tokens channels"],
        memory: Float[Tensor, "n memories channels"] | None = None,
    ) -> Float[Tensor, "n tokens channels"]:
        """Return the tokens after each has looked at the others, and at the memory."""
        near = self.self_norm(tokens)
        tokens = tokens + self.dropout(self.self_attention(near, near))
        if self.cross_norm is not None and self.cross_attention is not None and memory is not None:
            seen = self.cross_attention(self.cross_norm(tokens), memory)
            tokens = tokens + self.dropout(seen)
        out: Tensor = tokens + self.dropout(self.feed_forward(tokens))
        return out
