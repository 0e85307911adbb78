"""Zero-phase filters with the presets of the field."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.averaging.butterworth import Precision, both_ways, section
from evoscope.abr.recording import Series


@dataclass(frozen=True)
class Preset:
    """A band-pass: corner frequencies in Hz and why they are usual."""

    name: str
    high_pass_hz: float
    low_pass_hz: float
    why: str


PRESETS: dict[str, Preset] = {
    p.name: p
    for p in (
        Preset("adult_click", 100.0, 1500.0, "adult clicks; waves I-V carry 100-1000 Hz"),
        Preset("tone", 50.0, 1500.0, "tone bursts: a slow wave V, most of it below 300 Hz"),
        Preset("infant", 30.0, 1500.0, "infants: wave V is slower than an adult's"),
        Preset("animal", 300.0, 3000.0, "rodents: waves 1 ms apart on slow potentials"),
        Preset("smooth", 0.0, 3000.0, "an exported animal average: only what is not response"),
        Preset("none", 0.0, float("inf"), "the recording as it is"),
    )
}


def choose_preset(series: Series, *, raw_eeg: bool) -> Preset:
    """Return the preset a clinician would use for a series.

    A device has already band-passed what it exports, so an animal's average is only smoothed:
    a second 300 Hz high-pass on a 10 ms record would add edge effects. Raw trials and human
    averages (30-3000 Hz by convention) get the band their waves live in.
    """
    first = series.recordings[0]
    if first.subject.species != "human":
        return PRESETS["animal"] if raw_eeg else PRESETS["smooth"]
    age_weeks = first.subject.age_weeks
    age_years = first.subject.age_years
    if (age_weeks is not None and age_weeks < 104) or (age_years is not None and age_years < 2):
        return PRESETS["infant"]
    return PRESETS["tone"] if first.stimulus.kind == "tone" else PRESETS["adult_click"]


def bandpass(
    values: NDArray[np.floating], *, sampling_rate_hz: float, preset: Preset
) -> NDArray[np.float64]:
    """Band-pass along the last axis, forwards and backwards, so that no latency moves.

    Second-order Butterworth sections (12 dB/octave each way). A corner at or above 0.45 of the
    sampling rate cannot be built and is left out: the recording has nothing there to remove.

    Args:
        values: ``(..., n_samples)``, any unit.
        sampling_rate_hz: sampling rate in Hz.
        preset: the corners.

    Returns:
        float64 array of the same shape.

    Example:
        >>> import numpy as np
        >>> t = np.arange(600) / 20_000
        >>> drift = bandpass(np.sin(2 * np.pi * 5 * t), sampling_rate_hz=20_000,
        ...                  preset=PRESETS["adult_click"])
        >>> bool(np.abs(drift).max() < 0.1)
        True
    """
    values = np.asarray(values, dtype=np.float64)
    corners = _buildable(preset, sampling_rate_hz)
    return np.asarray(_passed(values, corners, sampling_rate_hz, "double"), dtype=np.float64)


def bandpass_trials(
    trials: NDArray[np.float32], *, sampling_rate_hz: float, preset: Preset
) -> NDArray[np.float32]:
    """Band-pass many single trials as `bandpass` does, in single precision.

    What rounding leaves is far below the noise of a trial. The offset of an electrode, which may
    be a thousand times the noise, is taken off before the high-pass would do it.

    Args:
        trials: ``(n_trials, n_samples)``, any unit.
        sampling_rate_hz: sampling rate in Hz.
        preset: the corners.

    Example:
        >>> import numpy as np
        >>> still = np.full((3, 600), 5000.0, dtype=np.float32)
        >>> out = bandpass_trials(still, sampling_rate_hz=20_000, preset=PRESETS["animal"])
        >>> float(np.abs(out).max()), out.dtype
        (0.0, dtype('float32'))
    """
    trials = np.asarray(trials, dtype=np.float32)
    corners = _buildable(preset, sampling_rate_hz)
    if corners[0] is not None:
        trials = trials - trials.mean(axis=-1, keepdims=True)
    return np.asarray(_passed(trials, corners, sampling_rate_hz, "single"), dtype=np.float32)


def _buildable(preset: Preset, sampling_rate_hz: float) -> tuple[float | None, float | None]:
    most_hz = 0.45 * sampling_rate_hz
    high_pass = preset.high_pass_hz if 0 < preset.high_pass_hz < most_hz else None
    return high_pass, preset.low_pass_hz if preset.low_pass_hz < most_hz else None


def _passed(
    out: NDArray[np.floating],
    corners: tuple[float | None, float | None],
    sampling_rate_hz: float,
    precision: Precision,
) -> NDArray[np.floating]:
    high_pass, low_pass = corners
    # One period of the corner frequency settles the filter's start.
    most = out.shape[-1] - 1
    if high_pass is not None:
        pad = min(most, int(np.ceil(sampling_rate_hz / high_pass)))
        chosen = section("highpass", high_pass, sampling_rate_hz, precision)
        out = both_ways(chosen, out, pad=pad)
    if low_pass is not None:
        pad = min(most, int(np.ceil(sampling_rate_hz / low_pass)))
        chosen = section("lowpass", low_pass, sampling_rate_hz, precision)
        out = both_ways(chosen, out, pad=pad)
    return out
