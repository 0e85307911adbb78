"""The clinician who marks waves on noisy averages, having seen the whole series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.norms import WAVE_LABELS
from evoscope.abr.simulation.measure import MeasuredWaves
from evoscope.abr.simulation.profiles.settings import ReaderSettings

EARLIEST_V_MS, LATEST_V_MS = 4.8, 18.5
"""Where a clinic marks wave V (``targets``)."""
_TROUGH_MS = (0.45, 1.2)
"""How far after the peak readers look for the trough; each has a habit [assumed]."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Seen:
    """What the clinician looks at, one row per recording.

    Attributes:
        waveform: ``(n, samples)`` uV.
        time_ms: ``(samples,)`` after onset.
        noise_uv: ``(n,)`` the part of the noise that looks like waves: the eye follows drift.
        fmp: ``(n,)``.
        expected_v_ms: ``(n,)`` where V would be looked for.
        series: ``(n,)`` index of the series.
        broadband: ``(n,)`` click or chirp.
    """

    waveform: NDArray[np.float32]
    time_ms: NDArray[np.float64]
    noise_uv: NDArray[np.float64]
    fmp: NDArray[np.float64]
    expected_v_ms: NDArray[np.float64]
    series: NDArray[np.int64]
    broadband: NDArray[np.bool_]


def mark_waves(
    rng: np.random.Generator, settings: ReaderSettings, seen: Seen, truth: MeasuredWaves
) -> MeasuredWaves:
    """Mark waves as a clinician would: not all that are there, not only those, not quite right.

    A wave's chance to be marked is logistic in the logarithm of its amplitude over the visible
    noise; strictness differs between series. Waves I and III are marked in some sessions only.
    Latencies carry a reading error that grows with noise, sometimes another peak's; they come in
    steps of one sample. Amplitudes are read from the noisy waveform. II and IV, and I and III of
    tones, are not marked.
    """
    n = seen.fmp.size
    present = np.zeros((n, 5), dtype=bool)
    latency, size = np.full((n, 5), np.nan), np.full((n, 5), np.nan)
    n_series = int(seen.series.max()) + 1
    habit = settings.habit_sd * rng.standard_normal(n_series)[seen.series]
    early = (rng.random(n_series) < settings.early_session)[seen.series]
    reach = rng.uniform(*_TROUGH_MS, size=n_series)[seen.series]
    noise = np.hypot(seen.noise_uv, settings.floor_uv)
    step_ms = float(seen.time_ms[1] - seen.time_ms[0])
    draws = rng.random((3, n, 3))
    errors = rng.standard_normal((n, 2, 3))
    for which, wave in enumerate(("I", "III", "V")):
        index = WAVE_LABELS.index(wave)
        needed = settings.v_snr if wave == "V" else settings.early_snr
        there = truth.present[:, index]
        snr = np.where(there, truth.amplitude_uv[:, index], 0.0) / noise
        logit = settings.slope * np.log(np.maximum(snr, 1e-6) / needed) + habit
        marked = there & (draws[0, :, which] < 1.0 / (1.0 + np.exp(-logit)))
        when = truth.latency_ms[:, index]
        if wave == "V":
            # The louder the noise looks like a response, the sooner it is taken for one.
            chance = np.minimum(settings.false_mark * (1.0 + seen.fmp) * np.exp(0.5 * habit), 0.5)
            wrong = ~marked & (draws[1, :, which] < chance)
            when = np.where(wrong & ~there, seen.expected_v_ms + 1.2 * errors[:, 1, which], when)
            marked |= wrong
        else:
            marked &= early & seen.broadband
        error = 0.05 + np.minimum(0.15 * noise / np.maximum(snr * noise, 0.02), 0.5)
        gross = draws[2, :, which] < settings.gross_error
        astray = (1.0 if wave == "V" else 0.4) * errors[:, 1, which]
        reading = when + error * errors[:, 0, which] + gross * astray
        if wave == "V":
            reading = np.clip(reading, EARLIEST_V_MS, LATEST_V_MS)
        reading = np.round(np.maximum(reading, 0.5) / step_ms) * step_ms
        present[:, index] = marked
        latency[marked, index] = reading[marked]
        height = _height(seen, reading, reach, truth.amplitude_uv[:, index], noise)
        size[marked, index] = height[marked]
    return MeasuredWaves(present=present, latency_ms=latency, amplitude_uv=size)


def marked_thresholds(
    level_db: NDArray[np.float64], series: NDArray[np.int64], marked_v: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Lowest level with a marked V and none unmarked above it, by series, on each row.

    A level counts when any of its replicates is marked. NaN where the loudest level is not.

    Example:
        >>> levels, ids = np.array([60.0, 40.0, 40.0, 20.0]), np.zeros(4, dtype=np.int64)
        >>> marked_thresholds(levels, ids, np.array([True, False, True, False])).tolist()
        [40.0, 40.0, 40.0, 40.0]
    """
    out = np.full(level_db.size, np.nan)
    for one in np.unique(series):
        rows = series == one
        out[rows] = _lowest(level_db[rows], marked_v[rows])
    return out


def _lowest(levels: NDArray[np.float64], marked: NDArray[np.bool_]) -> float:
    lowest = np.nan
    for level in np.sort(np.unique(levels))[::-1]:
        if not marked[levels == level].any():
            break
        lowest = float(level)
    return lowest


def _height(
    seen: Seen,
    when_ms: NDArray[np.float64],
    reach_ms: NDArray[np.float64],
    true_uv: NDArray[np.float64],
    noise_uv: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Peak to following trough on the noisy waveform, ``(n,)`` uV.

    A peak that lies outside the recording is read from the device's longer one: its true amplitude.
    """
    step_ms = float(seen.time_ms[1] - seen.time_ms[0])
    safe = np.nan_to_num(when_ms, nan=0.0)
    peak = np.round((safe - seen.time_ms[0]) / step_ms).astype(int)
    last = seen.time_ms.size - 1
    outside = peak >= last - 2
    peak = np.clip(peak, 1, last - 1)
    near = peak[:, None] + np.arange(-1, 2)
    steps = np.arange(1, round(_TROUGH_MS[1] / step_ms) + 1)
    within = np.minimum(steps, np.round(reach_ms / step_ms).astype(int)[:, None])
    after = np.minimum(peak[:, None] + within, last)
    top = np.take_along_axis(seen.waveform, near, axis=1).max(axis=1)
    trough = np.take_along_axis(seen.waveform, after, axis=1).min(axis=1)
    fallback = np.nan_to_num(true_uv, nan=0.0) + noise_uv
    return np.where(outside, fallback, top - trough)
