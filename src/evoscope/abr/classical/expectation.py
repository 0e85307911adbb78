"""What to expect of waves I-V in this ear at this level: norms, turned into a prior."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from evoscope.abr import norms
from evoscope.abr.classical.assignment import Expectation
from evoscope.abr.findings import WAVES
from evoscope.abr.recording import Recording, Stimulus

# Sensation level (dB above threshold) at which half of normal ears show the wave, and how often
# at best. Human I is lost below 50-60 dB nHL, III below 30-40, V stays to threshold
# [textbooks]; II and IV are often fused or missing [assumed]. Rodents keep all waves nearly to
# threshold, V least [assumed].
HUMAN_HALF_DB = np.array([45.0, 55.0, 32.0, 45.0, -3.0])
HUMAN_BEST = np.array([0.93, 0.6, 0.93, 0.55, 0.99])
RODENT_HALF_DB = np.array([3.0, 8.0, 8.0, 8.0, 12.0])
RODENT_BEST = np.array([0.97, 0.93, 0.93, 0.85, 0.75])
PRESENCE_SLOPE_DB = 6.0
HUMAN_GAP_SD_MS, RODENT_GAP_SD_MS = 0.22, 0.22
# Smallest amplitude looked for: below it a wave is not distinguishable from its absence.
FLOOR_UV = 0.03
# Once the ear's own delay is known, what is left is the scatter of single waves [assumed].
WAVE_SCATTER_MS = 0.12


@dataclass(frozen=True)
class EarPrior:
    """Species-dependent constants of the prior."""

    half_db: NDArray[np.float64]
    best: NDArray[np.float64]
    gap_sd_ms: float
    trough_within_ms: float
    drift_ms_per_db: float


HUMAN = EarPrior(HUMAN_HALF_DB, HUMAN_BEST, HUMAN_GAP_SD_MS, 3.5, 0.012)
RODENT = EarPrior(RODENT_HALF_DB, RODENT_BEST, RODENT_GAP_SD_MS, 1.2, 0.010)


def ear_prior(species: str) -> EarPrior:
    """Constants of a species."""
    return HUMAN if species == "human" else RODENT


def expect(
    recording: Recording,
    *,
    species: str,
    sensation_db: float,
    response_probability: float,
    noise_peaks_per_ms: float,
) -> Expectation:
    """Build the expectation for one level of an ear that follows the norm.

    Args:
        recording: any recording of that level: stimulus and subject.
        species: a species norms know.
        sensation_db: level above the series' threshold.
        response_probability: what the series says of this level; scales every presence.
        noise_peaks_per_ms: rate of peaks in the residual noise.
    """
    prior, subject = ear_prior(species), recording.subject
    latency_ms, amplitude_uv = _normal(
        recording.stimulus, species, subject.age_weeks, subject.age_years, subject.sex
    )
    rise = 1 / (1 + np.exp(-(sensation_db - prior.half_db) / PRESENCE_SLOPE_DB))
    return Expectation(
        np.array(latency_ms),
        np.full(len(WAVES), WAVE_SCATTER_MS),
        np.array(amplitude_uv),
        np.clip(response_probability * prior.best * rise, 0.0, 0.995),
        prior.gap_sd_ms,
        noise_peaks_per_ms,
    )


# Every level of an ear is looked at several times: as it is, turned, and at other clocks.
@lru_cache(maxsize=1024)
def _normal(
    stimulus: Stimulus,
    species: str,
    age_weeks: float | None,
    age_years: float | None,
    sex: str,
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """When waves I-V of a normal ear come in the recording, in ms, and how large they are in uV."""
    latency, amplitude = [], []
    for wave in WAVES:
        when = norms.latency(
            wave,
            level_db=stimulus.level_db,
            stimulus=stimulus.kind,
            frequency_hz=stimulus.frequency_hz,
            species=species,
            age_weeks=age_weeks,
            age_years=age_years,
            sex=sex,
            rate_hz=stimulus.rate_hz,
            level_reference=stimulus.level_reference,
            transducer=stimulus.transducer,
        )
        size = norms.amplitude(
            wave,
            level_db=stimulus.level_db,
            stimulus=stimulus.kind,
            frequency_hz=stimulus.frequency_hz,
            species=species,
            age_weeks=age_weeks,
            age_years=age_years,
            sex=sex,
            rate_hz=stimulus.rate_hz,
            level_reference=stimulus.level_reference,
        )
        if when is None or size is None:
            raise ValueError(f"species should be one with norms. Found {species!r}.")
        tube = stimulus.tube_delay_ms if stimulus.tube_delay_included else 0.0
        latency.append(when.mean + tube)
        amplitude.append(max(size.mean, FLOOR_UV))
    return tuple(latency), tuple(amplitude)
