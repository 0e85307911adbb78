"""The law of the noise in an average: EEG and slow drift, each with a known colour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from evoscope.abr.simulation.blocks import noise_stretch
from evoscope.abr.simulation.colour import drift_gain, eeg_gain
from evoscope.abr.simulation.profiles.settings import Profile

# Above its band EEG has no power and responses have none either: directions with less than this
# share of the strongest one are left out, since whitening would divide by nothing.
_LEAST_SHARE = 3e-4
_TOP_HZ = 4500.0
_FLOOR = 1e-4
_RATIOS = np.exp(np.linspace(np.log(0.3), np.log(12.0), 41))
_LOCKED = np.exp(np.linspace(-2.5, 2.5, 31))
N_DRIFT = 8
"""Coordinates in which drift is stronger than a millionth of the EEG; in the others it is none."""


@dataclass(frozen=True, eq=False, kw_only=True)
class NoiseModel:
    """Coordinates in which EEG is white and drift is independent from coordinate to coordinate.

    In them the noise of a recording has the covariance ``diag(eeg^2 + drift^2 * drift_power)``,
    whatever its levels of EEG and of drift. So one template bank serves all recordings.

    Attributes:
        eeg_covariance, drift_covariance: ``(samples, samples)`` of noise of rms 1.
        whiten: ``(coordinates, samples)``; ``whiten @ waveform`` are the coordinates, drift first.
        drift_power: ``(coordinates,)`` of drift of rms 1, falling.
        ratio, ratio_log_sd: median of drift over EEG, and SD of its logarithm.
        locked_uv, locked_log_sd: the same of the slow baseline that averaging does not reduce.
    """

    eeg_covariance: NDArray[np.float64]
    drift_covariance: NDArray[np.float64]
    whiten: NDArray[np.float64]
    drift_power: NDArray[np.float64]
    ratio: float
    ratio_log_sd: float
    locked_uv: float
    locked_log_sd: float

    @classmethod
    def of(cls, profile: Profile) -> NoiseModel:
        """The noise that a profile's simulator makes; mains hum is left to the drift.

        Example:
            >>> from evoscope.abr.simulation.profiles import get_profile
            >>> model = NoiseModel.of(get_profile("clinic"))
            >>> bool(model.drift_power[0] > 100.0 * model.drift_power[8])
            True
        """
        clock = profile.clock
        size, frequency_hz = noise_stretch(clock)
        eeg = eeg_gain(frequency_hz, clock.band_hz)
        eeg = np.where(frequency_hz < _TOP_HZ, eeg, 0.0)
        covariances = [
            scipy.linalg.toeplitz(_autocovariance(gain, size, clock.n_samples))
            for gain in (eeg, drift_gain(frequency_hz))
        ]
        strength, directions = scipy.linalg.eigh(covariances[0])
        band = strength > _LEAST_SHARE * strength[-1]
        white = directions[:, band] / np.sqrt(strength[band])
        power, turn = scipy.linalg.eigh(white.T @ covariances[1] @ white)
        vectors = white @ turn
        settings = profile.noise
        return cls(
            eeg_covariance=covariances[0],
            drift_covariance=covariances[1],
            whiten=np.ascontiguousarray(vectors[:, ::-1].T),
            drift_power=np.maximum(power[::-1], 0.0),
            ratio=settings.drift_ratio,
            ratio_log_sd=float(np.hypot(*settings.drift_log_sd)),
            locked_uv=settings.locked_uv,
            locked_log_sd=settings.locked_log_sd,
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class NoiseLevels:
    """Noise of each recording, ``(n,)`` uV^2: of the EEG, the drift and the locked baseline."""

    eeg: NDArray[np.float64]
    drift: NDArray[np.float64]
    locked: NDArray[np.float64]

    def variance(self, drift_power: NDArray[np.float64]) -> NDArray[np.float64]:
        """Variance in each coordinate of a noise model, ``(n, coordinates)`` uV^2."""
        slow = self.drift + self.locked
        return np.asarray(self.eeg[:, None] + slow[:, None] * drift_power)

    def covariance(self, model: NoiseModel) -> NDArray[np.float64]:
        """Covariance of the samples of each recording, ``(n, samples, samples)`` uV^2."""
        slow = self.drift + self.locked
        # Above the band neither noise nor responses have power: a floor makes it invertible.
        eeg = model.eeg_covariance + _FLOOR * np.eye(model.eeg_covariance.shape[0])
        return np.asarray(
            self.eeg[:, None, None] * eeg + slow[:, None, None] * model.drift_covariance
        )


def noise_levels(
    model: NoiseModel,
    *,
    half_difference: NDArray[np.floating],
    residual_noise_nv: NDArray[np.float64],
    waveform: NDArray[np.floating],
    response_power: NDArray[np.float64],
) -> NoiseLevels:
    """Estimate the noise of recordings from what a device writes.

    The residual noise gives the sum of EEG and drift, half the difference of the half-averages how
    much of it is drift (posterior mean over 41 ratios). The locked baseline is in both halves, so
    it is read off the slow coordinates of the average (posterior mean over 31 sizes).

    Args:
        model: the colours.
        half_difference: ``(n, samples)`` uV, (A - B) / 2: noise of the same law as the average's.
        residual_noise_nv: ``(n,)``.
        waveform: ``(n, samples)`` uV, the averages.
        response_power: ``(n, samples)`` mean square of the response in the model's coordinates,
            over all ears that could have been recorded.
    """
    total = np.square(1e-3 * residual_noise_nv)
    seen = np.square(half_difference @ model.whiten.T)
    eeg = total[:, None] / (1.0 + _RATIOS**2)
    drift = total[:, None] - eeg
    variance = eeg[:, :, None] + drift[:, :, None] * model.drift_power
    score = -0.5 * (np.log(variance) + seen[:, None, :] / variance).sum(axis=2)
    score -= 0.5 * (np.log(_RATIOS / model.ratio) / model.ratio_log_sd) ** 2
    weight = _softmax(score)
    eeg_power, drift_power = (weight * eeg).sum(axis=1), (weight * drift).sum(axis=1)
    if model.locked_uv == 0.0:
        return NoiseLevels(eeg=eeg_power, drift=drift_power, locked=np.zeros_like(total))
    slow = slice(0, N_DRIFT)
    level = np.square(np.asarray(waveform @ model.whiten[slow].T, dtype=np.float64))
    locked = np.square(model.locked_uv * _LOCKED**model.locked_log_sd)
    base = eeg_power[:, None] + response_power[:, slow]
    variance = (
        base[:, None, :] + (drift_power[:, None] + locked)[:, :, None] * (model.drift_power[slow])
    )
    score = -0.5 * (np.log(variance) + level[:, None, :] / variance).sum(axis=2)
    weight = _softmax(score - 0.5 * np.log(_LOCKED) ** 2)
    return NoiseLevels(eeg=eeg_power, drift=drift_power, locked=(weight * locked).sum(axis=1))


def _autocovariance(gain: NDArray[np.float64], size: int, lags: int) -> NDArray[np.float64]:
    # A bin whose two parts have SD g adds 4 g^2 to the variance; the constant half of it.
    power = 4.0 * np.square(gain)
    power[0] /= 2.0
    angle = 2.0 * np.pi * np.outer(np.arange(lags), np.arange(gain.size)) / size
    return np.asarray(np.cos(angle) @ power)


def _softmax(score: NDArray[np.float64]) -> NDArray[np.float64]:
    weight = np.exp(score - score.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))
