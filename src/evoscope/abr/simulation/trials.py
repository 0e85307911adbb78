"""Single trials of one ear, on request: averages are made without them."""

from __future__ import annotations

import numpy as np

from evoscope.abr.recording import Epochs
from evoscope.abr.simulation.blocks import NoiseState, noise_trials
from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.components import respond
from evoscope.abr.simulation.evoked import microphonic, shared_by_polarities
from evoscope.abr.simulation.profiles.settings import LOUDEST_DB, SOFTEST_DB, Profile


def simulate_trials(
    ear: ClinicEar,
    profile: Profile,
    *,
    level_db: float,
    n_trials: int,
    seed: int,
    stimulus: str = "click",
    frequency_hz: float | None = None,
    rate_hz: float = 21.1,
    noisy: bool = False,
) -> Epochs:
    """Simulate single trials of alternating polarity: response, microphonic, muscle, noise.

    Args:
        ear: whose.
        profile: its noise (at its median), clock and window.
        level_db: level re the profile's reference.
        n_trials: sweeps; every second one is played with inverted polarity.
        seed: same seed, same bits.
        stimulus: click, tone or chirp.
        frequency_hz: of a tone.
        rate_hz: stimuli per second.
        noisy: whether muscle bursts occur.

    Raises:
        ValueError: a level that no device plays, or fewer than two trials.

    Example:
        >>> from evoscope.abr.simulation.patients import patient_ears
        >>> from evoscope.abr.simulation.profiles import get_profile
        >>> ear = patient_ears("adult", patients=10, seed=0, index=0)[0]
        >>> trials = simulate_trials(ear, get_profile("adult"), level_db=80, n_trials=50, seed=1)
        >>> trials.load().shape
        (50, 384)
    """
    if not SOFTEST_DB <= level_db <= LOUDEST_DB:
        raise ValueError(
            f"level_db should be between {SOFTEST_DB:g} and {LOUDEST_DB:g} dB. Found {level_db:g}."
        )
    if n_trials < 2:
        raise ValueError(f"n_trials should be at least 2. Found {n_trials}.")
    levels = np.array([float(level_db)])
    time_ms = profile.time_ms
    heard = ear.normal_level_db(levels, stimulus, frequency_hz)
    even = respond(
        ear, level_db=levels, stimulus=stimulus, frequency_hz=frequency_hz, rate_hz=rate_hz
    ).at(time_ms)[0]
    even = even + shared_by_polarities(ear, ear.nhl(heard, stimulus, frequency_hz), time_ms)[0]
    odd = microphonic(ear, ear.nhl(levels, stimulus, frequency_hz), time_ms)[0]
    noise = profile.noise
    state = NoiseState(
        eeg_uv=np.array([noise.eeg_uv]),
        drift_uv=np.array([noise.eeg_uv * noise.drift_ratio]),
        mains_uv=np.array([noise.mains_uv]),
        noisy=np.array([noisy]),
        weighted=np.array([False]),
        sweeps=np.array([n_trials]),
        rate_hz=np.array([rate_hz]),
    )
    trials = noise_trials(np.random.default_rng(seed), state, profile.clock)
    inverted = np.arange(n_trials) % 2 == 1
    trials += even + np.where(inverted, np.float32(-1.0), np.float32(1.0))[:, None] * odd
    trials.flags.writeable = False
    return Epochs(
        n_trials=n_trials,
        n_samples=profile.n_samples,
        sampling_rate_hz=profile.sampling_rate_hz,
        onset_sample=profile.onset_sample,
        loader=lambda which: trials[which],
        inverted=inverted,
    )
