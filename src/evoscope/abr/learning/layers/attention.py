"""Multi-head attention of one sequence to another."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812  # the name everyone knows it by
from jaxtyping import Float
from torch import Tensor, nn


class Attention(nn.Module):
    """Scaled dot-product attention: softmax(q k' / sqrt(width)) v, over several heads.

    Args:
        channels: width of the tokens; a multiple of ``heads``.
        heads: attention patterns computed side by side.

    Raises:
        ValueError: channels that cannot be shared out among the heads.

    Example:
        >>> tokens, others = torch.randn(2, 50, 8), torch.randn(2, 25, 8)
        >>> Attention(8, heads=2)(tokens, others).shape
        torch.Size([2, 50, 8])
    """

    def __init__(self, channels: int, *, heads: int) -> None:
        super().__init__()
        if channels % heads:
            raise ValueError(
                f"channels should be a multiple of heads. Found {channels} channels, {heads} heads."
            )
        self.heads = heads
        self.query = nn.Linear(channels, channels)
        # No bias: it would add the same to every score of a query, which softmax cannot see.
        self.key = nn.Linear(channels, channels, bias=False)
        self.value = nn.Linear(channels, channels)
        self.output = nn.Linear(channels, channels)

    def forward(
        self,
        queries: Float[Tensor, "n tokens channels"],
        context: Float[Tensor, "n others channels"],
    ) -> Float[Tensor, "n tokens channels"]:
        """Return, for each query token, what it takes from the context."""
        q, k = self._split(queries, self.query), self._split(context, self.key)
        mixed = F.scaled_dot_product_attention(q, k, self._split(context, self.value))
        output: Tensor = self.output(mixed.transpose(1, 2).flatten(2))
        return output

    def attention(
        self,
        queries: Float[Tensor, "n tokens channels"],
        context: Float[Tensor, "n others channels"],
    ) -> Float[Tensor, "n heads tokens others"]:
        """Return the weights that :meth:`forward` uses and, for speed, never forms."""
        q, k = self._split(queries, self.query), self._split(context, self.key)
        return torch.softmax(q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5, dim=-1)

    def _split(self, tokens: Tensor, project: nn.Module) -> Tensor:
        split: Tensor = project(tokens).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        # The fused CPU kernel takes contiguous tensors only.
        return split.contiguous()
