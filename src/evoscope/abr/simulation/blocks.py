"""Noise blocks and the average made of them: residual noise and Fmp come out of here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from evoscope.abr.simulation.colour import drift_gain, eeg_gain

N_BLOCKS = 40
"""Blocks of an average; each holds both polarities of an alternating stimulus."""
BURST_SHARE, BURST_GAIN = 0.12, (1.8, 4.0)
"""In a noisy recording 12 % of the blocks are louder by 1.8 to 4 [model code of others]."""
REJECT_GAIN = 3.0
"""A block louder than this, relative to the quiet ones, is rejected whole [assumed]."""
_LEVEL_SD, _LEVEL_MEMORY = 0.18, 0.8
_BURST_SWEEPS = 25
_MARGIN_MS = 16.0
_TOP_HZ = 4500.0


@dataclass(frozen=True, kw_only=True)
class Clock:
    """What the noise of all recordings of a profile shares.

    Attributes:
        n_samples, sampling_rate_hz: of the recordings.
        band_hz: recording band.
        mains_hz: of the hum, whose phase against the stimulus moves on from sweep to sweep.
    """

    n_samples: int
    sampling_rate_hz: float
    band_hz: tuple[float, float]
    mains_hz: float


@dataclass(frozen=True, eq=False, kw_only=True)
class NoiseState:
    """The noise of each recording, per single sweep, all ``(n,)``.

    Attributes:
        eeg_uv, drift_uv: rms of the EEG and of the slow drift.
        mains_uv: amplitude of the hum.
        noisy: whether muscle bursts occur.
        weighted: whether the device weights blocks by their noise.
        sweeps: sweeps played.
        rate_hz: stimuli per second.
    """

    eeg_uv: NDArray[np.float64]
    drift_uv: NDArray[np.float64]
    mains_uv: NDArray[np.float64]
    noisy: NDArray[np.bool_]
    weighted: NDArray[np.bool_]
    sweeps: NDArray[np.int64]
    rate_hz: NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Blocks:
    """Block means of noise.

    Attributes:
        values: ``(n, blocks, samples)`` float32 uV.
        weights: ``(n, blocks)``, 0 for a rejected block; those of even and of odd blocks sum to
            0.5 each, so that the average is the mean of its two half-averages.
        sweeps: ``(n,)`` accepted.
        gain: ``(n, blocks)`` level of the noise relative to the recording's.
    """

    values: NDArray[np.float32]
    weights: NDArray[np.float32]
    sweeps: NDArray[np.int64]
    gain: NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Averages:
    """What a device writes: ``(n, samples)`` float32 uV, and its own measures of noise ``(n,)``."""

    waveform: NDArray[np.float32]
    half_a: NDArray[np.float32]
    half_b: NDArray[np.float32]
    residual_noise_nv: NDArray[np.float64]
    fmp: NDArray[np.float64]


def noise_blocks(rng: np.random.Generator, state: NoiseState, clock: Clock) -> Blocks:
    """Draw the block means of noise of each recording.

    Block means of many sweeps are close to Gaussian whatever the sweeps are, so they are drawn as
    such, with the spectrum of the EEG and of the drift. Their level wanders from block to block,
    jumps in bursts, and the device weights or rejects blocks by the level it sees.

    Args:
        rng: where the numbers come from.
        state: the noise of each recording.
        clock: samples, band and mains of the recordings.
    """
    gain = _levels(rng, state.noisy, N_BLOCKS)
    values = _coloured(rng, state, gain, clock)
    values += _mains(rng, state, clock, N_BLOCKS)

    # A device sees a block's level through a hundred or so independent values.
    seen = gain * np.sqrt(rng.chisquare(120.0, size=gain.shape) / 120.0)
    quiet = np.median(seen, axis=1, keepdims=True)
    kept = seen < REJECT_GAIN * quiet
    weights = np.where(kept, np.where(state.weighted[:, None], 1.0 / seen**2, 1.0), 0.0)
    for half in (weights[:, 0::2], weights[:, 1::2]):
        half *= 0.5 / half.sum(axis=1, keepdims=True)
    sweeps = np.round(state.sweeps * kept.mean(axis=1)).astype(np.int64)
    return Blocks(
        values=values, weights=weights.astype(np.float32), sweeps=np.maximum(sweeps, 2), gain=gain
    )


def other_polarity(
    rng: np.random.Generator, blocks: Blocks, state: NoiseState, clock: Clock
) -> NDArray[np.float32]:
    """Half the difference between the two polarities' noise in each block.

    A block's noise is the mean of its rarefaction and its condensation sweeps. Both have twice its
    variance, so their half difference is as large as their mean and independent of it: mean plus
    difference is the noise of one polarity, mean minus difference that of the other.
    """
    return _coloured(rng, state, blocks.gain, clock)


def locked_drift(
    rng: np.random.Generator, size_uv: NDArray[np.float64], clock: Clock
) -> NDArray[np.float32]:
    """Slow baseline that is the same in every block, ``(n, samples)`` uV of rms ``size_uv``.

    Averages of clinics hold more slow signal than their residual noise and their waves explain, and
    reach Fmp > 3 in ears with total loss (``targets``: raw SD 153 nV). It has the drift's
    colour here, and its cause is left open [assumed].
    """
    size, frequency_hz = noise_stretch(clock)
    normal = rng.standard_normal((2, size_uv.size, frequency_hz.size))
    spectrum = (normal[0] + 1j * normal[1]) * drift_gain(frequency_hz)
    spectrum[:, 0] *= np.sqrt(2.0)
    values = np.fft.irfft(spectrum, n=size, axis=-1, norm="forward")[:, : clock.n_samples]
    return np.asarray(size_uv[:, None] * values, dtype=np.float32)


def average(
    blocks: Blocks, noise: NDArray[np.float32], evoked: NDArray[np.float32], window: slice
) -> Averages:
    """Average blocks in which the same ``evoked`` is hidden.

    Residual noise: the root of the variance of the weighted mean, from the variance of the block
    means, over the points of ``window``. Fmp: variance of the average over time inside ``window``
    divided by that variance (Elberling & Don 1984, multiple points; weighted blocks as in Don &
    Elberling 1994). Both are what a device computes: no response-free stretch, no correction for
    slow noise, which the numerator loses with its mean and the denominator keeps. That is why the
    Fmp of a drifting recording lies far below 1.

    Args:
        blocks: their weights.
        noise: ``(n, blocks, samples)`` uV: of all sweeps, or of those of one polarity.
        evoked: ``(n, samples)`` uV.
        window: samples that the statistics use.
    """
    w = blocks.weights
    half_a = 2.0 * np.einsum("rk,rkt->rt", w[:, 0::2], noise[:, 0::2])
    half_b = 2.0 * np.einsum("rk,rkt->rt", w[:, 1::2], noise[:, 1::2])
    mean = 0.5 * (half_a + half_b)
    inside = noise[:, :, window]
    power = np.einsum("rk,rkt,rkt->r", w, inside, inside) / inside.shape[2]
    spread = power.astype(np.float64) - np.mean(mean[:, window].astype(np.float64) ** 2, axis=1)
    # In float32 the spread of blocks that are all alike may come out below zero.
    variance = np.maximum(spread, 1e-6 * power) / ((w > 0.0).sum(axis=1) - 1.0)
    waveform = mean + evoked
    return Averages(
        waveform=waveform,
        half_a=half_a + evoked,
        half_b=half_b + evoked,
        residual_noise_nv=1000.0 * np.sqrt(variance),
        fmp=waveform[:, window].astype(np.float64).var(axis=1) / variance,
    )


def noise_trials(rng: np.random.Generator, state: NoiseState, clock: Clock) -> NDArray[np.float32]:
    """Noise of single sweeps of one recording, ``(sweeps, samples)`` uV.

    The level is that of blocks of 25 sweeps; nothing is rejected or weighted.

    Raises:
        ValueError: a state of more than one recording.
    """
    if state.sweeps.size != 1:
        raise ValueError(f"state should be of one recording. Found {state.sweeps.size}.")
    sweeps = int(state.sweeps[0])
    gain = _levels(rng, state.noisy, -(-sweeps // _BURST_SWEEPS))
    gain = np.repeat(gain, _BURST_SWEEPS, axis=1)[:, :sweeps]
    return np.asarray((_coloured(rng, state, gain, clock) + _mains(rng, state, clock, sweeps))[0])


def _levels(rng: np.random.Generator, noisy: NDArray[np.bool_], count: int) -> NDArray[np.float64]:
    """Level of the noise in each block relative to the recording's, ``(n, count)``."""
    steps = rng.standard_normal((noisy.size, count)) * np.sqrt(1.0 - _LEVEL_MEMORY**2)
    steps[:, 0] /= np.sqrt(1.0 - _LEVEL_MEMORY**2)
    wander = np.empty_like(steps)
    wander[:, 0] = steps[:, 0]
    for k in range(1, count):
        wander[:, k] = _LEVEL_MEMORY * wander[:, k - 1] + steps[:, k]
    burst = noisy[:, None] & (rng.random(steps.shape) < BURST_SHARE)
    louder = rng.uniform(*BURST_GAIN, size=steps.shape)
    return np.asarray(np.exp(_LEVEL_SD * wander) * np.where(burst, louder, 1.0))


