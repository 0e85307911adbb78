"""A window of waveform as cosine coefficients: nearly independent, ordered by frequency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct


@dataclass(frozen=True)
class Band:
    """Frequencies in Hz that carry a response, and how its latency may move with level.

    ``slopes`` are candidate latency-intensity slopes in ms per dB, up to ``max_shift_ms``.
    """

    low_hz: float
    high_hz: float
    slopes: tuple[float, ...]
    max_shift_ms: float


# Human V moves 0.02-0.06 ms/dB (Prosser & Arslan 1987, Gorga 1989), rodent waves about 0.01
# (0.006-0.03).
HUMAN_CLICK = Band(90.0, 1300.0, (0.0, 0.02, 0.04, 0.06), 3.0)
HUMAN_TONE = Band(45.0, 1000.0, (0.0, 0.03, 0.06, 0.09), 5.0)
RODENT = Band(250.0, 2500.0, (0.0, 0.01, 0.02, 0.03), 1.5)


def project(
    values: NDArray[np.float64],
    *,
    time_ms: NDArray[np.float64],
    start_ms: float,
    stop_ms: float,
    band: Band,
    shift_ms: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Cut a window, centre it and return its orthonormal DCT-II coefficients inside the band.

    Args:
        values: ``(n_rows, n_samples)`` microvolts.
        time_ms: ``(n_samples,)`` uniform time axis in ms.
        start_ms: first time of the window, before shifting.
        stop_ms: last time of the window, before shifting.
        band: frequencies to keep.
        shift_ms: ``(n_rows,)``: row i is read that much later, so that responses that come
            later at soft levels line up with those at loud ones.

    Returns:
        ``(n_rows, n_coefficients)``; white noise of variance s keeps variance s in each.
    """
    step = float(time_ms[1] - time_ms[0])
    axis = np.arange(start_ms, stop_ms + step / 2, step)
    if shift_ms is None:
        rows = np.array([np.interp(axis, time_ms, row) for row in values])
    else:
        rows = np.array(
            [np.interp(axis + s, time_ms, row) for row, s in zip(values, shift_ms, strict=True)]
        )
    rows = rows.reshape(len(values), axis.size)
    coefficients = dct(rows - rows.mean(axis=1, keepdims=True), type=2, norm="ortho", axis=1)
    frequency = np.arange(axis.size) * (500.0 / step) / axis.size
    keep = (frequency >= band.low_hz) & (frequency <= band.high_hz)
    return np.asarray(coefficients[:, keep])


def smooth(spectrum: NDArray[np.float64], width: int = 9) -> NDArray[np.float64]:
    """Smooth a spectrum over neighbouring coefficients with a Hann window."""
    kernel = np.hanning(width + 2)[1:-1]
    padded = np.pad(spectrum, (width // 2, width // 2), mode="edge")
    return np.convolve(padded, kernel / kernel.sum(), "valid")
