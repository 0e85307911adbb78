"""Heads that answer at every sample: a signal, and where each wave is."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812  torch's own name for it
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.multitask.heads import Head, Start

_LAST_START = 0.1


class PatchSignalHead(Head):
    """Tokens ``(n, time, width)`` to the part ``mean``, a signal of ``time * patch`` samples.

    Each token answers a patch of twice the stride; overlapping halves add up.

    Args:
        width: of a token.
        patch: samples from one token to the next.
        samples: of the longest signal.

    Example:
        >>> PatchSignalHead(8, patch=4, samples=40)(torch.zeros(2, 5, 8))["mean"].shape
        torch.Size([2, 20])
    """

    centre: Tensor
    spread: Tensor

    def __init__(self, width: int, *, patch: int, samples: int) -> None:
        super().__init__()
        self.patch = patch
        self.project = nn.Linear(width, 2 * patch)
        self.project.weight.data *= _LAST_START
        nn.init.zeros_(self.project.bias)
        self.register_buffer("centre", torch.zeros(samples))
        self.register_buffer("spread", torch.ones(()))

    def forward(self, features: Float[Tensor, "n time width"]) -> dict[str, Tensor]:
        """Answer a signal."""
        patch = self.patch
        halves = self.project(features)
        first, second = halves[..., :patch].flatten(1), halves[..., patch:].flatten(1)
        both = F.pad(first, (0, patch)) + F.pad(second, (patch, 0))
        samples = first.shape[1]
        raw = both[:, patch // 2 : patch // 2 + samples]
        return {"mean": self.centre[:samples] + self.spread * raw}

    def start_at(self, part: str, start: Start) -> None:
        """Begin at a mean signal; shorter than the longest one, it is zero after its end."""
        if part:
            raise ValueError(f"part should be empty: the head answers one signal. Found {part!r}.")
        self.centre.zero_()
        self.centre[: len(start.centre)] = start.centre.to(self.centre)
        self.spread.copy_(start.spread)


class PlaceHead(Head):
    """Tokens ``(n, time, width)`` to the part ``logits`` ``(n, columns, time * patch)``.

    Args:
        width: of a token.
        columns: what is looked for, such as waves.
        patch: samples from one token to the next.
        samples: of the longest signal.

    Example:
        >>> PlaceHead(8, columns=5, patch=4, samples=40)(torch.zeros(2, 5, 8))["logits"].shape
        torch.Size([2, 5, 20])
    """

    centre: Tensor

    def __init__(self, width: int, *, columns: int, patch: int, samples: int) -> None:
        super().__init__()
        self.columns, self.patch = columns, patch
        last = nn.Linear(width, columns * patch)
        last.weight.data *= _LAST_START
        nn.init.zeros_(last.bias)
        self.project = nn.Sequential(nn.Linear(width, width), nn.GELU(), last)
        self.register_buffer("centre", torch.zeros(columns, samples))

    def forward(self, features: Float[Tensor, "n time width"]) -> dict[str, Tensor]:
        """Answer a logit for every sample."""
        n, time, _ = features.shape
        raw = self.project(features).view(n, time, self.columns, self.patch)
        logits = raw.permute(0, 2, 1, 3).reshape(n, self.columns, time * self.patch)
        return {"logits": self.centre[:, : time * self.patch] + logits}

    def start_at(self, part: str, start: Start) -> None:
        """Begin at the shares of every sample."""
        if part:
            raise ValueError(f"part should be empty: the head answers places. Found {part!r}.")
        self.centre.copy_(start.centre)