def _coloured(
    rng: np.random.Generator,
    state: NoiseState,
    gain: NDArray[np.float64],
    clock: Clock,
) -> NDArray[np.float32]:
    size, frequency_hz = noise_stretch(clock)
    # Above 4.5 kHz next to nothing passes the filters.
    bins = int(np.searchsorted(frequency_hz, min(_TOP_HZ, frequency_hz[-1] * 0.999)))
    eeg, drift = (
        amplitude[:bins]
        for amplitude in (
            eeg_gain(frequency_hz, clock.band_hz),
            drift_gain(frequency_hz),
        )
    )
    n, count = gain.shape
    per_block = np.sqrt(count / state.sweeps)
    power = (
        np.square(np.outer(state.eeg_uv * per_block, eeg))
        + np.square(np.outer(state.drift_uv * per_block, drift))
    )  # fmt: skip
    normal = rng.standard_normal((n, count, bins, 2), dtype=np.float32)
    spectrum = np.zeros((n, count, frequency_hz.size), dtype=np.complex64)
    spectrum[:, :, :bins] = normal.view(np.complex64)[..., 0]
    spectrum[:, :, :bins] *= np.sqrt(power).astype(np.float32)[:, None, :]
    spectrum *= gain.astype(np.float32)[:, :, None]
    # The constant has a real part only, and stands for half a bin.
    spectrum[:, :, 0] *= np.float32(np.sqrt(2.0))
    values = scipy.fft.irfft(spectrum, n=size, axis=-1, norm="forward", workers=1)
    return np.ascontiguousarray(values[:, :, : clock.n_samples], dtype=np.float32)


