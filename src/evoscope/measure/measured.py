"""What a metric answers: a number with its n, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """A figure, how many values it stands on, and its interval where one was computed.

    Attributes:
        value: the figure, or ``None`` when it is undefined. Never NaN.
        n: values that took part (unmasked).
        low, high: interval ends, or ``None`` when no interval was computed or it is undefined.
        reason: why ``value``, or the interval, is missing; empty otherwise.

    Raises:
        ValueError: a NaN or infinite value, or an undefined one without a reason.

    Example:
        >>> Measured(0.91, 120).defined, Measured(None, 1, reason="fewer than two values").defined
        (True, False)
    """

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        for name, number in (("value", self.value), ("low", self.low), ("high", self.high)):
            if number is not None and not abs(number) < float("inf"):
                raise ValueError(
                    f"{name} should be finite, or None when undefined. Found {number!r}."
                )
            if number is not None:  # numpy scalars would leak into JSON and reprs
                object.__setattr__(self, name, float(number))
        if self.value is None and not self.reason:
            raise ValueError("reason should say why the value is undefined. Found ''.")

    @property
    def defined(self) -> bool:
        """Whether there is a figure."""
        return self.value is not None


def undefined(n: int, reason: str) -> Measured:
    """Build the answer of a metric that has none.

    Example:
        >>> undefined(0, "no values").value is None
        True
    """
    return Measured(None, n, reason=reason)
