"""A whole recording in one vector, and back."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn


def pool(x: Float[Tensor, "n channels length"]) -> Float[Tensor, "n width"]:
    """Return mean and largest value of each channel: 2 * channels numbers per recording.

    The mean says how much of a feature there is, the largest whether it occurs at all.

    Example:
        >>> pool(torch.tensor([[[1.0, 3.0]]])).tolist()
        [[2.0, 3.0]]
    """
    return torch.cat([x.mean(dim=-1), x.amax(dim=-1)], dim=-1)


class GlobalContext(nn.Module):
    """Tell every sample about the whole recording: x + network(pool(x)).

    Example:
        >>> GlobalContext(8)(torch.randn(2, 8, 13)).shape
        torch.Size([2, 8, 13])
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.network = nn.Sequential(
            nn.Linear(2 * channels, channels), nn.SiLU(), nn.Linear(channels, channels)
        )

    def forward(self, x: Float[Tensor, "n channels length"]) -> Float[Tensor, "n channels length"]:
        """Return the signals with the context added to each sample."""
        context: Tensor = self.network(pool(x))
        return x + context.unsqueeze(-1)
