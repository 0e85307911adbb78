"""The scale a head carries: raw numbers near zero in, values in the target's own units out."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.multitask.heads.head import Start

_LOG_VARIANCE_REACH = 10.0


class Scale(nn.Module):
    """Maps a raw output of a network to a target's own units, and starts where it is told to.

    Unbounded: ``centre + spread * raw``. Between bounds: ``low + (high - low) * sigmoid(a + b *
    raw)``, with ``a`` and ``b`` such that a raw zero answers ``centre`` and the slope there is
    ``spread``, as without bounds. (A tanh range with the same two conditions is the same function:
    ``tanh(x) = 2 sigmoid(2 x) - 1``.)

    Args:
        size: number of outputs; their last axis.
        low: lower bound, one or one per output; None for none.
        high: upper bound; given exactly where ``low`` is.

    Raises:
        ValueError: one bound without the other, or not ``low < high``.

    Example:
        >>> scale = Scale(1, low=0.0, high=100.0)
        >>> scale.start_at(Start(torch.tensor(30.0), torch.tensor(15.0)))
        >>> [round(v, 1) for v in scale(torch.tensor([[0.0], [0.1], [50.0]])).flatten().tolist()]
        [30.0, 31.5, 100.0]
    """

    centre: Tensor
    spread: Tensor
    low: Tensor
    high: Tensor

    def __init__(
        self,
        size: int,
        *,
        low: float | Sequence[float] | None = None,
        high: float | Sequence[float] | None = None,
    ) -> None:
        super().__init__()
        if (low is None) != (high is None):
            raise ValueError(f"low and high should be given together. Found {low} and {high}.")
        self.bounded = low is not None
        if low is None or high is None:
            self.register_buffer("centre", torch.zeros(size))
            self.register_buffer("spread", torch.ones(size))
            return
        bounds = [torch.as_tensor(bound, dtype=torch.float32).expand(size) for bound in (low, high)]
        if not bool((bounds[0] < bounds[1]).all()):
            raise ValueError(f"low should be below high. Found {low} and {high}.")
        self.register_buffer("low", bounds[0].clone())
        self.register_buffer("high", bounds[1].clone())
        self.register_buffer("centre", (self.low + self.high) / 2)
        # The standard deviation of a value that is anywhere between the bounds.
        self.register_buffer("spread", (self.high - self.low) / 12**0.5)

    def start_at(self, start: Start) -> None:
        """Answer ``start.centre`` at a raw zero, and move by ``start.spread`` per unit of raw.

        Raises:
            ValueError: not of the outputs' shape, not finite, a spread that is not positive, or a
                centre that is not between the bounds.
        """
        try:
            centre, spread = (
                part.to(self.centre).expand_as(self.centre) for part in (start.centre, start.spread)
            )
        except RuntimeError:
            raise ValueError(
                f"centre and spread should be scalars or of shape {tuple(self.centre.shape)}. Found"
                f" {tuple(start.centre.shape)} and {tuple(start.spread.shape)}."
            ) from None
        if not bool((centre.isfinite() & spread.isfinite() & (spread > 0)).all()):
            raise ValueError(
                "centre should be finite and spread positive. "
                f"Found {centre.tolist()} and {spread.tolist()}."
            )
        if self.bounded and not bool(((self.low < centre) & (centre < self.high)).all()):
            raise ValueError(
                f"centre should be between {self.low.tolist()} and {self.high.tolist()}. "
                f"Found {centre.tolist()}. Widen the bounds."
            )
        self.centre.copy_(centre)
        self.spread.copy_(spread)

    def forward(self, raw: Float[Tensor, "*batch size"]) -> Float[Tensor, "*batch size"]:
        """Values in the target's units."""
        # In half precision, which autocast may have made of raw, a volt's 1e-7 is no number.
        raw = raw.to(self.centre.dtype)
        if not self.bounded:
            return self.centre + self.spread * raw
        width = self.high - self.low
        share = (self.centre - self.low) / width
        slope = self.spread / (width * share * (1 - share))
        return self.low + width * torch.sigmoid(torch.logit(share) + slope * raw)

    def log_variance(self, raw: Float[Tensor, "*batch size"]) -> Float[Tensor, "*batch size"]:
        """Log of a variance in the target's squared units; a raw zero is that of ``spread``.

        The standard deviation stays within a factor of ``exp(5)`` of ``spread``, by a tanh rather
        than a clamp: a head that is sure of a wrong answer must still feel a gradient.
        """
        raw = raw.to(self.centre.dtype)
        reach = _LOG_VARIANCE_REACH
        return 2 * self.spread.log() + reach * torch.tanh(raw / reach)
