"""A signal out for a sequence of features in."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from evoscope.multitask.heads.head import Head, Start
from evoscope.multitask.heads.layers import check_part, check_sequences, near_zero
from evoscope.multitask.heads.residual import ConvResidualBlock
from evoscope.multitask.heads.scale import Scale


class DenseSignalHead(Head):
    """One value per sample of a fixed window.

    Part: ``mean``, ``(n, length)``. It may start at a whole waveform, such as the mean of all
    targets.

    Args:
        input_dim: channels of the features.
        length: samples of the window.
        kernel_size: of its convolutions, odd.
        dropout_rate: inside its residual block.

    Raises:
        ValueError: an even kernel size, or features of another shape.

    Example:
        >>> import torch
        >>> head = DenseSignalHead(8, 200)
        >>> tuple(head(torch.randn(3, 8, 200))["mean"].shape)
        (3, 200)
    """

    def __init__(
        self,
        input_dim: int,
        length: int,
        *,
        kernel_size: int = 5,
        dropout_rate: float = 0.0,
    ) -> None:
        super().__init__()
        self.input_dim = input_dim
        self.length = length
        self.block = ConvResidualBlock(input_dim, kernel_size, dropout_rate)
        self.mean = near_zero(nn.Conv1d(input_dim, 1, 1))
        self.scale = Scale(length)

    def forward(
        self, features: Float[Tensor, "n channels length"]
    ) -> dict[str, Float[Tensor, "n length"]]:
        """Map features to a signal."""
        check_sequences(features, self.input_dim)
        if features.shape[2] != self.length:
            raise ValueError(
                f"features should be {self.length} samples long. Found {features.shape[2]}."
            )
        return {"mean": self.scale(self.mean(self.block(features)).squeeze(1))}

    def start_at(self, part: str, start: Start) -> None:
        """Begin at a waveform, or a constant; ``part`` is empty, as there is one output."""
        check_part(part, {""})
        self.scale.start_at(start)
