"""How likely a recording is under each template of a bank, small differences integrated out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.limits.directions import JITTER

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Evidence:
    """Log-likelihood of each template as a quadratic in small differences ``x`` of the ear.

    ``log p(y | template, x) = constant + slope . x - x . curvature . x / 2``: evidence of several
    recordings of one ear adds up.

    Attributes:
        constant: ``(K,)``.
        slope: ``(K, 10)``, in the order of ``directions.DIRECTIONS``; other directions where said.
        curvature: ``(K, 10, 10)``.
    """

    constant: Array
    slope: Array
    curvature: Array

    def __add__(self, other: Evidence) -> Evidence:
        return Evidence(
            self.constant + other.constant,
            self.slope + other.slope,
            self.curvature + other.curvature,
        )


def recording_evidence(
    seen: Array,
    expected: NDArray[np.float32],
    change: NDArray[np.float32],
    noise_variance: Array,
    jitter: Array = JITTER,
) -> Evidence:
    """Compare one recording with templates at its level; its own jitter is integrated out.

    Args:
        seen: ``(D,)`` the recording's coordinates.
        expected: ``(K, D)`` templates.
        change: ``(K, 10, D)`` their change along each direction.
        noise_variance: ``(D,)``.
        jitter: ``(10, 2)`` what differs between recordings, per standard normal.
    """
    root = (1.0 / np.sqrt(noise_variance)).astype(np.float32)
    error = (seen.astype(np.float32) - expected) * root
    scaled = change * root
    slope = (scaled @ error[:, :, None])[:, :, 0].astype(np.float64)
    curvature = (scaled @ np.swapaxes(scaled, 1, 2)).astype(np.float64)
    constant = -0.5 * np.square(error).sum(axis=1, dtype=np.float64)
    constant -= 0.5 * float(np.log(noise_variance).sum())
    # x_recording = x_ear + jitter. The Gaussian integral over the jitter leaves another quadratic
    # (Woodbury: the jitter has two dimensions only).
    across = curvature @ jitter
    inner = np.eye(2) + jitter.T @ across
    inverse = np.linalg.inv(inner)
    along = slope @ jitter
    lifted = np.einsum("kij,kj->ki", inverse, along)
    constant += 0.5 * np.einsum("ki,ki->k", along, lifted) - 0.5 * np.log(np.linalg.det(inner))
    slope = slope - np.einsum("kij,kj->ki", across, lifted)
    curvature = curvature - across @ inverse @ np.swapaxes(across, 1, 2)
    return Evidence(constant, slope, curvature)


def match(evidence: Evidence, spread: Array) -> Array:
    """Integrate out small differences of the ear, Gaussian with SDs ``(10,)``: log-likelihood."""
    slope = evidence.slope * spread
    precision = np.eye(spread.size) + evidence.curvature * np.outer(spread, spread)
    lower = np.linalg.cholesky(precision)
    mean = np.linalg.solve(precision, slope[:, :, None])[:, :, 0]
    pivots = np.diagonal(lower, axis1=1, axis2=2)
    gain = 0.5 * np.einsum("ki,ki->k", slope, mean) - np.log(pivots).sum(axis=1)
    return np.asarray(evidence.constant + gain)
