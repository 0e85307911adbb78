"""Bayesian Cramer-Rao (van Trees) bounds with nuisance parameters, for noise of any colour.

For a response ``s(theta)`` in noise of covariance ``C`` and a Gaussian prior of precision ``P``,
the information is ``J' C^-1 J + P`` with ``J = ds/dtheta`` (van Trees 1968; Kay 1993). The bound of
one parameter, all others unknown, is the root of the diagonal of its inverse; of a function of the
parameters with gradient ``g``, the root of ``g' I^-1 g``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]


def information(
    jacobian: FloatArray, noise_covariance: FloatArray, prior_precision: FloatArray
) -> NDArray[np.float64]:
    """Return the Bayesian information matrices ``J' C^-1 J + P``.

    Args:
        jacobian: ``(..., samples, parameters)`` uV per unit of each parameter.
        noise_covariance: ``(samples, samples)``, or ``(..., samples, samples)`` where recordings
            differ, uV^2.
        prior_precision: ``(parameters, parameters)`` or ``(..., parameters, parameters)``.

    Returns:
        ``(..., parameters, parameters)``.

    Raises:
        ValueError: a noise covariance that is not positive definite.

    Example:
        >>> ramp = np.arange(4.0)[:, None]
        >>> information(ramp, 0.25 * np.eye(4), np.array([[1.0]])).tolist()
        [[57.0]]
    """
    whitened = _whitened(jacobian, noise_covariance)
    return np.asarray(np.swapaxes(whitened, -1, -2) @ whitened + prior_precision)


def marginal_sd(
    information_matrix: FloatArray, gradient: FloatArray | None = None
) -> NDArray[np.float64]:
    """Return the smallest SD of an estimate, all other parameters being unknown.

    Args:
        information_matrix: ``(..., p, p)``.
        gradient: ``(..., p)`` of a function of the parameters; default: each parameter itself.

    Returns:
        ``(..., p)``, or ``(...)`` with a gradient.

    Example:
        >>> marginal_sd(np.array([[4.0, 0.0], [0.0, 25.0]])).tolist()
        [0.5, 0.2]
    """
    inverse = np.linalg.inv(information_matrix)
    if gradient is None:
        return np.asarray(np.sqrt(np.diagonal(inverse, axis1=-2, axis2=-1)))
    return np.asarray(np.sqrt(np.einsum("...i,...ij,...j->...", gradient, inverse, gradient)))


def latency_bound_ms(
    response: FloatArray,
    noise_autocovariance: FloatArray,
    time_ms: FloatArray,
    *,
    prior_sd_ms: float,
    prior_amplitude: float = 1.0,
) -> NDArray[np.float64]:
    """Bound the latency of a response of known shape: size, baseline and slope unknown.

    The plain case: no model of an ear is needed. Anything else that is unknown raises the bound.

    Args:
        response: ``(..., samples)`` clean, uV.
        noise_autocovariance: ``(samples,)`` uV^2 at lags of 0, 1, ... samples.
        time_ms: ``(samples,)``, evenly spaced.
        prior_sd_ms: SD of the latency among ears.
        prior_amplitude: SD of the size relative to this response.

    Returns:
        ``(...)`` ms.

    Example:
        >>> time_ms = np.arange(0.0, 12.0, 0.1)
        >>> wave = 0.3 * np.exp(-0.5 * ((time_ms - 6.0) / 0.4) ** 2)
        >>> white = np.where(np.arange(120) == 0, 0.05**2, 0.0)
        >>> round(float(latency_bound_ms(wave, white, time_ms, prior_sd_ms=0.3)), 3)
        0.036
    """
    response = np.asarray(response, dtype=np.float64)
    slope = (time_ms - time_ms.mean()) / float(np.ptp(time_ms))
    columns = np.broadcast_arrays(
        -np.gradient(response, time_ms, axis=-1), response, np.ones_like(slope), slope
    )
    # Baseline and slope: known to a few uV, as good as unknown.
    precision = np.diag([prior_sd_ms**-2.0, prior_amplitude**-2.0, 0.01, 0.01])
    covariance = scipy.linalg.toeplitz(noise_autocovariance)
    found = marginal_sd(information(np.stack(columns, axis=-1), covariance, precision))
    return np.asarray(found[..., 0])


def autocovariance_of_halves(half_a: FloatArray, half_b: FloatArray) -> NDArray[np.float64]:
    """Measure the autocovariance of the noise left in averages from their two halves.

    Half the difference of the halves has no response and the law of the average's noise. The
    biased estimate (divided by the number of samples at every lag) is positive semidefinite; a
    ten-thousandth at lag zero keeps it invertible.

    Args:
        half_a: ``(recordings, samples)`` uV.
        half_b: the same sweeps' other half.

    Returns:
        ``(samples,)`` uV^2, pooled over the recordings.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> a, b = rng.normal(size=(2, 500, 100))
        >>> bool(abs(autocovariance_of_halves(a, b)[0] - 0.5) < 0.02)
        True
    """
    difference = 0.5 * (np.asarray(half_a, dtype=np.float64) - half_b)
    n = difference.shape[1]
    spectrum = np.abs(np.fft.rfft(difference, n=2 * n, axis=1)) ** 2
    found = np.fft.irfft(spectrum.mean(axis=0))[:n] / n
    found[0] *= 1.0001
    return np.asarray(found)


def pooled_bound(bounds: FloatArray) -> float:
    """Return the rmse over a set of recordings if each were read at its own bound.

    An estimate of the limit, good where the response is well above the noise. It is not strict:
    information differs from ear to ear, and an estimator that gives more where more can be had is
    a few percent better. The strict bound is ``van_trees_sd``, which lies below it.

    Example:
        >>> round(pooled_bound(np.array([0.1, 0.2])), 4)
        0.1581
    """
    return float(np.sqrt(np.mean(np.square(bounds))))


def van_trees_sd(information_matrices: FloatArray) -> NDArray[np.float64]:
    """Return the strict bound on the rmse over ears drawn from the prior: of the mean information.

    Args:
        information_matrices: ``(ears, p, p)`` at ears drawn from the prior, same condition.

    Returns:
        ``(p,)``.

    Example:
        >>> van_trees_sd(np.array([[[4.0]], [[12.0]]])).round(4).tolist()
        [0.3536]
    """
    return marginal_sd(np.mean(information_matrices, axis=0))


def _whitened(jacobian: FloatArray, covariance: FloatArray) -> NDArray[np.float64]:
    try:
        lower = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError as error:
        raise ValueError(
            "noise_covariance should be positive definite. Found one that is not. "
            "Add the variance of the rounding to its diagonal."
        ) from error
    return np.asarray(np.linalg.solve(lower, jacobian))
