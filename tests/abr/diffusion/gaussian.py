"""Gaussian data: the one distribution whose denoiser and whose flow are known exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.diffusion import CosineSchedule

Array = NDArray[np.float64]
CLOCK = CosineSchedule()


@dataclass
class Gaussian:
    """Independent values of a mean and an SD each; counts how often its denoiser is asked."""

    mean: Array
    sd: Array
    calls: list[Array] = field(default_factory=list)

    def denoise(self, x: Any, *, t: Any) -> Any:
        """Posterior mean of x0, on numpy and torch alike."""
        self.calls.append(np.asarray(t))
        assert tuple(t.shape) == (x.shape[0],)
        sigma = CLOCK.sigma(t)[:, None]
        z = x * (1.0 + sigma**2) ** 0.5
        power = sigma**2 + self._as(self.sd**2, x)
        return (self._as(self.sd**2, x) * z + sigma**2 * self._as(self.mean, x)) / power

    def flow(self, x: Array, *, first: float, last: float) -> Array:
        """Where the probability flow takes x from one noise level to another."""
        z = x * np.sqrt(1.0 + first**2)
        growth = np.sqrt((self.sd**2 + last**2) / (self.sd**2 + first**2))
        return (self.mean + (z - self.mean) * growth) / np.sqrt(1.0 + last**2)

    @staticmethod
    def _as(values: Array, x: Any) -> Any:
        return values if isinstance(x, np.ndarray) else x.new_tensor(values)


def like_responses(n_samples: int = 120) -> Gaussian:
    """Unit mean power, in a few strong directions and none in most, as evoked responses have."""
    sd = np.exp(-np.arange(n_samples) / 6.0)
    sd[40:] = 0.0
    mean = np.zeros(n_samples)
    mean[:4] = 3.0, -2.0, 1.0, 1.0
    return Gaussian(mean=mean, sd=sd * np.sqrt(n_samples / np.sum(sd**2)))


def normal(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).standard_normal(shape)
