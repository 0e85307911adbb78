"""Draws per series, from the loop's generator alone."""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float
from torch import Tensor


def some(n: int, share: float, generator: torch.Generator) -> Bool[Tensor, " n"]:
    """Choose each of ``n`` with a probability."""
    return torch.rand(n, generator=generator) < share


def between(n: int, ends: tuple[float, float], generator: torch.Generator) -> Float[Tensor, " n"]:
    """Draw evenly between two ends."""
    return ends[0] + (ends[1] - ends[0]) * torch.rand(n, generator=generator)


def log_between(
    n: int, ends: tuple[float, float], generator: torch.Generator
) -> Float[Tensor, " n"]:
    """Draw evenly on a logarithmic scale between two positive ends."""
    low, high = torch.tensor(ends).log().tolist()
    return between(n, (low, high), generator).exp()
