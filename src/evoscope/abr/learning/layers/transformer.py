"""A transformer block: self-attention, then attention to another sequence, then a small network."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from evoscope.abr.learning.layers.attention import Attention
from evoscope.abr.learning.layers.position import AbsolutePosition

MIN_LENGTH = 50
"""Shortest sequence on which a transformer is used: attention has too little to choose from below.

Source: the rule of the second design document this model follows, where transformers stood on 12
tokens."""


class CrossAttentionTransformerBlock(nn.Module):
    """x + self-attention, + cross-attention to a context where there is one, + feed-forward.

    Pre-norm; positions are added once, before the self-attention.

    ``share`` (an attribute, 1 at first) blends the block in: the output is
    (1 - share) * input + share * block. A recipe that starts without transformers moves it from 0
    to 1; at 0 the block costs nothing.

    Args:
        channels: width of a token; a multiple of ``heads``.
        length: tokens, at least :data:`MIN_LENGTH`.
        heads: attention heads.
        cross: whether a context of the same channels will be given.
        dropout: share of activations dropped in the feed-forward network, 0..1.

    Raises:
        ValueError: a sequence too short for attention.

    Example:
        >>> import torch
        >>> block = CrossAttentionTransformerBlock(8, length=50, heads=2, cross=True)
        >>> block(torch.randn(2, 8, 50), torch.randn(2, 8, 50)).shape
        torch.Size([2, 8, 50])
    """

    def __init__(
        self, channels: int, *, length: int, heads: int, cross: bool = False, dropout: float = 0.0
    ) -> None:
        super().__init__()
        if length < MIN_LENGTH:
            raise ValueError(
                f"A transformer's sequence should have at least {MIN_LENGTH} samples. Found"
                f" {length}. Leave transformers to the finer levels; S4D serves the short ones."
            )
        self.share = 1.0
        self.position = AbsolutePosition(length=length, channels=channels)
        self.self_norm = nn.LayerNorm(channels)
        self.self_attention = Attention(channels, heads=heads)
        self.cross_norm = nn.LayerNorm(channels) if cross else None
        self.context_norm = nn.LayerNorm(channels) if cross else None
        self.cross_attention = Attention(channels, heads=heads) if cross else None
        self.feed_forward = nn.Sequential(
            nn.LayerNorm(channels),
            nn.Linear(channels, 2 * channels),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(2 * channels, channels),
        )

    def forward(
        self,
        x: Float[Tensor, "n channels length"],
        context: Float[Tensor, "n channels others"] | None = None,
    ) -> Float[Tensor, "n channels length"]:
        """Return the signals after each sample has looked at the others, and at the context."""
        if self.share == 0.0:
            return x
        tokens = self.position(x).transpose(1, 2)
        near = self.self_norm(tokens)
        tokens = tokens + self.self_attention(near, near)
        if self.cross_attention and self.cross_norm and self.context_norm and context is not None:
            far = self.context_norm(context.transpose(1, 2))
            tokens = tokens + self.cross_attention(self.cross_norm(tokens), far)
        out: Tensor = (tokens + self.feed_forward(tokens)).transpose(1, 2)
        return out if self.share == 1.0 else x + self.share * (out - x)