def noise_stretch(clock: Clock) -> tuple[int, NDArray[np.float64]]:
    """Length and frequencies in Hz of the longer, circular stretch noise is drawn on.

    The margin keeps the end of a recording from knowing its beginning.
    """
    margin = round(_MARGIN_MS * clock.sampling_rate_hz / 1e3)
    size = int(scipy.fft.next_fast_len(clock.n_samples + margin, real=True))
    frequency_hz = np.fft.rfftfreq(size, 1.0 / clock.sampling_rate_hz)
    return size, np.asarray(frequency_hz, dtype=np.float64)


def _mains(
    rng: np.random.Generator, state: NoiseState, clock: Clock, count: int
) -> NDArray[np.float32]:
    """Mean of the hum over the sweeps of each block: small unless the rate divides the mains."""
    sweeps = state.sweeps / count
    turn = 2.0 * np.pi * clock.mains_hz / state.rate_hz  # phase gained per sweep
    bottom = np.sin(turn / 2.0)
    ratio = np.sin(sweeps * turn / 2.0) / np.where(np.abs(bottom) < 1e-9, 1.0, sweeps * bottom)
    kept = state.mains_uv * np.where(np.abs(bottom) < 1e-9, 1.0, ratio)
    start = rng.uniform(0.0, 2.0 * np.pi, size=state.rate_hz.size)
    phase = start[:, None] + np.outer(turn * sweeps, np.arange(count) + 0.5)
    angle = 2.0 * np.pi * clock.mains_hz / clock.sampling_rate_hz * np.arange(clock.n_samples)
    basis = np.stack([np.cos(angle), -np.sin(angle)]).astype(np.float32)
    parts = np.stack([np.cos(phase), np.sin(phase)], axis=-1) * kept[:, None, None]
    return np.asarray(
        parts[..., :1].astype(np.float32) * basis[0] + parts[..., 1:].astype(np.float32) * basis[1]
    )
