"""Series with single trials, made of a known response and white noise."""

from __future__ import annotations

import numpy as np

from evoscope.abr.recording import Epochs, Recording, Series, Source, Stimulus, Subject

RATE_HZ, ONSET, SAMPLES = 20_000.0, 20.0, 260
TIME_MS = (np.arange(SAMPLES) - ONSET) * 1000.0 / RATE_HZ


def mouse_response(size_uv: float) -> np.ndarray:
    """Four waves one millisecond apart."""
    return size_uv * sum(np.exp(-0.5 * ((TIME_MS - at) / 0.18) ** 2) for at in (1.6, 2.6, 3.6, 4.6))


def trial_series(
    sizes_uv: dict[float, float], *, trials: int = 128, noise_uv: float = 2.0, seed: int = 0
) -> Series:
    """A mouse's series: response size per level, noise of every trial."""
    rng = np.random.default_rng(seed)
    made = []
    for place, (level_db, size_uv) in enumerate(sizes_uv.items()):
        noise = noise_uv * rng.standard_normal((trials, SAMPLES))
        values = (mouse_response(size_uv) + noise).astype(np.float32)
        epochs = Epochs(
            n_trials=trials,
            n_samples=SAMPLES,
            sampling_rate_hz=RATE_HZ,
            onset_sample=ONSET,
            loader=lambda which, values=values: values[which],
            inverted=np.arange(trials) % 2 == 1,
        )
        made.append(
            Recording(
                waveform=values.mean(axis=0),
                sampling_rate_hz=RATE_HZ,
                onset_sample=ONSET,
                stimulus=Stimulus(kind="click", level_db=level_db, level_reference="SPL"),
                subject=Subject(id="m", species="mouse"),
                source=Source(path="m.simulated", format="simulated", record=place),
                sweeps=trials,
                epochs=epochs,
            )
        )
    return Series(tuple(made))


LEVELS_DB = tuple(float(level) for level in range(10, 91, 10))


def heard_from(threshold_db: float, *, seed: int = 0, trials: int = 128) -> Series:
    """Nothing below a level, a response far above the noise from it on."""
    return trial_series(
        {level: 3.0 * (level >= threshold_db) for level in LEVELS_DB}, seed=seed, trials=trials
    )


def silent(*, seed: int, trials: int = 128) -> Series:
    """Noise at every level."""
    return heard_from(999.0, seed=seed, trials=trials)
