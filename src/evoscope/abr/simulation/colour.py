"""The spectra of EEG and of slow drift in a recording band."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.simulation.noise import band_gain

DRIFT_HZ = 32.0
"""Half the drift's power lies below this: sweat, movement and slow EEG behind the high-pass."""


def eeg_gain(
    frequency_hz: NDArray[np.float64], band_hz: tuple[float, float]
) -> NDArray[np.float64]:
    """SD per part (real, imaginary) of each bin of ``rfft`` for EEG of rms 1.

    White noise behind a one-pole low-pass at 350 Hz (model code of others) and the band.
    The array is for an inverse transform without scaling, its constant times root 2.
    """
    return _unit(band_gain(frequency_hz, band_hz))


def drift_gain(frequency_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """SD per part of each bin for slow drift of rms 1: falls by 24 dB an octave [assumed].

    It is what a first-order high-pass leaves of noise that grows towards zero frequency.
    """
    return _unit(1.0 / (1.0 + (frequency_hz / DRIFT_HZ) ** 4))


def _unit(gain: NDArray[np.float64]) -> NDArray[np.float64]:
    # A bin whose two parts have SD g adds 4 g^2 to the variance of an unscaled inverse transform;
    # the constant stands for half a bin.
    power = 4.0 * np.square(gain)
    power[0] /= 2.0
    return np.asarray(gain / np.sqrt(power.sum()))
