"""Classes of which some are rare: each has features of its own."""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.multitask.heads.head import Head, Start
from evoscope.multitask.heads.layers import check_part, check_vectors, near_zero
from evoscope.multitask.heads.residual import ResidualBlock
from evoscope.multitask.heads.scale import Scale


class RobustClassificationHead(Head):
    """Residual blocks shared by all classes, then a small extractor per class. Part: ``logits``.

    Logits, ``(n, output_dim)``, are divided by a temperature. It is one until `calibrate`: it is
    fitted on held-out rows (Guo, 2017), never by the training loss, where it would only trade
    against the size of the weights.

    Args:
        input_dim: width of the features.
        output_dim: number of classes.
        hidden_dim: width of the residual blocks.
        class_dim: width of each class's own features.
        n_blocks: number of residual blocks.
        dropout_rate: in blocks and extractors.

    Raises:
        ValueError: features of another width.

    Example:
        >>> head = RobustClassificationHead(8, 5).eval()
        >>> features = torch.randn(2, 8)
        >>> sharp = head(features)["logits"]
        >>> head.calibrate(2.0)
        >>> bool(torch.allclose(head(features)["logits"], sharp / 2))
        True
    """

    temperature: Tensor

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        *,
        hidden_dim: int = 128,
        class_dim: int = 16,
        n_blocks: int = 2,
        dropout_rate: float = 0.3,
    ) -> None:
        super().__init__()
        self.input_dim = input_dim
        self.shared = nn.Sequential(
            nn.Linear(input_dim, hidden_dim),
            *(ResidualBlock(hidden_dim, dropout_rate) for _ in range(n_blocks)),
            nn.LayerNorm(hidden_dim),
        )
        self.extractors = nn.Sequential(
            nn.Linear(hidden_dim, output_dim * class_dim), nn.GELU(), nn.Dropout(dropout_rate)
        )
        # A grouped convolution of width one is a linear layer per class, all in one call.
        self.evidence = near_zero(
            nn.Conv1d(output_dim * class_dim, output_dim, 1, groups=output_dim)
        )
        self.scale = Scale(output_dim)
        self.register_buffer("temperature", torch.ones(()))

    def forward(self, features: Float[Tensor, "n width"]) -> dict[str, Float[Tensor, "n classes"]]:
        """Map features to calibrated logits."""
        check_vectors(features, self.input_dim)
        extracted = self.extractors(self.shared(features))
        evidence = self.evidence(extracted.unsqueeze(-1)).squeeze(-1)
        return {"logits": self.scale(evidence) / self.temperature}

    def start_at(self, part: str, start: Start) -> None:
        """Begin at the logits of the class shares; ``part`` is empty, as there is one output."""
        check_part(part, {""})
        self.scale.start_at(start)

    def calibrate(self, temperature: float) -> None:
        """Divide logits by a temperature from now on, in place of the one before.

        Raises:
            ValueError: not finite and positive.
        """
        if not (math.isfinite(temperature) and temperature > 0):
            raise ValueError(f"temperature should be finite and positive. Found {temperature}.")
        self.temperature.fill_(temperature)
