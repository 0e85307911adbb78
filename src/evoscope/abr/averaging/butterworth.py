"""Second-order Butterworth filters, run forwards and backwards, many samples at a time.

What `scipy.signal.butter` and `sosfiltfilt` give, with smaller errors of rounding. Here for the
time it takes to begin: importing them costs as much as half of the analysis of a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

# Samples in a step: a recurrence of a few dozen products of small matrices, whatever the length.
_STEP = 32
# Bytes of one sample over the rows that pass through together: what they need stays in the
# processor's cache.
_SAMPLE_BYTES = 512

Numbers = NDArray[np.floating]
Precision = Literal["single", "double"]


@dataclass(frozen=True, eq=False)
class Section:
    """A filter of second order that takes ``_STEP`` samples at once.

    With the input ``u`` of a step and the state ``s`` before it, its output is ``u @ now + s @
    later``, and the state after it ``s @ memory + u @ kept``.

    Attributes:
        now: ``(step, step)`` of the step's own samples.
        later: ``(2, step)`` of the state.
        memory: ``(2, 2)``.
        kept: ``(step, 2)``.
        settled: ``(2,)`` state after an endless input of ones.
    """

    now: Numbers
    later: Numbers
    memory: Numbers
    kept: Numbers
    settled: Numbers


@lru_cache(maxsize=64)
def section(
    kind: Literal["highpass", "lowpass"],
    corner_hz: float,
    sampling_rate_hz: float,
    precision: Precision = "double",
) -> Section:
    """Design a section: Butterworth's two poles by the bilinear transform.

    Args:
        kind: which side of the corner passes.
        corner_hz: where the gain is 1/sqrt(2), below half the sampling rate.
        sampling_rate_hz: sampling rate in Hz.
        precision: what values pass in; the design itself is always in double precision.
    """
    dtype = np.float64 if precision == "double" else np.float32
    k = np.tan(np.pi * corner_hz / sampling_rate_hz)
    scale = 1.0 / (1.0 + np.sqrt(2.0) * k + k * k)
    first, sign = (k * k * scale, 1.0) if kind == "lowpass" else (scale, -1.0)
    a1 = 2.0 * (k * k - 1.0) * scale
    # A corner far below the sampling rate puts the poles close to one. Of the two delays of the
    # transposed direct form II the sum is kept beside the first: it is small, as are its errors.
    of_ones = 4.0 * k * k * scale  # 1 + a1 + a2
    turn = np.array([[-1.0 - a1, -of_ones], [1.0, 1.0]])
    passed = of_ones if kind == "lowpass" else 0.0  # b0 + b1 + b2
    taken = np.array([2.0 * sign * first - a1 * first, passed - first * of_ones])
    powers = [np.eye(2)]
    for _ in range(_STEP):
        powers.append(powers[-1] @ turn)
    later = np.stack([power[:, 0] for power in powers[:-1]], axis=1)
    response = np.concatenate([[first], taken @ later[:, :-1]])
    lag = np.arange(_STEP)[None, :] - np.arange(_STEP)[:, None]
    gain = passed / of_ones
    return Section(
        now=np.where(lag >= 0, response[lag], 0.0).astype(dtype),
        later=later.astype(dtype),
        memory=powers[-1].astype(dtype),
        kept=np.stack([taken @ power for power in powers[-2::-1]]).astype(dtype),
        settled=np.array([gain - first, gain * (2.0 + a1 - of_ones)], dtype=dtype),
    )


def both_ways(chosen: Section, values: Numbers, *, pad: int) -> Numbers:
    """Filter along the last axis forwards, then backwards.

    Both begin in the state that the first value would have settled into, after ``pad`` samples of
    the values turned about their end (odd extension, Gustafsson 1996).

    Args:
        chosen: the filter.
        values: ``(..., n_samples)``, of the filter's precision.
        pad: below ``n_samples``.

    Example:
        >>> import numpy as np
        >>> high = section("highpass", 100.0, 20_000.0)
        >>> bool(np.abs(both_ways(high, np.ones((2, 300)), pad=200)).max() < 1e-12)
        True
    """
    rows = values.reshape(-1, values.shape[-1])
    out = np.empty_like(rows)
    together = _SAMPLE_BYTES // rows.itemsize
    for first in range(0, len(rows), together):
        some = rows[first : first + together]
        begin = 2.0 * some[:, :1] - some[:, pad:0:-1]
        end = 2.0 * some[:, -1:] - some[:, -2 : -2 - pad : -1]
        there = _forwards(chosen, np.concatenate([begin, some, end], axis=1))
        back = _forwards(chosen, there[:, ::-1])[:, ::-1]
        out[first : first + together] = back[:, pad : pad + some.shape[1]]
    return out.reshape(values.shape)


def _forwards(chosen: Section, rows: Numbers) -> Numbers:
    count, length = rows.shape
    steps = -(-length // _STEP)
    whole = np.zeros((count, steps * _STEP), dtype=rows.dtype)
    whole[:, :length] = rows
    taken = whole.reshape(count, steps, _STEP)
    states = np.empty((steps + 1, count, 2), dtype=rows.dtype)
    states[0] = rows[:, :1] * chosen.settled
    states[1:] = (taken @ chosen.kept).transpose(1, 0, 2)
    before = np.empty((count, 2), dtype=rows.dtype)
    for step in range(steps - 1):
        states[step + 1] += np.dot(states[step], chosen.memory, out=before)
    out = taken @ chosen.now
    out += states[:-1].transpose(1, 0, 2) @ chosen.later
    return np.asarray(out.reshape(count, -1)[:, :length])
