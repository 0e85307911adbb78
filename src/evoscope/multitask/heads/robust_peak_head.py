"""Peaks of a sequence: is it there, when, how large, and how sure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from jaxtyping import Float
from torch import Tensor, nn

from evoscope.multitask.heads.head import Head, Start
from evoscope.multitask.heads.layers import check_part, check_sequences, near_zero
from evoscope.multitask.heads.multi_scale import MultiScaleFeatureExtractor
from evoscope.multitask.heads.pooling import AttentionPooling
from evoscope.multitask.heads.position import N_POSITIONS, with_position
from evoscope.multitask.heads.residual import ConvResidualBlock
from evoscope.multitask.heads.scale import Scale

Range: TypeAlias = tuple[float | Sequence[float], float | Sequence[float]]
"""Lower and upper bound, each one number or one per wave."""


class RobustPeakHead(Head):
    """Existence, latency and amplitude of a fixed list of waves, from features over time.

    Shapes of several widths are looked for at once; existence, latency and amplitude each have an
    encoder of their own; every wave attends to its own stretch of the window. Parts, each
    ``(n, n_waves)``: ``existence.logits``, and ``mean`` and ``log_variance`` of ``latency`` and of
    ``amplitude``, whatever the wave's existence: what there is to learn from a wave that is absent
    is for the loss to mask.

    Args:
        input_dim: channels of the features.
        n_waves: number of waves.
        latency_range: what a latency can be, in the target's units.
        amplitude_range: what an amplitude can be, in the target's units.
        hidden_dim: channels inside.
        scales: kernel sizes, odd.
        dropout_rate: inside the encoders.

    Raises:
        ValueError: impossible ranges or scales, or features of another shape.

    Example:
        >>> import torch
        >>> head = RobustPeakHead(8, 5, latency_range=(0.0, 12.0), amplitude_range=(0.0, 2.0))
        >>> head.start_at("latency", Start(torch.tensor([1.6, 2.7, 3.7, 5.0, 5.6]),
        ...                                torch.tensor(0.4)))
        >>> [round(v, 1) for v in head(torch.randn(1, 8, 200))["latency.mean"][0].tolist()]
        [1.6, 2.7, 3.7, 5.0, 5.6]
    """

    def __init__(
        self,
        input_dim: int,
        n_waves: int,
        *,
        latency_range: Range,
        amplitude_range: Range,
        hidden_dim: int = 64,
        scales: Sequence[int] = (1, 3, 5, 7),
        dropout_rate: float = 0.1,
    ) -> None:
        super().__init__()
        self.input_dim = input_dim
        self.extractor = MultiScaleFeatureExtractor(input_dim + N_POSITIONS, hidden_dim, scales)
        self.existence = _WaveEncoder(hidden_dim, n_waves, 1, dropout_rate)
        self.latency = _WaveEncoder(hidden_dim, n_waves, 2, dropout_rate)
        self.amplitude = _WaveEncoder(hidden_dim, n_waves, 2, dropout_rate)
        self.existence_scale = Scale(n_waves)
        self.latency_scale = Scale(n_waves, low=latency_range[0], high=latency_range[1])
        self.amplitude_scale = Scale(n_waves, low=amplitude_range[0], high=amplitude_range[1])

    def forward(
        self, features: Float[Tensor, "n channels length"]
    ) -> dict[str, Float[Tensor, "n waves"]]:
        """Map features over the whole window to what is said of every wave."""
        check_sequences(features, self.input_dim)
        hidden = self.extractor(with_position(features))
        (existence,) = self.existence(hidden)
        latency, latency_spread = self.latency(hidden)
        amplitude, amplitude_spread = self.amplitude(hidden)
        return {
            "existence.logits": self.existence_scale(existence),
            "latency.mean": self.latency_scale(latency),
            "latency.log_variance": self.latency_scale.log_variance(latency_spread),
            "amplitude.mean": self.amplitude_scale(amplitude),
            "amplitude.log_variance": self.amplitude_scale.log_variance(amplitude_spread),
        }

    def start_at(self, part: str, start: Start) -> None:
        """Begin at a centre and spread of ``existence``, ``latency`` or ``amplitude``."""
        scales = {
            "existence": self.existence_scale,
            "latency": self.latency_scale,
            "amplitude": self.amplitude_scale,
        }
        check_part(part, scales)
        scales[part].start_at(start)


class _WaveEncoder(nn.Module):
    """Features over time -> one tensor ``(n, n_waves)`` per answer.

    Position is there again at the pooling, so that what is attended to carries its time with it.
    """

    def __init__(self, width: int, n_waves: int, n_answers: int, dropout_rate: float) -> None:
        super().__init__()
        self.n_answers = n_answers
        self.block = ConvResidualBlock(width, 3, dropout_rate)
        self.pooling = AttentionPooling(width + N_POSITIONS, n_waves)
        self.answers = near_zero(nn.Linear(n_waves * (width + N_POSITIONS), n_answers * n_waves))

    def forward(self, hidden: Float[Tensor, "n channels length"]) -> tuple[Tensor, ...]:
        encoded = with_position(self.block(hidden))
        answers: Tensor = self.answers(self.pooling(encoded.transpose(1, 2)))
        return answers.chunk(self.n_answers, dim=1)
