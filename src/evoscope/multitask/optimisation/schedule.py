"""The learning rate as a value of the epoch."""

from __future__ import annotations

import math
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from evoscope.multitask.settings import Settings


class _Schedule(Settings):
    """Warm-up, and then a course of its own.

    Attributes:
        warmup_epochs: over how many epochs the rate rises linearly from near 0; may be a fraction.
    """

    warmup_epochs: float = Field(default=0.0, ge=0)

    def factor(self, epoch: float, epochs: int) -> float:
        """What the learning rate is multiplied by.

        Args:
            epoch: epochs done, with their fraction.
            epochs: of the whole run.
        """
        if epoch < self.warmup_epochs:
            return max(
                epoch / self.warmup_epochs, 1e-3
            )  # a rate of exactly 0 wastes the first step
        return self.course(epoch, epochs)

    def course(self, epoch: float, epochs: int) -> float:  # noqa: ARG002  of the contract
        """Give the factor after the warm-up."""
        return 1.0


class Constant(_Schedule):
    """The rate stays where it is.

    Example:
        >>> Constant(warmup_epochs=2).factor(1.0, 10)
        0.5
    """

    kind: Literal["constant"] = "constant"


class Cosine(_Schedule):
    """The rate falls along half a cosine (Loshchilov & Hutter, 2017), without restarts.

    Attributes:
        minimum: factor at the end of the run.

    Example:
        >>> cosine = Cosine(warmup_epochs=1, minimum=0.1)
        >>> [round(cosine.factor(epoch, 11), 3) for epoch in (0.5, 1.0, 6.0, 11.0)]
        [0.5, 1.0, 0.55, 0.1]
    """

    kind: Literal["cosine"] = "cosine"
    minimum: float = Field(default=0.0, ge=0, le=1)

    def course(self, epoch: float, epochs: int) -> float:
        """Give the factor after the warm-up."""
        done = (epoch - self.warmup_epochs) / max(epochs - self.warmup_epochs, 1e-9)
        return self.minimum + (1 - self.minimum) * (1 + math.cos(math.pi * min(done, 1.0))) / 2


class Step(_Schedule):
    """The rate is multiplied by a factor every so many epochs.

    Attributes:
        every: epochs.
        by: factor.

    Example:
        >>> [Step(every=30, by=0.5).factor(epoch, 80) for epoch in (0.0, 29.9, 30.0, 60.0)]
        [1.0, 1.0, 0.5, 0.25]
    """

    kind: Literal["step"] = "step"
    every: int = Field(ge=1)
    by: float = Field(default=0.5, gt=0, lt=1)

    def course(self, epoch: float, epochs: int) -> float:  # noqa: ARG002  of the contract
        """Give the factor after the warm-up."""
        return self.by ** (math.floor(epoch) // self.every)


class Plateau(_Schedule):
    """The rate is multiplied by a factor when validation stops improving; see `PlateauWatch`.

    Attributes:
        monitor: what is watched; see `judged`.
        patience: epochs without an improvement of ``min_delta`` before the rate falls.
        by: factor.
        minimum: factor that the rate never falls below.
    """

    kind: Literal["plateau"] = "plateau"
    monitor: str = "loss"
    patience: int = Field(default=5, ge=1)
    min_delta: float = Field(default=0.0, ge=0)
    by: float = Field(default=0.5, gt=0, lt=1)
    minimum: float = Field(default=0.01, gt=0, le=1)


RateSchedule: TypeAlias = Annotated[Constant | Cosine | Step | Plateau, Field(discriminator="kind")]
"""How the learning rate moves, told apart by ``kind``."""
