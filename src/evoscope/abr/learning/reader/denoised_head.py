"""A signal that the backbone has already computed."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor

from evoscope.multitask.heads import Head, Start


class DenoisedHead(Head):
    """Hands a signal on as the part ``mean``; it has no parameters.

    Example:
        >>> import torch
        >>> DenoisedHead()(torch.ones(1, 3))["mean"].tolist()
        [[1.0, 1.0, 1.0]]
    """

    def forward(self, features: Float[Tensor, "n samples"]) -> dict[str, Tensor]:
        """Return the signal."""
        return {"mean": features}

    def start_at(self, part: str, start: Start) -> None:
        """Accept any start: a denoiser begins at what it observes, not at the mean signal."""
