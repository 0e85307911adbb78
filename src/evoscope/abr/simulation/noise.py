"""The noise left in an average: Gaussian, with the colour of filtered EEG."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EEG_POLE_HZ = 350.0
"""White noise through a one-pole low-pass at this frequency, before the band-pass."""
_MARGIN_MS = 20.0


def coloured_noise(
    *,
    shape: tuple[int, ...],
    rms_uv: float,
    sampling_rate_hz: float,
    band_hz: tuple[float, float],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Gaussian noise ``shape`` (time last) with the spectrum of EEG in a recording band.

    Its spectrum is that of white noise behind a one-pole low-pass at 350 Hz and a second-order
    Butterworth band-pass. ``rms_uv`` is the expected rms: a single short trace may be off by 30 %.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> noise = coloured_noise(shape=(500, 300), rms_uv=1.2, sampling_rate_hz=20_000.0,
        ...                        band_hz=(100.0, 3000.0), rng=rng)
        >>> noise.shape, round(float(noise.std()), 1)
        ((500, 300), 1.2)
    """
    n = shape[-1]
    # Filtering by FFT wraps around: the margin keeps the end from knowing the beginning.
    size = n + round(_MARGIN_MS * sampling_rate_hz / 1000.0)
    white = rng.standard_normal((*shape[:-1], size))
    frequency_hz = np.arange(size // 2 + 1, dtype=np.float64) * (sampling_rate_hz / size)
    gain = band_gain(frequency_hz, band_hz)
    # Each bin but the first and last stands for two: the power of the whole, mirrored spectrum.
    mirrored = np.concatenate([gain, gain[1 : size - gain.size + 1]])
    gain = gain * (rms_uv / np.sqrt(np.mean(mirrored**2)))
    filtered = np.fft.irfft(np.fft.rfft(white) * gain, n=size)
    return np.ascontiguousarray(filtered[..., :n], dtype=np.float64)


def band_gain(
    frequency_hz: NDArray[np.float64], band_hz: tuple[float, float]
) -> NDArray[np.float64]:
    """Amplitude spectrum of EEG in a band, of arbitrary size: 350 Hz pole, Butterworth edges."""
    high_pass, low_pass = band_hz
    pole = 1.0 / np.sqrt(1.0 + (frequency_hz / EEG_POLE_HZ) ** 2)
    below = frequency_hz**2 / np.sqrt(frequency_hz**4 + high_pass**4)
    above = 1.0 / np.sqrt(1.0 + (frequency_hz / low_pass) ** 4)
    gain: NDArray[np.float64] = pole * below * above
    return gain
