"""The rival in denoising: the best filter that shrinks each frequency by a fixed rule."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct, idct

from evoscope.abr.benchmark.protocol.training import training_batches
from evoscope.abr.cohort import Cohort
from evoscope.abr.recording import Recording

LEVEL_EDGES_DB = (15.0, 35.0, 55.0, 75.0)
"""Responses of levels between two edges share one spectrum."""


@dataclass(frozen=True, eq=False)
class Wiener:
    """A Wiener filter over cosine coefficients, one response spectrum per range of levels.

    It knows the mean power of true responses, which no clinic does, and the size of each
    recording's own noise from its halves: a rival that is hard to beat without the waveform's
    shape. Source: Wiener 1949; for averages with halves, Walter 1969.

    Attributes:
        response: ``(levels, n_samples)`` mean power of the clean response, uV^2.
        colour: ``(n_samples,)`` share of the noise power per coefficient, mean 1.
    """

    response: NDArray[np.float64]
    colour: NDArray[np.float64]

    def __call__(self, recording: Recording) -> NDArray[np.float64] | None:
        """Filter one average, ``(n_samples,)`` uV; ``None`` without halves."""
        if recording.halves is None:
            return None
        power = float(np.mean(half_difference(recording.halves) ** 2))
        response = self.response[np.searchsorted(LEVEL_EDGES_DB, recording.level_db)]
        gain = response / np.maximum(response + power * self.colour, 1e-30)
        waveform = np.asarray(recording.waveform, dtype=np.float64)
        return np.asarray(idct(gain * dct(waveform, norm="ortho"), norm="ortho"))


def half_difference(halves: NDArray[np.float32]) -> NDArray[np.float64]:
    """Noise of an average with the size it has there: half the difference of its halves."""
    a, b = np.asarray(halves, dtype=np.float64)
    return np.asarray((a - b) / 2.0)


def fit_wiener(cohort: Cohort, patients: Collection[str]) -> Wiener | None:
    """Fit the filter to the clean responses and half-differences of some patients.

    ``None`` where no recording has both: then there is no such rival.
    """
    n_samples = cohort.metadata.n_samples
    response = np.zeros((len(LEVEL_EDGES_DB) + 1, n_samples))
    noise = np.zeros(n_samples)
    counts = np.zeros(len(LEVEL_EDGES_DB) + 1)
    for part in training_batches(cohort, patients):
        band = np.searchsorted(LEVEL_EDGES_DB, part.level_db)
        np.add.at(response, band, dct(part.clean, norm="ortho", axis=1) ** 2)
        noise += (dct(part.half_difference, norm="ortho", axis=1) ** 2).sum(axis=0)
        counts += np.bincount(band, minlength=counts.size)
    if not counts.any() or not noise.any():
        return None
    # A range of levels that nobody was tested at takes the mean of the others.
    overall = response.sum(axis=0) / counts.sum()
    mean = np.where(counts[:, None] > 0, response / np.maximum(counts, 1)[:, None], overall)
    return Wiener(response=mean, colour=noise / noise.mean())
