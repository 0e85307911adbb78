"""Recordings of a series told of one another: a small set transformer."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812  torch's own name for it
from jaxtyping import Bool, Float
from torch import Tensor, nn

HEADS = 4
QUERIES = 4


class SeriesReader(nn.Module):
    """One vector per recording in, one per series out, the same for all its recordings.

    Several series may stand in one batch: a mask keeps them apart. The order of recordings is
    irrelevant, as levels are conditions (Lee et al. 2019, Set Transformer).

    Args:
        input_dim: width of what comes in.
        width: of a recording's summary.
        layers: of attention; 0 averages the summaries and does no more.
        dropout: inside the layers.

    Example:
        >>> same = torch.tensor([[True, True, False], [True, True, False], [False, False, True]])
        >>> whole = SeriesReader(8, width=16, layers=1)(torch.randn(3, 8), same)
        >>> whole.shape, torch.allclose(whole[0], whole[1])
        (torch.Size([3, 80]), True)
    """

    def __init__(self, input_dim: int, *, width: int, layers: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.summary = nn.Sequential(nn.Linear(input_dim, width), nn.GELU())
        self.layers = nn.ModuleList(_Layer(width, dropout) for _ in range(layers))
        self.queries = nn.Linear(width, QUERIES) if layers else None
        self.output_dim = (QUERIES + 1) * width if layers else width

    def forward(
        self, recordings: Float[Tensor, "n features"], same: Bool[Tensor, "n n"]
    ) -> Float[Tensor, "n width"]:
        """Read every series.

        Args:
            recordings: what is known of each.
            same: whether two belong to one series.
        """
        summaries: Tensor = self.summary(recordings)
        for layer in self.layers:
            summaries = layer(summaries, same)
        share = same.to(summaries)
        mean = (share / share.sum(1, keepdim=True)) @ summaries
        if self.queries is None:
            return mean
        scores = self.queries(summaries).transpose(0, 1)[:, None, :]
        weights = scores.masked_fill(~same, -1e9).softmax(dim=-1)
        chosen = (weights @ summaries).permute(1, 0, 2).flatten(1)
        return torch.cat([chosen, mean], dim=1)


class _Layer(nn.Module):
    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.project = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)
        self.inner = nn.Sequential(
            nn.Linear(width, 2 * width), nn.GELU(), nn.Dropout(dropout), nn.Linear(2 * width, width)
        )

    def forward(self, x: Tensor, same: Tensor) -> Tensor:
        split = self.project(self.first(x)).unflatten(-1, (3, HEADS, -1))
        q, k, v = split.permute(1, 2, 0, 3).contiguous().unbind(0)
        seen = F.scaled_dot_product_attention(q[None], k[None], v[None], attn_mask=same)[0]
        x = x + self.output(seen.transpose(0, 1).flatten(1))
        out: Tensor = x + self.inner(self.second(x))
        return out
