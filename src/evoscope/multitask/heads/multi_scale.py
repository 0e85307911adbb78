"""Convolutions of several widths side by side."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from evoscope.multitask.heads.layers import check_sequences
from evoscope.multitask.heads.residual import check_odd


class MultiScaleFeatureExtractor(nn.Module):
    """Sees narrow and broad shapes alike: parallel convolutions, mixed, beside a shortcut.

    Nothing is normalised: how large a peak is must still be there afterwards.

    Args:
        input_dim: channels that come in.
        output_dim: channels that go out.
        scales: kernel sizes, odd.

    Raises:
        ValueError: no scale, or an even one.

    Example:
        >>> extractor = MultiScaleFeatureExtractor(2, 8)
        >>> tuple(extractor(torch.randn(3, 2, 50)).shape)
        (3, 8, 50)
    """

    def __init__(
        self, input_dim: int, output_dim: int, scales: Sequence[int] = (1, 3, 5, 7)
    ) -> None:
        super().__init__()
        if not scales:
            raise ValueError("scales should hold at least one kernel size. Found none.")
        for scale in scales:
            check_odd(scale)
        self.input_dim = input_dim
        share = -(-output_dim // len(scales))
        self.branches = nn.ModuleList(
            nn.Conv1d(input_dim, share, scale, padding=scale // 2) for scale in scales
        )
        self.mix = nn.Conv1d(share * len(scales), output_dim, 1)
        self.shortcut = nn.Conv1d(input_dim, output_dim, 1, bias=False)

    def forward(
        self, features: Float[Tensor, "n channels length"]
    ) -> Float[Tensor, "n outputs length"]:
        """Same length out."""
        check_sequences(features, self.input_dim)
        scales = torch.cat([branch(features) for branch in self.branches], dim=1)
        added: Tensor = self.mix(functional.gelu(scales))
        kept: Tensor = self.shortcut(features)
        return kept + added
