"""Residual blocks: what comes in is kept, and something is added."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn


class ResidualBlock(nn.Module):
    """``x + f(x)`` on vectors, normalised inside ``f`` only, so that the size of ``x`` survives.

    He, 2016 (identity mappings).

    Args:
        width: of the vectors.
        dropout_rate: inside ``f``.
    """

    def __init__(self, width: int, dropout_rate: float) -> None:
        super().__init__()
        self.added = nn.Sequential(
            nn.LayerNorm(width),
            nn.Linear(width, width),
            nn.GELU(),
            nn.Dropout(dropout_rate),
            nn.Linear(width, width),
        )

    def forward(self, x: Float[Tensor, "n width"]) -> Float[Tensor, "n width"]:
        """Same shape out."""
        added: Tensor = self.added(x)
        return x + added


class ConvResidualBlock(nn.Module):
    """``x + f(x)`` on sequences, normalised inside ``f`` only, so that the size of ``x`` survives.

    Args:
        channels: of the sequences.
        kernel_size: of both convolutions; odd, so that the length stays.
        dropout_rate: inside ``f``.

    Raises:
        ValueError: an even kernel size.
    """

    def __init__(self, channels: int, kernel_size: int, dropout_rate: float) -> None:
        super().__init__()
        check_odd(kernel_size)
        self.added = nn.Sequential(
            nn.GroupNorm(1, channels),
            nn.Conv1d(channels, channels, kernel_size, padding=kernel_size // 2),
            nn.GELU(),
            nn.Dropout(dropout_rate),
            nn.Conv1d(channels, channels, kernel_size, padding=kernel_size // 2),
        )

    def forward(self, x: Float[Tensor, "n channels length"]) -> Float[Tensor, "n channels length"]:
        """Same shape out."""
        added: Tensor = self.added(x)
        return x + added


def check_odd(kernel_size: int) -> None:
    """Refuse a kernel that has no middle.

    Raises:
        ValueError: it has none.
    """
    if kernel_size < 1 or kernel_size % 2 == 0:
        raise ValueError(f"a kernel size should be odd and positive. Found {kernel_size}.")
