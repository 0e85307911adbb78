"""A recorded series as the observer takes it in, and the exact likelihood of any ear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.limits.cochlea import Difference
from evoscope.abr.benchmark.limits.directions import respond_directions
from evoscope.abr.benchmark.limits.known_series import KnownSeries
from evoscope.abr.benchmark.limits.likelihood import Evidence, recording_evidence
from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.components import Components, respond_all
from evoscope.abr.simulation.evoked import shared_by_polarities, summating_potential

_STEP_DB = 0.5
_JITTER = np.diag([0.05, 0.03])


@dataclass(frozen=True, eq=False, kw_only=True)
class Reading:
    """One series in the coordinates of the noise.

    Attributes:
        series: what was recorded.
        seen: ``(n, D)``.
        variance: ``(n, D)`` of its noise.
        project: ``(D, samples)`` from samples to coordinates.
        time_ms: ``(samples,)``.
        difference: of its polarities, where there are single ones.
    """

    series: KnownSeries
    seen: NDArray[np.float64]
    variance: NDArray[np.float64]
    project: NDArray[np.float64]
    time_ms: NDArray[np.float64]
    difference: Difference | None = None

    def evidence(self, ears: Sequence[ClinicEar]) -> Evidence:
        """Evidence at ears and around them, their responses simulated for this very series."""
        levels = self.series.level_db
        parts = self._respond(ears, levels)
        nhl = self._heard_nhl(ears, levels)
        values, change = respond_directions(
            ears, parts, heard_nhl=nhl.ravel(), time_ms=self.time_ms
        )
        turn = self.project.T.astype(np.float32)
        shape = (len(ears), levels.size)
        values = values.reshape(*shape, -1)
        expected = np.asarray((values + self._beside(ears, nhl)) @ turn, dtype=np.float32)
        moving = change.reshape(*shape, *change.shape[1:]) @ turn
        # A worse threshold makes the response that of a softer level.
        soft = self._respond(ears, levels - _STEP_DB).at(self.time_ms).reshape(*shape, -1)
        softer = (soft - values) @ turn / np.float32(_STEP_DB)
        last = np.stack([self._summating(ears, nhl) @ turn, softer], axis=2)
        moving = np.concatenate([moving, last], axis=2).astype(np.float32)
        return _sum(
            [
                recording_evidence(seen, expected[:, i], moving[:, i], variance)
                for i, (seen, variance) in enumerate(zip(self.seen, self.variance, strict=True))
            ]
        )

    def log_likelihood(self, ears: Sequence[ClinicEar]) -> tuple[NDArray[np.float64], Components]:
        """Log-likelihood of ears, ``(K,)``, and their responses, ``K * n``, ear by ear."""
        levels = self.series.level_db
        parts = self._respond(ears, levels)
        values = parts.at(self.time_ms).reshape(len(ears), levels.size, -1)
        beside = self._beside(ears, self._heard_nhl(ears, levels))
        step_ms = np.float32(self.time_ms[1] - self.time_ms[0])
        turn = self.project.T.astype(np.float32)
        expected = np.asarray((values + beside) @ turn, dtype=np.float32)
        later = -np.asarray(np.gradient(values, step_ms, axis=2), dtype=np.float32)
        jitter = np.stack([values @ turn, later @ turn], axis=2)
        found = [
            recording_evidence(seen, expected[:, i], jitter[:, i], variance, _JITTER).constant
            for i, (seen, variance) in enumerate(zip(self.seen, self.variance, strict=True))
        ]
        return np.sum(found, axis=0), parts

    def _respond(self, ears: Sequence[ClinicEar], level_db: NDArray[np.float64]) -> Components:
        return respond_all(
            ears,
            level_db=level_db,
            stimulus=self.series.stimulus,
            frequency_hz=self.series.frequency_hz,
            rate_hz=self.series.rate_hz,
        )

    def _heard_nhl(
        self, ears: Sequence[ClinicEar], level_db: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        stimulus, frequency_hz = self.series.stimulus, self.series.frequency_hz
        heard = [ear.normal_level_db(level_db, stimulus, frequency_hz) for ear in ears]
        return np.stack(
            [e.nhl(h, stimulus, frequency_hz) for e, h in zip(ears, heard, strict=True)]
        )

    def _beside(
        self, ears: Sequence[ClinicEar], nhl: NDArray[np.float64]
    ) -> NDArray[np.float32] | np.float32:
        if not any(ear.muscle_uv or ear.summating_uv for ear in ears):
            return np.float32(0.0)
        return np.stack(
            [shared_by_polarities(e, h, self.time_ms) for e, h in zip(ears, nhl, strict=True)]
        )

    def _summating(
        self, ears: Sequence[ClinicEar], nhl: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        out = np.zeros((*nhl.shape, self.time_ms.size), dtype=np.float32)
        for row, (ear, levels) in enumerate(zip(ears, nhl, strict=True)):
            if ear.summating_uv:
                out[row] = summating_potential(ear, levels, self.time_ms)
        return out


def _sum(parts: Sequence[Evidence]) -> Evidence:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total
