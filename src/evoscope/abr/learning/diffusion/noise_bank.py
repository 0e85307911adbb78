"""Noise of recordings, to be put on the responses of others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from evoscope.abr.encoding import EncodedCohort
from evoscope.abr.generation.coordinates import Coordinates


@dataclass(frozen=True, eq=False)
class NoiseBank:
    """Noise as it was left in averages, with what its recording knew of it.

    Attributes:
        traces: ``(m, samples)`` in the generator's coordinates.
        sigma: ``(m,)`` as estimated from the recording's other noise: an estimate is all that
            analysis will have.
        residual_nv: ``(m,)`` rms of that other noise, nanovolts.
    """

    traces: Float[Tensor, "m samples"]
    sigma: Float[Tensor, " m"]
    residual_nv: Float[Tensor, " m"]

    def __len__(self) -> int:
        return len(self.sigma)

    @classmethod
    def of(cls, cohort: EncodedCohort, coordinates: Coordinates) -> NoiseBank:
        """Take the noise of every recording with halves that is covered throughout.

        Of an average of two halves, what the halves differ by and what is left beside the clean
        response are equally loud and independent. Where the response is known the first serves as
        the noise and the second as what was measured of it; where it is not, the first is both.
        """
        usable = (cohort.noise != 0).any(axis=1) & cohort.covered.all(axis=1)
        noise = cohort.noise[usable]
        beside = cohort.waveforms[usable] - cohort.clean[usable]
        measured = np.where(np.isfinite(beside), beside, noise)
        sigma = coordinates.sigma_of(measured)
        residual_nv = 1000.0 * np.sqrt(np.mean(measured.astype(np.float64) ** 2, axis=1))
        return cls(
            torch.from_numpy(coordinates.enter(noise)).float(),
            torch.from_numpy(sigma).float(),
            torch.from_numpy(residual_nv).float(),
        )
