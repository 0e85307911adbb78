"""What every head is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Start:
    """Where a head's output begins, so that a first step is not spent on finding the mean.

    Attributes:
        centre: the value an untrained head answers: a mean in the target's own units, or logits of
            the class shares. Shape of one row of the output, or scalar.
        spread: the standard deviation one unit of the head's raw output stands for, same units;
            one for logits.
    """

    centre: Tensor
    spread: Tensor


class Head(nn.Module, ABC):
    """Features in, named parts out.

    Parts have fixed names, which tasks read: ``logits``; ``mean`` and, where the head says how sure
    it is, ``log_variance`` (both in the target's own units: a head carries its scale);
    ``outlier_logit``; ``auxiliary``. A head with several outputs prefixes them: ``latency.mean``.
    """

    @abstractmethod
    def forward(self, features: Tensor) -> dict[str, Tensor]:
        """Map features ``(n, width)`` or ``(n, channels, length)`` to parts ``(n, ...)``."""

    @abstractmethod
    def start_at(self, part: str, start: Start) -> None:
        """Begin at a centre and spread.

        Args:
            part: prefix of the part, empty where the head has one output.
            start: where to begin.

        Raises:
            ValueError: the head has no such part.
        """
