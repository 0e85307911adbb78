"""What a norm is: a mean, a spread, the limits, and who says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

WaveLabel = Literal["I", "II", "III", "IV", "V"]
WAVE_LABELS: tuple[WaveLabel, ...] = get_args(WaveLabel)


@dataclass(frozen=True, kw_only=True)
class Norm:
    """A published normal value with its spread, its limits and its source.

    Attributes:
        mean, sd: of normal ears, in the unit of the function that returned it.
        low, high: normal limits (mean +/- 2 SD unless the source states limits); ``None`` where
            that side has no limit.
        source: paper and year, as text.
        assumed: whether any number in it is a textbook value or an approximation of ours rather
            than one read in a source. An assumed norm guides a search; it should not flag a
            patient on its own.

    Example:
        >>> Norm(mean=4.0, sd=0.2, low=3.6, high=4.4, source="x").contains(4.1)
        True
    """

    mean: float
    sd: float
    low: float | None
    high: float | None
    source: str
    assumed: bool = False

    def contains(self, value: float) -> bool:
        """Tell whether a value lies inside the limits."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def widened(self, extra_sd: float, why: str) -> Norm:
        """Return the norm with more spread (added in quadrature), marked assumed, saying why."""
        sd = float((self.sd**2 + extra_sd**2) ** 0.5)
        return replace(
            around(self.mean, sd, source=f"{self.source}; {why}", assumed=True),
            low=None if self.low is None else self.mean - 2.0 * sd,
            high=None if self.high is None else self.mean + 2.0 * sd,
        )


def around(mean: float, sd: float, *, source: str, assumed: bool = False) -> Norm:
    """Build a norm whose limits are mean +/- 2 SD, the field's habit.

    Example:
        >>> around(5.5, 0.25, source="x").high
        6.0
    """
    mean, sd = float(mean), float(sd)
    return Norm(
        mean=mean,
        sd=sd,
        low=mean - 2.0 * sd,
        high=mean + 2.0 * sd,
        source=source,
        assumed=assumed,
    )


def known_wave(wave: str) -> None:
    """Refuse a wave that is not I to V."""
    if wave not in WAVE_LABELS:
        raise ValueError(f"wave should be one of 'I', 'II', 'III', 'IV', 'V'. Found {wave!r}.")
