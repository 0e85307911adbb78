"""White coordinates: where noise of the reference's colour is white, and back to microvolts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import toeplitz

from evoscope.abr.diffusion.arrays import A, like
from evoscope.abr.diffusion.checks import complaint
from evoscope.abr.diffusion.reference_psd import ReferencePsd

FLOOR = 1e-3
"""Directions with less than this share of the mean noise power count as having it: a gain of at
most 32 over the mean. Behind a low-pass there is no noise, and rounding must not become signal."""


class Whitening:
    """A linear, zero-phase change of coordinates for waveforms of one length.

    It multiplies by the symmetric inverse root of the reference's covariance matrix. Of all
    matrices that whiten, this one moves a waveform least, so that a wave stays at its latency. A
    filter on the spectrum of so short a stretch would whiten its inside only and wrap its ends.

    Reference noise of rms ``s`` has SD ``s`` in white coordinates, less in directions below the
    floor.

    Attributes:
        to_white, to_colour: ``(n_samples, n_samples)`` float64, symmetric, inverses of each other.
        white_power: mean power of reference noise of rms 1 in white coordinates, at most 1.

    Example:
        >>> import numpy as np
        >>> reference = ReferencePsd(1.0 / (1.0 + np.arange(201) ** 2.0))
        >>> whitening = Whitening(reference, n_samples=200)
        >>> wave = np.sin(np.arange(200) / 9.0)[None]
        >>> bool(np.allclose(whitening.colour(whitening.white(wave)), wave))
        True
    """

    def __init__(self, reference: ReferencePsd, *, n_samples: int, floor: float = FLOOR) -> None:
        if not 0.0 < floor < 1.0:
            raise complaint("floor", "a share between 0 and 1", floor)
        covariance = toeplitz(reference.autocovariance(n_samples))
        power, directions = np.linalg.eigh(covariance)
        raised = np.maximum(power, floor)  # the mean of the powers is 1: a variance is
        self.to_white: NDArray[np.float64] = (directions / np.sqrt(raised)) @ directions.T
        self.to_colour: NDArray[np.float64] = (directions * np.sqrt(raised)) @ directions.T
        self.white_power = float(np.mean(power / raised))

    @property
    def n_samples(self) -> int:
        """Length of the waveforms."""
        return int(self.to_white.shape[0])

    def white(self, waveform: A) -> A:
        """Take ``(..., n_samples)`` waveforms into white coordinates."""
        return self._times(self.to_white, waveform)

    def colour(self, white: A) -> A:
        """Take ``(..., n_samples)`` white coordinates back to waveforms."""
        return self._times(self.to_colour, white)

    def noise_level(self, noise: A) -> A:
        """Return how loud noise is: the rms of reference noise that is as loud when white.

        Slow drift makes the rms of a short trace depend on a handful of values; in white
        coordinates every direction counts, and the level of one recording is far better known.

        Args:
            noise: ``(..., n_samples)`` without response, such as half the difference of halves.

        Returns:
            ``(...)`` in the units of ``noise``.
        """
        white: Any = self.white(noise)
        level: A = ((white * white).mean(-1) / self.white_power) ** 0.5
        return level

    def _times(self, matrix: NDArray[np.float64], values: A) -> A:
        if values.shape[-1] != self.n_samples:
            raise complaint("waveform", f"of {self.n_samples} samples", values.shape[-1])
        product: A = values @ like(matrix, values)
        return product
