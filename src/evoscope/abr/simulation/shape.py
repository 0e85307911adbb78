"""The shape of a wave: a peak of height one at time zero, and what follows it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Shape:
    """A wave as a sum of Gaussians, normalised to peak at 0 ms with peak-to-trough 1.

    Attributes:
        parts: ``(centre_ms, sd_ms, weight)`` of each Gaussian before normalisation.

    Example:
        >>> values = Shape(((0.0, 0.3, 1.0), (0.9, 0.4, -0.5))).at(np.array([-0.1, 0.0, 0.1]))
        >>> int(np.argmax(values))
        1
    """

    parts: tuple[tuple[float, float, float], ...]

    @property
    def peak_and_height(self) -> tuple[float, float]:
        """Where the sum of the parts peaks in ms, and its height over the following trough."""
        return _normalisation(self.parts)

    def at(self, time_ms: NDArray[np.float64], *, stretch: float = 1.0) -> NDArray[np.float64]:
        """Evaluate at times relative to the peak; ``stretch`` makes the wave broader."""
        peak_ms, height = self.peak_and_height
        return _sum(self.parts, time_ms / stretch + peak_ms) / height


def _sum(
    parts: tuple[tuple[float, float, float], ...], time_ms: NDArray[np.float64]
) -> NDArray[np.float64]:
    total = np.zeros_like(time_ms)
    for centre, sd, weight in parts:
        total += weight * np.exp(-0.5 * ((time_ms - centre) / sd) ** 2)
    return total


@lru_cache(maxsize=64)
def _normalisation(parts: tuple[tuple[float, float, float], ...]) -> tuple[float, float]:
    time_ms = np.arange(-5.0, 10.0, 0.001)
    values = _sum(parts, time_ms)
    peak = int(np.argmax(values))
    trough = float(values[peak:].min())
    return float(time_ms[peak]), float(values[peak]) - trough


# A sharp wave with its trough half a millisecond later: I, II, III.
EARLY = Shape(((0.0, 0.20, 1.0), (0.50, 0.22, -0.55)))
# A bump on the rise of V. A trough of its own would push V's peak back.
SHOULDER = Shape(((0.0, 0.22, 1.0),))
# V rides on a slope of 2-3 ms and falls into a deep trough, V', about a millisecond later.
WAVE_V = Shape(((0.0, 0.33, 1.0), (-0.4, 1.0, 0.30), (1.0, 0.50, -0.80), (2.4, 1.1, -0.30)))
# Rodent waves are as wide as each other, and narrower: 0.9 ms apart.
RODENT = Shape(((0.0, 0.18, 1.0), (0.45, 0.20, -0.70)))
# The same V on a slope that takes 2-3 ms to rise, and a deep, long trough.
WAVE_V_SLOW = Shape(((0.0, 0.33, 1.0), (-0.8, 1.2, 0.75), (1.0, 0.55, -1.0), (2.6, 1.3, -0.70)))
