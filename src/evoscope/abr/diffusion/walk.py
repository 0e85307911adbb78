"""One run of a sampler: what all of them share, so that each is only its own formula."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.diffusion.arrays import A, Array, like, per_sample
from evoscope.abr.diffusion.checks import check_estimate, check_start, complaint
from evoscope.abr.diffusion.grid import TimeGrid
from evoscope.abr.diffusion.noise import NoiseSource
from evoscope.abr.diffusion.rates import signal_rate

_Kind = TypeVar("_Kind", bound=Array)


class Denoise(Protocol[_Kind]):
    """What a sampler needs of a model: its estimate of the clean waveform."""

    def __call__(self, x: _Kind, *, t: _Kind) -> _Kind:
        """Return x0 ``(n, ...)`` for variance-preserving ``x`` ``(n, ...)`` at times ``(n,)``."""


class Progress(Protocol):
    """Is told how far a run has come."""

    def __call__(self, *, done: int, total: int) -> None:
        """Take note of the steps done and the steps there are."""


class Walk(Generic[_Kind]):
    """A sample on its way down the grid.

    Samplers work on ``z = x0 + sigma eps``, in which the formulas of variance-preserving and of
    variance-exploding diffusion are one (Karras et al. 2022); the denoiser is given ``x``.

    Attributes:
        start: ``(n, ...)`` where z begins.
        sigma: ``(steps + 1, n or 1)`` of the grid.
    """

    def __init__(
        self,
        denoise: Denoise[_Kind],
        x: _Kind,
        *,
        grid: TimeGrid,
        noise: NoiseSource[_Kind] | None,
        progress: Progress | None,
    ) -> None:
        check_start(x)
        if grid.sigma.shape[1] not in (1, x.shape[0]):
            raise complaint(
                "grid", f"of 1 or {x.shape[0]} samples, as the start is", grid.sigma.shape[1]
            )
        self._denoise, self._noise, self._progress = denoise, noise, progress
        self._grid = grid
        self.sigma = grid.sigma
        self.start: _Kind = self.scaled(x, by=1.0 / signal_rate(grid.sigma[0]))

    def __iter__(self) -> Iterator[int]:
        """Yield the index of each step, and report it when the sampler asks for the next."""
        for index in range(self._grid.steps):
            yield index
            if self._progress is not None:
                self._progress(done=index + 1, total=self._grid.steps)

    def x0(self, z: _Kind, *, at: int) -> _Kind:
        """Return the denoiser's estimate for ``z`` at a time of the grid, checked.

        A sample that is clean by then is asked at its last noisy time: a model need not know what
        to say where there is no noise.
        """
        rows = np.where(self.sigma[at] > 0.0, at, at - 1), np.arange(self.sigma.shape[1])
        x = self.scaled(z, by=signal_rate(self.sigma[rows]))
        t = like(np.broadcast_to(self._grid.t[rows], (int(x.shape[0]),)).copy(), x)
        estimate = self._denoise(x, t=t)
        check_estimate(estimate, shape=x.shape, index=at)
        return estimate

    def scaled(self, z: A, *, by: NDArray[np.float64]) -> A:
        """Return ``z`` times one number per sample."""
        factor: Any = per_sample(by, x=z)
        product: A = factor * z
        return product

    def noise(self, z: _Kind) -> _Kind:
        """Return new noise for ``z``."""
        if self._noise is None:
            raise complaint("noise", "a source of noise for this sampler", None, "GaussianNoise(0)")
        return self._noise(z)

    def end(self, z: _Kind) -> _Kind:
        """Return the sample as variance-preserving x at the last time."""
        return self.scaled(z, by=signal_rate(self.sigma[-1]))
