"""How well each hypothesis about growth explains the coefficients of all levels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

# Hypotheses weighed together: what they need stays in the processor's cache.
_TOGETHER = 64
# Variances multiplied before the logarithm of their product is taken: that many cannot overflow.
_FACTORS = 8


def log_likelihoods(
    power: Numbers, eigenvalues: Numbers, snr: Numbers, amplitudes: Sequence[float] | Numbers
) -> Numbers:
    """Log-likelihood of Gaussian coefficients, for every hypothesis at every amplitude.

    A coefficient rotated into a hypothesis' eigenvectors has the variance ``1 + amplitude *
    eigenvalue * snr``, in units of its noise. What all hypotheses share is left out: the noise.

    Args:
        power: ``(n, n_levels, n_coefficients)`` squares of the rotated coefficients over the noise.
        eigenvalues: ``(n, n_levels)`` of the levels' covariance; rounding below zero counts as 0.
        snr: ``(n_coefficients,)`` response over noise at amplitude 1.
        amplitudes: power of the response at the loudest level.

    Returns:
        ``(n_amplitudes, n)``.

    Example:
        >>> import numpy as np
        >>> power, snr = np.full((1, 1, 2), 4.0), np.ones(2)
        >>> found = log_likelihoods(power, np.ones((1, 1)), snr, [0.0, 3.0])
        >>> found.round(3).tolist()  # twice 4 over 1, and twice 4 over 4 with its normalization
        [[-4.0], [-2.386]]
    """
    found = np.empty((len(amplitudes), len(power)))
    # Levels first: sums and products over them then run along whole rows.
    by_level = np.ascontiguousarray(power.transpose(1, 0, 2))
    sizes = np.ascontiguousarray(np.clip(eigenvalues, 0.0, None).T)
    for first in range(0, len(power), _TOGETHER):
        some = slice(first, first + _TOGETHER)
        observed, response = by_level[:, some], sizes[:, some, None] * snr
        work = np.empty_like(observed)
        for row, amplitude in enumerate(amplitudes):
            np.multiply(response, amplitude, out=work)
            work += 1.0
            logs = sum(
                np.log(np.multiply.reduce(work[part : part + _FACTORS], axis=0)).sum(axis=1)
                for part in range(0, len(work), _FACTORS)
            )
            np.divide(observed, work, out=work)
            found[row, some] = -0.5 * (work.sum(axis=0).sum(axis=1) + logs)
    return found
