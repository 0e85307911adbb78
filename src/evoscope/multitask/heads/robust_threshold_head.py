"""A value between bounds whose labels are sometimes wrong."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.multitask.heads.head import Head, Start
from evoscope.multitask.heads.layers import (
    OUTLIERS_AT_START,
    check_part,
    check_sequences,
    near_zero,
)
from evoscope.multitask.heads.pooling import AttentionPooling
from evoscope.multitask.heads.position import N_POSITIONS, with_position
from evoscope.multitask.heads.residual import ConvResidualBlock, ResidualBlock
from evoscope.multitask.heads.scale import Scale


class RobustThresholdHead(Head):
    """A bounded value from features over a sequence, read whole and piece by piece.

    The global path sees the mean, mean size and maximum of every channel; the local path looks for
    the place that decides. An auxiliary predictor answers from the global path alone, which keeps
    that path useful by itself. Parts, each ``(n, output_dim)``: ``mean``, ``log_variance``,
    ``auxiliary`` (in the units of ``mean``) and ``outlier_logit``: that this row's label is not to
    be trusted; it starts at a probability of 0.05.

    Args:
        input_dim: channels of the features.
        output_dim: number of values.
        low: lower bound, one or one per output.
        high: upper bound.
        hidden_dim: width inside.
        dropout_rate: inside the residual blocks.

    Raises:
        ValueError: not ``low < high``, or features of another shape.

    Example:
        >>> head = RobustThresholdHead(8, low=-10.0, high=120.0)
        >>> head.start_at("", Start(torch.tensor(30.0), torch.tensor(20.0)))
        >>> parts = head(torch.randn(1, 8, 200))
        >>> round(parts["mean"].item(), 1), round(parts["outlier_logit"].sigmoid().item(), 2)
        (30.0, 0.05)
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int = 1,
        *,
        low: float | Sequence[float],
        high: float | Sequence[float],
        hidden_dim: int = 64,
        dropout_rate: float = 0.1,
    ) -> None:
        super().__init__()
        self.input_dim = input_dim
        self.whole = nn.Sequential(
            nn.Linear(3 * input_dim, hidden_dim), ResidualBlock(hidden_dim, dropout_rate)
        )
        self.pieces = nn.Sequential(
            nn.Conv1d(input_dim, hidden_dim, 3, padding=1),
            ConvResidualBlock(hidden_dim, 3, dropout_rate),
        )
        self.pooling = AttentionPooling(hidden_dim + N_POSITIONS)
        self.join = nn.Sequential(
            nn.Linear(2 * hidden_dim + N_POSITIONS, hidden_dim),
            ResidualBlock(hidden_dim, dropout_rate),
        )
        self.mean, self.log_variance, self.outlier, self.auxiliary = (
            near_zero(nn.Linear(hidden_dim, output_dim)) for _ in range(4)
        )
        self.scale = Scale(output_dim, low=low, high=high)

    def forward(
        self, features: Float[Tensor, "n channels length"]
    ) -> dict[str, Float[Tensor, "n outputs"]]:
        """Map features over a sequence to a value, how sure it is, and whether to trust a label."""
        check_sequences(features, self.input_dim)
        summary = [features.mean(dim=2), features.abs().mean(dim=2), features.amax(dim=2)]
        whole = self.whole(torch.cat(summary, dim=1))
        pieces = self.pooling(with_position(self.pieces(features)).transpose(1, 2))
        joined = self.join(torch.cat([whole, pieces], dim=1))
        return {
            "mean": self.scale(self.mean(joined)),
            "log_variance": self.scale.log_variance(self.log_variance(joined)),
            "auxiliary": self.scale(self.auxiliary(whole)),
            "outlier_logit": OUTLIERS_AT_START + self.outlier(joined),
        }

    def start_at(self, part: str, start: Start) -> None:
        """Begin at a centre and spread; ``part`` is empty, as there is one output."""
        check_part(part, {""})
        self.scale.start_at(start)
