"""The one normalisation of feature maps."""

from __future__ import annotations

from math import gcd

from torch import nn


def group_norm(channels: int) -> nn.GroupNorm:
    """Return group normalisation with up to 8 groups.

    It stands only inside residual branches: the path from input to output keeps the amplitude.

    Example:
        >>> group_norm(24).num_groups, group_norm(12).num_groups
        (8, 4)
    """
    return nn.GroupNorm(gcd(channels, 8), channels)
