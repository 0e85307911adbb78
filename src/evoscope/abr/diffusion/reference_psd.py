"""The reference noise: its power spectral density, given or estimated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.abr.diffusion.checks import complaint


@dataclass(frozen=True, eq=False)
class ReferencePsd:
    """Power spectral density of stationary noise, scaled to variance 1.

    Attributes:
        power: ``(n_bins,)`` float64 power per bin, in equal steps from 0 Hz to half the sampling
            rate. Stretches of up to ``n_bins - 1`` samples can be whitened with it.

    Raises:
        ValueError: power that is negative or not finite, none at all, or fewer than three bins.

    Example:
        >>> ReferencePsd([0.0, 3.0, 3.0, 3.0, 0.0]).power
        array([0.        , 1.33333333, 1.33333333, 1.33333333, 0.        ])
    """

    power: NDArray[np.float64]

    def __post_init__(self) -> None:
        bins = np.array(self.power, dtype=np.float64)
        if bins.ndim != 1 or bins.size < 3 or not (np.isfinite(bins) & (bins >= 0.0)).all():
            raise complaint(
                "power", "(n_bins,) with 3 or more finite values of 0 or more", f"{self.power!r}"
            )
        if not bins.any():
            raise complaint("power", "above 0 somewhere", "zeros")
        bins /= np.fft.irfft(bins)[0]
        bins.flags.writeable = False
        object.__setattr__(self, "power", bins)

    @classmethod
    def from_recordings(cls, noise: ArrayLike) -> ReferencePsd:
        """Estimate the reference from traces without response: the mean of tapered periodograms.

        The sine taper (Riedel & Sidorenko 1995) keeps the strong slow part of EEG from leaking
        over the weak fast part, which spans 40 dB in so short a trace. Each trace enters with an
        rms of 1, so that a loud recording does not set the colour of all. Its mean is not taken
        off: slow drift is part of the noise.

        Args:
            noise: ``(n_traces, n_samples)``, such as half the differences of halves. A hundred
                traces are enough.

        Raises:
            ValueError: NaN, infinity, or a trace that is zero throughout.

        Example:
            >>> import numpy as np
            >>> noise = np.random.default_rng(0).standard_normal((2000, 200))
            >>> bool(abs(ReferencePsd.from_recordings(noise).power - 1.0).max() < 0.1)
            True
        """
        rows = np.asarray(noise, dtype=np.float64)
        if rows.ndim != 2 or rows.shape[1] < 2 or not np.isfinite(rows).all():
            raise complaint(
                "noise",
                "finite (n_traces, n_samples)",
                f"shape {rows.shape}, {int((~np.isfinite(rows)).sum())} values not finite",
            )
        rms = np.sqrt(np.mean(rows**2, axis=1, keepdims=True))
        if not (rms > 0.0).all():
            raise complaint("noise", "non-zero in every trace", f"{int((rms == 0).sum())} of zeros")
        n = rows.shape[1]
        taper = np.sin(np.pi * np.arange(1, n + 1) / (n + 1))
        # Padded to twice the length, the lags behind the spectrum do not wrap around.
        spectrum = np.fft.rfft(rows / rms * taper, 2 * n, axis=1)
        return cls(np.mean(np.abs(spectrum) ** 2, axis=0))

    def autocovariance(self, n_samples: int) -> NDArray[np.float64]:
        """Return the autocovariance at lags 0..n_samples-1: the spectrum's Fourier transform.

        Raises:
            ValueError: more lags than the spectrum resolves.
        """
        if not 2 <= n_samples < self.power.size:
            raise complaint(
                "n_samples",
                f"between 2 and {self.power.size - 1}, what the spectrum resolves",
                n_samples,
            )
        return np.asarray(np.fft.irfft(self.power)[:n_samples])
