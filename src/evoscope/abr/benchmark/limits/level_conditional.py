"""Denoising by linear estimators that know the simulator: references for every other denoiser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False, kw_only=True)
class LevelConditional:
    """Linear minimum mean square error given the level and the noise of a recording.

    ``mean + S (S + C)^-1 (y - mean)`` with the mean and covariance ``S`` of clean responses at the
    level. No linear estimator that reads one recording does better; one that is not linear, or
    reads the series, can. It knows more of the clinic than anyone does: its figures are of
    simulated data, and a reference, not a limit.

    Attributes:
        level_db: ``(L,)`` ascending.
        mean: ``(L, samples)`` uV.
        covariance: ``(L, samples, samples)`` uV^2.
    """

    level_db: NDArray[np.float64]
    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]

    @classmethod
    def fit(cls, level_db: FloatArray, clean: FloatArray) -> LevelConditional:
        """Fit the mean and covariance at each level that occurs.

        Args:
            level_db: ``(recordings,)``.
            clean: ``(recordings, samples)`` uV, of ears that are not judged with it.

        Example:
            >>> rng = np.random.default_rng(0)
            >>> clean = 0.2 + 0.1 * rng.standard_normal((500, 1)) * np.ones(30)
            >>> filtered = LevelConditional.fit(np.full(500, 60.0), clean)
            >>> noisy = clean[:50] + 0.1 * rng.standard_normal((50, 30))
            >>> found = filtered(np.full(50, 60.0), noisy, 0.1**2 * np.eye(30))
            >>> bool(np.mean((found - clean[:50]) ** 2) < 0.05 * 0.1**2)
            True
        """
        levels = np.unique(level_db)
        groups = [np.asarray(clean[level_db == level], dtype=np.float64) for level in levels]
        mean = np.stack([group.mean(axis=0) for group in groups])
        covariance = np.stack(
            [(g - m).T @ (g - m) / len(g) for g, m in zip(groups, mean, strict=True)]
        )
        return cls(level_db=levels.astype(np.float64), mean=mean, covariance=covariance)

    def __call__(
        self, level_db: FloatArray, waveform: FloatArray, noise_covariance: FloatArray
    ) -> NDArray[np.float64]:
        """Denoise recordings, ``(n, samples)`` uV.

        Args:
            level_db: ``(n,)``; a level that was not fitted takes the nearest.
            waveform: ``(n, samples)``.
            noise_covariance: ``(samples, samples)``, or ``(n, samples, samples)`` of each.
        """
        at = np.abs(self.level_db[:, None] - level_db).argmin(axis=0)
        covariance = self.covariance[at]
        error = np.asarray(waveform, dtype=np.float64) - self.mean[at]
        solved = np.linalg.solve(covariance + noise_covariance, error[:, :, None])
        return np.asarray(self.mean[at] + (covariance @ solved)[:, :, 0])


@dataclass(frozen=True, eq=False, kw_only=True)
class StationaryWiener:
    """The textbook's Wiener filter: ``S / (S + N)`` at each frequency, one rule for all levels.

    Responses are taken as stationary, which they are not: it does not know when waves come. The
    waveforms are mirrored at their ends, so that no edge is wrapped around.

    Attributes:
        power: ``(frequencies,)`` mean power spectrum of clean responses.
    """

    power: NDArray[np.float64]

    @classmethod
    def fit(cls, clean: FloatArray) -> StationaryWiener:
        """Fit the spectrum of clean responses, ``(recordings, samples)`` uV.

        Example:
            >>> time = np.arange(200.0)
            >>> clean = np.sin(0.1 * time + np.linspace(0.0, 6.0, 40)[:, None])
            >>> noise = np.random.default_rng(0).standard_normal((2, 40, 200))
            >>> found = StationaryWiener.fit(clean)(clean + noise[0], noise[1])
            >>> bool(np.mean((found - clean) ** 2) < 0.2)
            True
        """
        return cls(power=_power(clean).mean(axis=0))

    def __call__(self, waveform: FloatArray, half_difference: FloatArray) -> NDArray[np.float64]:
        """Denoise recordings, ``(n, samples)``: colour of the noise pooled, size of each its own.

        Args:
            waveform: ``(n, samples)`` uV.
            half_difference: ``(n, samples)`` uV, (A - B) / 2.
        """
        noise = _power(half_difference)
        colour = noise.mean(axis=0) / noise.mean()
        own = noise.mean(axis=1, keepdims=True) * colour
        spectrum = np.fft.rfft(_mirrored(waveform), axis=1)
        # A mirrored waveform has nothing at the highest frequency: no signal, no noise.
        gain = self.power / np.maximum(self.power + own, 1e-30)
        filtered = np.fft.irfft(spectrum * gain, n=2 * waveform.shape[1], axis=1)
        return np.asarray(filtered[:, : waveform.shape[1]])


def mse_over_noise(denoised: FloatArray, clean: FloatArray, residual_noise_nv: FloatArray) -> float:
    """Mean square error relative to the power of the residual noise, pooled over recordings.

    Example:
        >>> mse_over_noise(np.full((2, 5), 0.1), np.zeros((2, 5)), np.array([100.0, 100.0]))
        1.0
    """
    error = np.square(np.asarray(denoised, dtype=np.float64) - clean).mean()
    return round(float(error / np.mean(np.square(1e-3 * np.asarray(residual_noise_nv)))), 12)


def _mirrored(values: FloatArray) -> NDArray[np.float64]:
    return np.concatenate([values, values[:, ::-1]], axis=1).astype(np.float64)


def _power(values: FloatArray) -> NDArray[np.float64]:
    return np.asarray(np.abs(np.fft.rfft(_mirrored(values), axis=1)) ** 2)
