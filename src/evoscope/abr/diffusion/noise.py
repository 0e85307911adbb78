"""Where random numbers come from: an explicit source with a seed of its own."""

from __future__ import annotations

from typing import Protocol, TypeVar

import numpy as np

from evoscope.abr.diffusion.arrays import A, Array, like

_Kind = TypeVar("_Kind", bound=Array)


class NoiseSource(Protocol[_Kind]):
    """Draws standard normal noise of the shape, kind, precision and device of ``x``."""

    def __call__(self, x: _Kind, /) -> _Kind:
        """Return new noise; ``x`` is only looked at."""


class GaussianNoise:
    """Standard normal noise that is the same on numpy and torch, on any device.

    The numbers are drawn by numpy and then moved: a seed means one thing wherever it is used.

    Example:
        >>> import numpy as np
        >>> wanted = np.empty((2, 3))
        >>> bool((GaussianNoise(5)(wanted) == GaussianNoise(5)(wanted)).all())
        True
    """

    def __init__(self, seed: int | np.random.Generator) -> None:
        self._rng = np.random.default_rng(seed)

    def __call__(self, x: A, /) -> A:
        """Return the next numbers of this source."""
        return like(self._rng.standard_normal(tuple(x.shape)), x)
