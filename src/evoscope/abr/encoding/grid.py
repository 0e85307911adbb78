"""The grid every network reads: one clock for all recordings, whatever their own."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SAMPLING_RATE_HZ = 15_000.0
ONSET_SAMPLE = 14.6
MOST_SAMPLES = 384
MULTIPLE = 8
"""A network that halves its resolution three times wants a multiple of eight."""

# Sinc zero crossings on each side, and the Kaiser window over them: 80 dB down outside.
CROSSINGS = 16
KAISER_BETA = 8.0
# Downwards, pass up to 0.68 and stop at 1.0 of the new half rate: 5.1 and 7.5 kHz.
DOWNWARDS = 0.84
# Two clocks that differ by less than this are one.
SAME_RATE = 1e-6
_SLACK_MS = 1e-6


def grid_time_ms(n_samples: int) -> NDArray[np.float64]:
    """Time of each sample of the grid after stimulus onset, ``(n_samples,)`` ms.

    Example:
        >>> grid_time_ms(200)[[0, -1]].round(3).tolist()
        [-0.973, 12.293]
    """
    samples = np.arange(n_samples, dtype=np.float64)
    return (samples - ONSET_SAMPLE) * (1000.0 / SAMPLING_RATE_HZ)


def samples_to_cover(last_ms: float) -> int:
    """Return the smallest multiple of 8 of grid samples that holds all up to a time; 384 at most.

    Example:
        >>> samples_to_cover(12.3), samples_to_cover(10.0), samples_to_cover(80.0)
        (200, 168, 384)
    """
    last = int(np.floor((last_ms + _SLACK_MS) * SAMPLING_RATE_HZ / 1000.0 + ONSET_SAMPLE))
    return min(MOST_SAMPLES, max(1, -(-(last + 1) // MULTIPLE)) * MULTIPLE)


def covered_by(time_ms: NDArray[np.float64], n_samples: int) -> NDArray[np.bool_]:
    """Say which samples of the grid lie within a recording, ``(n_samples,)``."""
    grid = grid_time_ms(n_samples)
    return np.asarray((grid >= time_ms[0] - _SLACK_MS) & (grid <= time_ms[-1] + _SLACK_MS))


def on_grid(
    values: NDArray[np.floating], time_ms: NDArray[np.float64], n_samples: int
) -> NDArray[np.float64]:
    """Resample waveforms to the grid, band-limited: no alias, no latency moved.

    A Kaiser-windowed sinc at the lower of both rates. Beyond its ends a recording is continued by
    its point reflection, so that a slope at an end is not a step. Samples at the grid's own times
    come out as they were.

    Args:
        values: ``(..., n)`` on a uniform axis.
        time_ms: ``(n,)`` that axis, ms after onset.
        n_samples: of the grid.

    Returns:
        ``(..., n_samples)``, zero where the recording does not reach.

    Example:
        >>> time_ms = np.arange(260) / 20.0
        >>> wave = on_grid(np.sin(2 * np.pi * time_ms), time_ms, 200)
        >>> bool(np.abs(wave - np.sin(2 * np.pi * grid_time_ms(200)))[40:180].max() < 1e-3)
        True
    """
    step_ms = float(time_ms[-1] - time_ms[0]) / (time_ms.size - 1)
    matrix = _matrix(round(float(time_ms[0]), 9), round(step_ms, 12), time_ms.size, n_samples)
    return np.asarray(values @ matrix, dtype=np.float64)


@lru_cache(maxsize=32)
def _matrix(first_ms: float, step_ms: float, size: int, n_samples: int) -> NDArray[np.float64]:
    """Weights of every old sample in every new one, ``(size, n_samples)``."""
    rate_hz = 1000.0 / step_ms
    upwards = rate_hz <= SAMPLING_RATE_HZ * (1.0 + SAME_RATE)
    cutoff = 1.0 if upwards else DOWNWARDS * SAMPLING_RATE_HZ / rate_hz
    reach = int(np.ceil(CROSSINGS / cutoff))
    where = (grid_time_ms(n_samples) - first_ms) / step_ms
    near = np.floor(where)[:, None] + np.arange(-reach + 1, reach + 1)
    distance = (where[:, None] - near) * cutoff
    inside = np.clip(1.0 - (distance / CROSSINGS) ** 2, 0.0, None)
    weight = np.where(
        np.abs(distance) <= CROSSINGS,
        np.sinc(distance) * np.i0(KAISER_BETA * np.sqrt(inside)),
        0.0,
    )
    weight /= weight.sum(axis=1, keepdims=True)
    matrix = np.zeros((size, n_samples))
    column = np.broadcast_to(np.arange(n_samples)[:, None], near.shape)
    last = size - 1
    end = np.clip(near, 0, last).astype(int)
    mirrored = np.clip(2 * end - near, 0, last).astype(int)
    beyond = (near < 0) | (near > last)
    # x(-k) = 2 x(0) - x(k): the point reflection about the end.
    np.add.at(matrix, (end, column), np.where(beyond, 2.0 * weight, weight))
    np.add.at(matrix, (mirrored, column), np.where(beyond, -weight, 0.0))
    axis = first_ms + step_ms * np.arange(size, dtype=np.float64)
    matrix[:, ~covered_by(axis, n_samples)] = 0.0
    matrix.flags.writeable = False
    return matrix
