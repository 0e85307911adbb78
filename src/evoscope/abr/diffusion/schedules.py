"""Clocks: how the noise-to-signal ratio grows with time t in 0..1, and back."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan, cos, pi, sin, sqrt
from typing import Protocol

import numpy as np

from evoscope.abr.diffusion.arrays import N, namespace
from evoscope.abr.diffusion.checks import complaint

SIGMA_MAX = 80.0
"""Ratio at t = 1: what is left of the signal there is lost in the noise (Karras et al. 2022)."""


class Schedule(Protocol):
    """A clock: ``sigma`` and ``t`` undo each other, on floats, numpy arrays and tensors."""

    def sigma(self, t: N, /) -> N:
        """Return the noise-to-signal ratio at time ``t``."""

    def t(self, sigma: N, /) -> N:
        """Return the time at which the ratio is ``sigma``."""


@dataclass(frozen=True)
class CosineSchedule:
    """The cosine schedule in continuous time (Nichol & Dhariwal 2021).

    ``signal_rate(t)^2 = cos^2(u) / cos^2(u0)`` with ``u`` growing from ``u0`` in equal steps. The
    paper ends where no signal is left and clips its last betas; here ``u`` ends a little earlier,
    at ``sigma_max``, so that every t has a finite ratio. No noise at t = 0.

    Attributes:
        sigma_max: ratio at t = 1.
        offset: the paper's ``s``: makes the first steps from clean data larger.

    Example:
        >>> clock = CosineSchedule()
        >>> float(clock.sigma(0.0)), round(float(clock.sigma(1.0)), 6)
        (0.0, 80.0)
        >>> round(float(clock.t(clock.sigma(0.25))), 12)
        0.25
    """

    sigma_max: float = SIGMA_MAX
    offset: float = 0.008

    def __post_init__(self) -> None:
        _positive("sigma_max", self.sigma_max)
        _positive("offset", self.offset)

    def sigma(self, t: N, /) -> N:
        """Return the noise-to-signal ratio at time ``t`` in 0..1."""
        first, turn = self._angles()
        xp = namespace(t)
        angle = turn * t
        # A product of sines, for 1 - cos^2(u) / cos^2(u0) loses all its digits near t = 0.
        ratio: N = xp.sqrt(xp.sin(angle) * xp.sin(angle + 2.0 * first)) / xp.cos(angle + first)
        return ratio

    def t(self, sigma: N, /) -> N:
        """Return the time in 0..1 at which the ratio is ``sigma``."""
        first, turn = self._angles()
        xp = namespace(sigma)
        tangent = xp.sqrt(sigma * sigma + sin(first) ** 2) / cos(first)
        time: N = (xp.arctan(tangent) - first) / turn
        return time

    def _angles(self) -> tuple[float, float]:
        first = pi / 2.0 * self.offset / (1.0 + self.offset)
        last = atan(sqrt(self.sigma_max**2 + sin(first) ** 2) / cos(first))
        return first, last - first


@dataclass(frozen=True)
class KarrasSchedule:
    """Ratios whose ``rho``-th root grows in equal steps (Karras et al. 2022, equation 5).

    Equal steps of this clock are dense where the ratio is small, where samplers err most.

    Attributes:
        sigma_min, sigma_max: ratios at t = 0 and t = 1.
        rho: 7, as in the paper; 1 would make equal steps of sigma.

    Example:
        >>> clock = KarrasSchedule(sigma_min=0.01, sigma_max=100.0, rho=1.0)
        >>> round(clock.sigma(0.5), 6)
        50.005
    """

    sigma_min: float = 0.02
    sigma_max: float = SIGMA_MAX
    rho: float = 7.0

    def __post_init__(self) -> None:
        _positive("sigma_min", self.sigma_min)
        _positive("rho", self.rho)
        if not self.sigma_min < self.sigma_max < float("inf"):
            raise complaint(
                "sigma_max", f"finite and above sigma_min {self.sigma_min:g}", self.sigma_max
            )

    def sigma(self, t: N, /) -> N:
        """Return the noise-to-signal ratio at time ``t`` in 0..1."""
        low, high = self._roots()
        ratio: N = ((high - low) * t + low) ** self.rho
        return ratio

    def t(self, sigma: N, /) -> N:
        """Return the time at which the ratio is ``sigma``; below 0 under ``sigma_min``."""
        low, high = self._roots()
        time: N = (sigma ** (1.0 / self.rho) - low) / (high - low)
        return time

    def _roots(self) -> tuple[float, float]:
        return self.sigma_min ** (1.0 / self.rho), self.sigma_max ** (1.0 / self.rho)


def check_schedule(schedule: Schedule) -> None:
    """Refuse a clock that does not run forward, is not finite, or that cannot be read back.

    Raises:
        ValueError: saying which of these, and where.

    Example:
        >>> check_schedule(CosineSchedule())
    """
    t = np.linspace(0.0, 1.0, 65)
    sigma = np.asarray(schedule.sigma(t), dtype=np.float64)
    if not np.isfinite(sigma).all():
        raise complaint("schedule", "finite from t = 0 to 1", f"{sigma[~np.isfinite(sigma)][0]}")
    if sigma[0] < 0.0 or (np.diff(sigma) <= 0.0).any():
        worst = int(np.argmin(np.diff(sigma)))
        raise complaint(
            "schedule",
            "growing with t, from 0 or more",
            f"sigma {sigma[worst]:g} at t = {t[worst]:g} and {sigma[worst + 1]:g} after it",
        )
    gap = float(np.max(np.abs(np.asarray(schedule.t(sigma), dtype=np.float64) - t)))
    if not gap < 1e-6:
        raise complaint("schedule", "undone by its own t(sigma)", f"t off by {gap:.3g}")


def _positive(name: str, value: float) -> None:
    if not 0.0 < value < float("inf"):
        raise complaint(name, "a positive finite number", value)
