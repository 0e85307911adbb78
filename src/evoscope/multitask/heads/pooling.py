"""From many tokens to one vector, where some tokens are padding."""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn


class MeanPooling(nn.Module):
    """Mean over the tokens that are there; zeros where none is.

    Example:
        >>> tokens = torch.tensor([[[1.0], [3.0], [float("nan")]]])
        >>> MeanPooling()(tokens, torch.tensor([[True, True, False]])).item()
        2.0
    """

    def forward(
        self,
        tokens: Float[Tensor, "n length width"],
        present: Bool[Tensor, "n length"] | None = None,
    ) -> Float[Tensor, "n width"]:
        """Average over ``length``; all tokens are there where ``present`` is not given."""
        if present is None:
            return tokens.mean(dim=1)
        mask = present.unsqueeze(-1)
        count = mask.sum(dim=1).clamp_min(1)
        return torch.where(mask, tokens, 0.0).sum(dim=1) / count


class AttentionPooling(nn.Module):
    """Weighted mean over tokens; learned queries say which tokens count. Yang, 2016.

    Weights are ``softmax(query . tanh(key(token)))`` over the tokens that are there. A row without
    tokens answers zeros.

    Args:
        width: of a token.
        n_queries: how many weighted means are taken, of ``width`` numbers each.

    Example:
        >>> pooling = AttentionPooling(4, n_queries=2)
        >>> tuple(pooling(torch.randn(3, 10, 4)).shape)
        (3, 8)
    """

    def __init__(self, width: int, n_queries: int = 1) -> None:
        super().__init__()
        self.key = nn.Linear(width, width)
        self.query = nn.Linear(width, n_queries, bias=False)

    def attention(
        self,
        tokens: Float[Tensor, "n length width"],
        present: Bool[Tensor, "n length"] | None = None,
    ) -> Float[Tensor, "n queries length"]:
        """Weights of the tokens: not negative, of sum one per query, zero on missing tokens."""
        scores: Tensor = self.query(torch.tanh(self.key(tokens))).transpose(1, 2)
        if present is None:
            return scores.softmax(dim=-1)
        mask = present.unsqueeze(1)
        # A finite floor: a row of -inf only would be NaN, and its gradient too.
        weights = scores.masked_fill(~mask, torch.finfo(scores.dtype).min).softmax(dim=-1)
        return torch.where(mask, weights, 0.0)

    def forward(
        self,
        tokens: Float[Tensor, "n length width"],
        present: Bool[Tensor, "n length"] | None = None,
    ) -> Float[Tensor, "n pooled"]:
        """Weighted means of all queries, one after the other."""
        if present is not None:
            tokens = torch.where(present.unsqueeze(-1), tokens, 0.0)
        return (self.attention(tokens, present) @ tokens).flatten(1)
