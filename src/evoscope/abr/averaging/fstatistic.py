"""Is there more variance in the average than its own noise explains?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc, fdtri

from evoscope.abr.averaging.spectrum import autocovariance, degrees_of_freedom, pairs_at_lags
from evoscope.abr.averaging.subaverages import SubAverages


@dataclass(frozen=True)
class FTest:
    """Variance of the average over the variance of its noise, with its own degrees of freedom.

    Called Fmp (Elberling & Don 1984; multiple points: Martin, Tucker & Don 1994) only when it
    comes from trials or replicates; from two half-averages it is a half-F.
    """

    value: float
    p_value: float
    numerator_df: float
    denominator_df: float

    def critical(self, probability: float) -> float:
        """Value that noise exceeds with probability ``1 - probability``."""
        return float(fdtri(self.numerator_df, self.denominator_df, probability))


def f_test(
    parts: SubAverages,
    *,
    window: slice,
    noise_window: slice = slice(None),
) -> FTest | None:
    """Test the average of sub-averages for a response inside a window.

    ``F = VAR_window(average) / mean_window(noise variance)``. Under no response it follows
    F(v1, v2): v1 from the noise's own autocovariance over the response window, v2 that of the
    noise window times the number of response-free contrasts.

    Args:
        parts: sub-averages of one condition; with fewer than two there is no test.
        window: samples where a response may be.
        noise_window: samples the noise is estimated from (without filter edges).

    Returns:
        The test, or ``None`` when the noise is not known (one sub-average, or constant zero).

    Example:
        >>> import numpy as np
        >>> noise = np.random.default_rng(0).standard_normal((8, 200))
        >>> silent = SubAverages(noise, np.full(8, 1 / 8), "trials")
        >>> f_test(silent, window=slice(20, 180)).p_value > 0.01
        True
        >>> loud = SubAverages(noise + np.sin(np.arange(200) / 8), np.full(8, 1 / 8), "trials")
        >>> f_test(loud, window=slice(20, 180)).p_value < 1e-6
        True
    """
    if parts.count < 2:
        return None
    contrasts = parts.deviations()[:, noise_window]
    mean = parts.mean()[window]
    autocov = autocovariance(contrasts)
    v1 = degrees_of_freedom(autocov, mean.size)
    v2 = contrasts.shape[0] * degrees_of_freedom(autocov, contrasts.shape[1])
    # Centre each contrast as the average is centred, so that both lose the same degree.
    centred = contrasts - contrasts.mean(axis=1, keepdims=True)
    noise = float((centred**2).mean())
    if noise <= 0 or mean.size < 4:
        return None
    # The mean of a window takes away part of coloured noise: expect the same part in both.
    value = (
        float(mean.var())
        * kept_share(autocov, contrasts.shape[1])
        / (noise * kept_share(autocov, mean.size))
    )
    return FTest(value, float(fdtrc(v1, v2, value)), v1, v2)


def kept_share(autocov: NDArray[np.float64], n_samples: int) -> float:
    """Return the share of noise variance left after the mean of ``n_samples`` is taken off."""
    lags = min(n_samples, autocov.size)
    covered = autocov[:lags] * pairs_at_lags(n_samples)[:lags]
    of_mean = (2 * covered.sum() - covered[0]) / n_samples**2
    return min(max(float(1 - of_mean / autocov[0]), 0.05), 1.0) if autocov[0] > 0 else 1.0
