"""FiLM: a condition scales and shifts every channel."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn


class FiLM(nn.Module):
    """x * (1 + scale(condition)) + shift(condition), per channel.

    It starts near the identity, not at it: at zero no gradient would reach the condition.
    Source: Perez et al. 2018.

    Example:
        >>> import torch
        >>> FiLM(8, condition_width=16)(torch.randn(2, 8, 25), torch.randn(2, 16)).shape
        torch.Size([2, 8, 25])
    """

    def __init__(self, channels: int, *, condition_width: int) -> None:
        super().__init__()
        self.project = nn.Linear(condition_width, 2 * channels)
        nn.init.normal_(self.project.weight, std=0.1 * condition_width**-0.5)
        nn.init.zeros_(self.project.bias)

    def forward(
        self,
        x: Float[Tensor, "n channels length"],
        condition: Float[Tensor, "n condition_width"],
    ) -> Float[Tensor, "n channels length"]:
        """Return the signals as the condition modulates them."""
        scale, shift = self.project(condition).unsqueeze(-1).chunk(2, dim=1)
        modulated: Tensor = x * (1.0 + scale) + shift
        return modulated
