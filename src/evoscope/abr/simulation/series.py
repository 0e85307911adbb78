"""A simulated series: recordings over levels, and the truth behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from evoscope.abr.recording import (
    Ear,
    LevelReference,
    Recording,
    Series,
    Sex,
    Source,
    Species,
    Stimulus,
    StimulusKind,
    Subject,
    Transducer,
)
from evoscope.abr.simulation.ear import SimulatedEar, SimulatedLoss
from evoscope.abr.simulation.noise import coloured_noise
from evoscope.abr.simulation.physiology import clean_response, true_waves
from evoscope.abr.simulation.truth import LevelTruth, Truth

PRESTIMULUS_MS = 1.0


@dataclass(frozen=True)
class _Setup:
    # How each kind of measurement is usually recorded.
    level_reference: LevelReference
    transducer: Transducer
    band_hz: tuple[float, float]
    window_ms: float


_HUMAN_CLICK = _Setup("nHL", "insert", (100.0, 3000.0), 14.0)
_HUMAN_TONE = _Setup("nHL", "insert", (30.0, 3000.0), 24.0)
_RODENT = _Setup("SPL", "free field", (300.0, 3000.0), 11.0)


def simulate_series(
    *,
    true_threshold_db: float,
    levels_db: Sequence[float],
    seed: int,
    species: Species = "human",
    stimulus: StimulusKind = "click",
    frequency_hz: float | None = None,
    level_reference: LevelReference | None = None,
    loss: SimulatedLoss = "normal",
    sweeps: int = 2000,
    noise_uv: float = 1.2,
    replicates: int = 1,
    sampling_rate_hz: float = 20_000.0,
    rate_hz: float = 21.1,
    ear: Ear = "right",
    subject: str = "SIM-01",
    age_weeks: float | None = None,
    age_years: float | None = None,
    sex: Sex = "unknown",
) -> tuple[Series, Truth]:
    """Simulate one ear over levels: averages with half-averages A and B, and their truth.

    The smallest useful simulator: a normal-looking response whose latencies and amplitudes are
    the published means, and stationary Gaussian noise. It has no bursts, drift, mains, artefact,
    microphonic, muscle response or difference between subjects, and it shares its norms with the
    classical analyzer, which flatters that analyzer.

    Args:
        true_threshold_db: the response vanishes here; absent at and below it.
        levels_db: levels to play, in dB re ``level_reference``.
        seed: same seed, same bits.
        species: human, mouse, rat, gerbil, guinea pig or chinchilla.
        stimulus: click, tone or chirp.
        frequency_hz: of a tone.
        level_reference: default nHL for humans, SPL for rodents.
        loss: ``normal``, ``chl`` (parallel shift) or ``snhl`` (recruitment).
        sweeps: in each average, half of them in each half-average.
        noise_uv: rms of a single sweep in the recording band (quiet adults 1.2, mice about 2.4).
        replicates: recordings per level.
        sampling_rate_hz: of the recordings; they begin 1 ms before the stimulus.
        rate_hz: stimuli per second.
        ear: left or right.
        subject: identifier.
        age_weeks: weeks since birth, for infants.
        age_years: age in years.
        sex: female, male or unknown.

    Raises:
        ValueError: no level, fewer than two sweeps, no replicate, negative noise, or values that
            a recording or the norms refuse.

    Example:
        >>> series, truth = simulate_series(true_threshold_db=22.0, levels_db=range(0, 81, 10),
        ...                                 seed=1)
        >>> len(series), truth.lowest_response_level_db
        (9, 30)
    """
    for name, found, least in (
        ("levels_db", len(levels_db), 1),
        ("sweeps", sweeps, 2),
        ("replicates", replicates, 1),
        ("noise_uv", noise_uv, 0),
    ):
        if not found >= least:
            raise ValueError(f"{name} should be at least {least}. Found {found}.")
    setup = _RODENT if species != "human" else _HUMAN_TONE if frequency_hz else _HUMAN_CLICK
    reference = level_reference or setup.level_reference
    simulated = SimulatedEar(
        true_threshold_db=true_threshold_db,
        loss=loss,
        species=species,
        stimulus=stimulus,
        frequency_hz=frequency_hz,
        level_reference=reference,
        age_weeks=age_weeks,
        age_years=age_years,
        sex=sex,
        rate_hz=rate_hz,
    )
    person = Subject(
        id=subject, ear=ear, species=species, age_years=age_years, age_weeks=age_weeks, sex=sex
    )
    onset = PRESTIMULUS_MS * sampling_rate_hz / 1000.0
    n_samples = round((PRESTIMULUS_MS + setup.window_ms) * sampling_rate_hz / 1000.0)
    samples = np.arange(n_samples, dtype=np.float64)
    time_ms = (samples - onset) * (1000.0 / sampling_rate_hz)
    half_rms_uv = noise_uv / np.sqrt(sweeps / 2.0)
    rng = np.random.default_rng(seed)

    recordings: list[Recording] = []
    levels: dict[float, LevelTruth] = {}
    for level_db in levels_db:
        clean = clean_response(simulated, level_db, time_ms)
        levels[level_db] = LevelTruth(
            response_present=level_db > true_threshold_db,
            waves=true_waves(simulated, level_db),
            clean_waveform=clean,
        )
        noise = coloured_noise(
            shape=(replicates, 2, n_samples),
            rms_uv=half_rms_uv,
            sampling_rate_hz=sampling_rate_hz,
            band_hz=setup.band_hz,
            rng=rng,
        )
        for halves in (clean + noise).astype(np.float32):
            recordings.append(
                Recording(
                    waveform=halves.mean(axis=0),
                    halves=halves,
                    sampling_rate_hz=sampling_rate_hz,
                    onset_sample=onset,
                    stimulus=Stimulus(
                        kind=stimulus,
                        frequency_hz=frequency_hz,
                        level_db=level_db,
                        level_reference=reference,
                        rate_hz=rate_hz,
                        polarity="alternating",
                        transducer=setup.transducer,
                    ),
                    subject=person,
                    source=Source(
                        path=f"{subject}.simulated", format="simulated", record=len(recordings)
                    ),
                    sweeps=sweeps,
                    band_hz=setup.band_hz,
                )
            )
    return Series(tuple(recordings)), Truth(ear=simulated, levels=MappingProxyType(levels))
