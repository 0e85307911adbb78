"""From noise to a waveform: the one entry to every sampler."""

from __future__ import annotations

from typing import Literal

from evoscope.abr.diffusion.ancestral import ancestral
from evoscope.abr.diffusion.arrays import A
from evoscope.abr.diffusion.checks import complaint
from evoscope.abr.diffusion.ddim import ddim
from evoscope.abr.diffusion.dpm_solver import dpm_solver_2m
from evoscope.abr.diffusion.grid import TimeGrid
from evoscope.abr.diffusion.heun import heun
from evoscope.abr.diffusion.noise import NoiseSource
from evoscope.abr.diffusion.walk import Denoise, Progress, Walk

Sampler = Literal["ddim", "ancestral", "heun", "dpm_solver_2m"]
SAMPLERS: tuple[Sampler, ...] = ("ddim", "ancestral", "heun", "dpm_solver_2m")


def sample(
    denoise: Denoise[A],
    x: A,
    *,
    grid: TimeGrid,
    sampler: Sampler = "dpm_solver_2m",
    noise: NoiseSource[A] | None = None,
    progress: Progress | None = None,
) -> A:
    """Take samples from the first noise level of a grid to the last.

    Args:
        denoise: called as ``denoise(x, t=t)``; returns the estimate of x0.
        x: ``(n, ...)`` variance-preserving samples at the first time: noise of SD 1 for t = 1,
            ``enter(...)`` of a recording for its own t*.
        grid: from ``time_grid``.
        sampler: which way to walk. ``dpm_solver_2m`` needs the fewest evaluations.
        noise: where ``ancestral`` draws from; the others draw nothing.
        progress: told after each step.

    Returns:
        ``(n, ...)`` variance-preserving samples at the last time. ``leave`` with the last sigma
        shows them as waveforms with that residual noise; at t = 0 they are clean already.

    Raises:
        ValueError: a start or an estimate that is not finite or out of range; ``ancestral``
            without noise; an unknown sampler.

    Example:
        >>> import numpy as np
        >>> from evoscope.abr.diffusion.schedules import CosineSchedule
        >>> from evoscope.abr.diffusion.grid import time_grid
        >>> wave = np.sin(np.linspace(0.0, 6.0, 5))
        >>> def knows(x, *, t):
        ...     return np.broadcast_to(wave, x.shape)
        >>> start = np.random.default_rng(0).standard_normal((3, 5))
        >>> drawn = sample(knows, start, grid=time_grid(CosineSchedule(), steps=8))
        >>> bool(np.allclose(drawn, wave))
        True
    """
    walk = Walk(denoise, x, grid=grid, noise=noise, progress=progress)
    if sampler == "ddim":
        return ddim(walk)
    if sampler == "ancestral":
        return ancestral(walk)
    if sampler == "heun":
        return heun(walk)
    if sampler == "dpm_solver_2m":
        return dpm_solver_2m(walk)
    raise complaint("sampler", f"one of {', '.join(map(repr, SAMPLERS))}", repr(sampler))
