"""The responses a generator learns from: the truth, or averages with the noise left in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.encoding import EncodedCohort, column
from evoscope.abr.generation.coordinates import Coordinates


@dataclass(frozen=True, eq=False)
class Responses:
    """Waveforms to learn.

    Attributes:
        uv: ``(m, samples)`` microvolts.
        noise_uv: ``(m,)`` rms of the noise in them; 0 where they are the truth.
        rows: ``(m,)`` recording of each.
    """

    uv: NDArray[np.float32]
    noise_uv: NDArray[np.float64]
    rows: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def of(cls, cohort: EncodedCohort) -> Responses:
        """Choose what there is: the clean response, else the average where its noise is known.

        Recordings that do not cover the whole grid are left out: what they lack is not silence.

        Raises:
            ValueError: nothing to learn from.
        """
        true = np.asarray(np.isfinite(cohort.clean).all(axis=1))
        residual_uv = cohort.conditions[:, column("residual_noise_nv")].astype(np.float64) / 1000.0
        measured = ~true & np.isfinite(residual_uv)
        rows = np.flatnonzero((true | measured) & cohort.covered.all(axis=1))
        if not len(rows):
            raise ValueError(
                "a cohort should hold clean responses, or averages with known noise, that cover the"
                f" whole time axis. Found none among {cohort.n_recordings} recordings."
            )
        waveforms = np.where(true[:, None], cohort.clean, cohort.waveforms)[rows]
        return cls(waveforms, np.where(true, 0.0, residual_uv)[rows], rows)

    def floor(self, cohort: EncodedCohort, coordinates: Coordinates) -> NDArray[np.float64]:
        """Return the sigma that is in each of them already, ``(m,)``; 0 where they are the truth.

        Where there is a noise trace it says so in white coordinates, which slow drift does not
        rule; a level without a trace has to do for the others.
        """
        told = coordinates.sigma_of(cohort.noise[self.rows])
        stated = self.noise_uv / coordinates.scale_uv
        return np.where(self.noise_uv == 0.0, 0.0, np.where(told > 0.0, told, stated))
