"""The harder rival in denoising: the best linear estimator that knows the level and the noise."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from evoscope.abr.benchmark.protocol.training import training_batches
from evoscope.abr.benchmark.protocol.wiener import half_difference
from evoscope.abr.cohort import Cohort
from evoscope.abr.recording import Recording

Array = NDArray[np.float64]
# Part of the mean noise variance that every direction has: covariances of few recordings are
# singular, and what has no noise could not be weighed.
_FLOOR = 1e-4


@dataclass(frozen=True, eq=False)
class AtLevel:
    """``mean + S (S + L + p K)^-1 (y - mean)`` at one level, ready for any noise power ``p``.

    Attributes:
        mean: ``(samples,)`` of clean responses, uV.
        power: ``(samples,)`` generalised eigenvalues of ``S + L`` by ``K``.
        turn: ``(samples, samples)`` their vectors, as rows.
        back: ``(samples, samples)`` ``S`` times the vectors, as columns.
    """

    mean: Array
    power: Array
    turn: Array
    back: Array


@dataclass(frozen=True, eq=False)
class LevelLinear:
    """Linear minimum mean square error given level and noise power.

    It knows the mean and the covariance ``S`` of the responses at each level, the colour ``K`` of
    the noise that averaging reduces and the covariance ``L`` of what it does not, which no clinic
    does; of a recording it takes the noise power from its halves. No linear estimator that reads
    one recording does better.
    """

    levels: Mapping[float, AtLevel]

    def __call__(self, recording: Recording) -> Array | None:
        """Denoise one average, ``(samples,)`` uV; ``None`` without halves."""
        if recording.halves is None:
            return None
        nearest = min(self.levels, key=lambda level_db: abs(level_db - recording.level_db))
        at = self.levels[nearest]
        own = float(np.mean(half_difference(recording.halves) ** 2))
        seen = at.turn @ (np.asarray(recording.waveform, dtype=np.float64) - at.mean)
        return np.asarray(at.mean + at.back @ (seen / (at.power + own)))


def fit_linear(cohort: Cohort, patients: Collection[str]) -> LevelLinear | None:
    """Fit the estimator to recordings of some patients; ``None`` where no truth is known."""
    n = cohort.metadata.n_samples
    sums: dict[float, tuple[int, Array, Array]] = {}
    colour, error, power, count = np.zeros((n, n)), np.zeros((n, n)), 0.0, 0
    for part in training_batches(cohort, patients):
        for level_db in np.unique(part.level_db).tolist():
            clean = part.clean[part.level_db == level_db]
            m, total, square = sums.get(level_db, (0, np.zeros(n), np.zeros((n, n))))
            sums[level_db] = (m + len(clean), total + clean.sum(axis=0), square + clean.T @ clean)
        off = part.waveform - part.clean
        colour += part.half_difference.T @ part.half_difference
        error += off.T @ off
        power += float(np.mean(part.half_difference**2, axis=1).sum())
        count += len(off)
    if not power > 0.0:
        return None
    colour = colour / power + _FLOOR * np.eye(n)
    locked = _positive(error / count - colour * (power / count))
    return LevelLinear(
        {
            level_db: _at_level(total / m, square / m, colour, locked)
            for level_db, (m, total, square) in sums.items()
        }
    )


def _at_level(mean: Array, square: Array, colour: Array, locked: Array) -> AtLevel:
    response = square - np.outer(mean, mean)
    power, vectors = scipy.linalg.eigh(response + locked, colour)
    return AtLevel(mean, np.maximum(power, 0.0), vectors.T.copy(), response @ vectors)


def _positive(covariance: Array) -> Array:
    """The nearest covariance without negative variances."""
    strength, directions = np.linalg.eigh(covariance)
    return np.asarray((directions * np.maximum(strength, 0.0)) @ directions.T)
