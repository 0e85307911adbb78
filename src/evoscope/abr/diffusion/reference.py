"""The reference noise: its power spectral density, by way of its autocovariance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.abr.diffusion.checks import complaint


@dataclass(frozen=True, eq=False)
class ReferenceNoise:
    """Stationary noise of variance 1, known by its autocovariance.

    The autocovariance and the power spectral density are each other's Fourier transform; the first
    is kept because a short stretch of noise shows its lags without the leakage that a spectrum
    with 40 dB between its ends would suffer.

    Attributes:
        autocovariance: ``(n_lags,)`` at lags 0.., float64; scaled to variance 1.

    Raises:
        ValueError: lags that are not finite, or no variance.
    """

    autocovariance: NDArray[np.float64]

    def __post_init__(self) -> None:
        lags = np.array(self.autocovariance, dtype=np.float64)
        if lags.ndim != 1 or lags.size < 2 or not np.isfinite(lags).all() or lags[0] <= 0.0:
            raise complaint(
                "autocovariance",
                "(n_lags,) finite values, the first above 0",
                f"shape {lags.shape}, first {lags.flat[0] if lags.size else None}",
            )
        lags /= lags[0]
        lags.flags.writeable = False
        object.__setattr__(self, "autocovariance", lags)

    @classmethod
    def from_recordings(cls, noise: ArrayLike) -> ReferenceNoise:
        """Estimate the reference from traces without response.

        The lags are averaged without bias over time and traces, each trace at an rms of 1, so that
        a loud recording does not set the colour of all. The mean is not taken off: slow drift is
        part of the noise. Unbiased lags need many traces: have more of them than samples.

        Args:
            noise: ``(n_traces, n_samples)``, such as half the differences of halves.

        Raises:
            ValueError: NaN, infinity, or a trace that is zero throughout.

        Example:
            >>> import numpy as np
            >>> noise = np.random.default_rng(0).standard_normal((2000, 200))
            >>> bool(abs(ReferenceNoise.from_recordings(noise).autocovariance[1:]).max() < 0.05)
            True
        """
        rows = np.asarray(noise, dtype=np.float64)
        if rows.ndim != 2 or not np.isfinite(rows).all():
            raise complaint(
                "noise",
                "finite (n_traces, n_samples)",
                f"shape {rows.shape}, {int((~np.isfinite(rows)).sum())} values not finite",
            )
        rms = np.sqrt(np.mean(rows**2, axis=1, keepdims=True))
        if not (rms > 0.0).all():
            raise complaint("noise", "non-zero in every trace", f"{int((rms == 0).sum())} of zeros")
        n = rows.shape[1]
        # Padded to twice the length, the correlation does not wrap around.
        power = np.mean(np.abs(np.fft.rfft(rows / rms, 2 * n, axis=1)) ** 2, axis=0)
        return cls(np.fft.irfft(power, 2 * n)[:n] / (n - np.arange(n)))

    @classmethod
    def from_psd(cls, power: ArrayLike) -> ReferenceNoise:
        """Take a known spectrum.

        Args:
            power: ``(n_bins,)`` power per bin, in equal steps from 0 Hz to half the sampling rate;
                finer than the spectrum's narrowest feature. Its lags reach to ``n_bins - 1``.

        Raises:
            ValueError: power that is negative or not finite, or fewer than two bins.
        """
        bins = np.asarray(power, dtype=np.float64)
        if bins.ndim != 1 or bins.size < 2 or not (np.isfinite(bins) & (bins >= 0.0)).all():
            raise complaint("power", "(n_bins,) finite values of 0 or more", f"shape {bins.shape}")
        return cls(np.fft.irfft(bins)[: bins.size])

    def psd(self) -> NDArray[np.float64]:
        """Return the power spectral density ``(n_lags,)``, in equal steps from 0 Hz; mean near 1.

        For figures and cards: under a Hann lag window, which never lets power fall below zero by
        more than its side lobes; those are cut.
        """
        n = self.autocovariance.size
        windowed = self.autocovariance * np.cos(np.pi / 2.0 * np.arange(n) / n) ** 2
        density = 2.0 * np.fft.rfft(windowed, 2 * (n - 1)).real - windowed[0]
        return np.asarray(np.maximum(density, 0.0))

    def lags(self, n_samples: int) -> NDArray[np.float64]:
        """Return the autocovariance of a stretch of ``n_samples``.

        Raises:
            ValueError: a longer stretch than the reference knows.
        """
        if not 2 <= n_samples <= self.autocovariance.size:
            raise complaint(
                "n_samples",
                f"between 2 and {self.autocovariance.size}, the lags of the reference",
                n_samples,
            )
        return self.autocovariance[:n_samples]
