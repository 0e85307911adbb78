"""What a stimulus evokes beside the response: microphonic, artefact, muscle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.simulation.clinic_ear import ClinicEar

ARTEFACT_MS = 1.0
CONDENSATION_DELAY_MS = 0.06
"""Condensation answers that much later, at most [model code of others]; half of it either way."""


def microphonic(
    ear: ClinicEar, level_nhl: NDArray[np.float64], time_ms: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Cochlear microphonic to **rarefaction**, ``(n, time)`` uV: condensation inverts it.

    Its latency is that of the sound in the ear canal plus 0.15 ms [assumed] at every level; its
    amplitude grows with the sound pressure and saturates (0.5 power above 50 dB nHL) [assumed].
    0.1-0.4 uV in neuropathy, over in 1 ms or ringing 4-5 ms at about 1.5 kHz (Starr 1996).

    Returns:
        Zeros for an ear without outer hair cells.
    """
    cm = ear.microphonic
    out = np.zeros((level_nhl.size, time_ms.size), dtype=np.float32)
    if cm is None:
        return out
    since = time_ms - 0.15
    shape = np.where(
        since > 0.0,
        np.exp(-np.maximum(since, 0.0) / cm.decay_ms)
        * np.sin(2e-3 * np.pi * cm.frequency_hz * since),
        0.0,
    )
    out[:] = (cm.peak_uv * _cochlear_growth(level_nhl - ear.gap_db))[:, None] * shape
    return out


def summating_potential(
    ear: ClinicEar, level_nhl: NDArray[np.float64], time_ms: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Summating potential of the hair cells, ``(n, time)`` uV: **all polarities** share it.

    What of the cochlea's own activity alternating polarity does not cancel, from 0.5 to 4 ms: below
    0.1 uV, in about half of the ears with auditory neuropathy (Starr 2001). Elsewhere it is part of
    the rise of wave I. It grows with level as the microphonic does [growth and shape assumed].
    """
    out = np.zeros((level_nhl.size, time_ms.size), dtype=np.float32)
    if ear.summating_uv == 0.0:
        return out
    shape = _logistic((time_ms - 0.6) / 0.1) * _logistic((3.2 - time_ms) / 0.3)
    out[:] = (ear.summating_uv * _cochlear_growth(level_nhl - ear.gap_db))[:, None] * shape
    return out


def stimulus_artefact(
    size_uv: NDArray[np.float64],
    level_nhl: NDArray[np.float64],
    time_ms: NDArray[np.float64],
    frequency_hz: float | None,
) -> NDArray[np.float32]:
    """What the earphone radiates into the electrodes for **rarefaction**, ``(n, time)`` uV.

    Within the first millisecond; it inverts with polarity, so alternating averages lose it.

    Args:
        size_uv: ``(n,)`` size at 80 dB nHL; it follows the voltage, 20 dB a decade.
        level_nhl: ``(n,)``.
        time_ms: after onset.
        frequency_hz: of a tone; clicks ring at 2.5 kHz [assumed].
    """
    ring_hz = min(frequency_hz or 2500.0, 4000.0)
    inside = (time_ms >= 0.0) & (time_ms < ARTEFACT_MS)
    shape = np.where(
        inside,
        np.exp(-np.clip(time_ms, 0.0, None) / 0.3) * np.cos(2e-3 * np.pi * ring_hz * time_ms),
        0.0,
    )
    gain = size_uv * 10.0 ** ((np.minimum(level_nhl, 100.0) - 80.0) / 20.0)
    return np.asarray(gain[:, None] * shape, dtype=np.float32)


def muscle_response(
    ear: ClinicEar, heard_nhl: NDArray[np.float64], time_ms: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Post-auricular muscle response, ``(n, time)`` uV: 10-12 ms, loud sounds, some adults.

    It needs the sound to be heard loud (from 60 dB nHL) and to have reached the brainstem: none in
    auditory neuropathy or total loss. 0.2-0.6 uV [levels and shape assumed].
    """
    silent = ear.response_from_db is not None
    gain = 0.0 if silent else ear.muscle_uv
    grows = gain * np.clip((heard_nhl - 60.0) / 20.0, 0.0, 1.0)
    first = np.exp(-0.5 * ((time_ms - 10.6) / 0.55) ** 2)
    second = np.exp(-0.5 * ((time_ms - 12.3) / 0.8) ** 2)
    return np.asarray(grows[:, None] * (first - 0.7 * second), dtype=np.float32)


def shared_by_polarities(
    ear: ClinicEar, heard_nhl: NDArray[np.float64], time_ms: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Everything beside the response that an alternating average keeps, ``(n, time)`` uV."""
    return np.asarray(
        muscle_response(ear, heard_nhl, time_ms) + summating_potential(ear, heard_nhl, time_ms)
    )


def _cochlear_growth(reaches_nhl: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.clip((reaches_nhl - 30.0) / 60.0, 0.0, 1.2) ** 1.5)


def _logistic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -60.0, 60.0))))
