"""Bounds on wave V of simulated recordings: how well its latency and amplitude can be known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.limits.cramer_rao import information, marginal_sd
from evoscope.abr.benchmark.limits.ear_parameters import STEPS, moved
from evoscope.abr.norms import WAVE_LABELS
from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.components import respond_all
from evoscope.abr.simulation.measure import measure_waves

_V = WAVE_LABELS.index("V")
JITTER_MS, JITTER_SIZE = 0.03, 0.05
"""How responses of one ear differ from one recording to the next: ``components.respond``."""
_LEAP_MS = 0.5
"""A peak that moves further than this under a small step has become another peak; and where a bound
is larger, the peak is hardly one, and derivatives say nothing of where it may go."""


@dataclass(frozen=True, eq=False, kw_only=True)
class WaveBounds:
    """Smallest SD of a reading of wave V, per recording.

    NaN where V is absent, or so flat that no derivative describes it: a bound above 0.5 ms.

    Attributes:
        latency_ms, amplitude_uv: ``(n,)``.
    """

    latency_ms: NDArray[np.float64]
    amplitude_uv: NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Derivatives:
    """How recordings and their wave V change with each parameter, by central differences.

    Attributes:
        response: ``(n, samples, 16)`` uV per unit: the ear's 14 parameters, then the jitter of
            this recording in time (ms) and in size (relative).
        latency, amplitude: ``(n, 16)`` of wave V as measured on the clean response.
    """

    response: NDArray[np.float64]
    latency: NDArray[np.float64]
    amplitude: NDArray[np.float64]


def derivatives(
    ear: ClinicEar,
    *,
    level_db: NDArray[np.float64],
    stimulus: str,
    frequency_hz: float | None,
    rate_hz: float,
    time_ms: NDArray[np.float64],
) -> Derivatives:
    """Differentiate the clean responses of an ear at levels, and wave V as measured on them."""
    p, n = STEPS.size, level_db.size
    ears = [moved(ear, sign * row) for row in np.diag(STEPS) for sign in (1.0, -1.0)]
    jitter = np.zeros((2 * p + 4, 2))
    jitter[2 * p :] = [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]]
    parts = respond_all(
        [*ears, *[ear] * 4],
        level_db=level_db,
        stimulus=stimulus,
        frequency_hz=frequency_hz,
        rate_hz=rate_hz,
        jitter=np.repeat(jitter, n, axis=0),
    )
    # A standard normal jitter of 1 is 0.03 ms, or 5 %.
    width = 2.0 * np.array([*STEPS, JITTER_MS, JITTER_SIZE])
    values = parts.at(time_ms).astype(np.float64).reshape(p + 2, 2, n, -1)
    waves = measure_waves(parts)
    gradients = []
    for measured, leap in (
        (waves.latency_ms[:, _V], _LEAP_MS),
        (waves.amplitude_uv[:, _V], np.inf),
    ):
        sides = measured.reshape(p + 2, 2, n)
        change = sides[:, 0] - sides[:, 1]
        change = np.where(np.abs(change) < leap, change, np.nan)
        gradients.append((change / width[:, None]).T)
    response = (values[:, 0] - values[:, 1]) / width[:, None, None]
    return Derivatives(
        response=np.moveaxis(response, 0, -1), latency=gradients[0], amplitude=gradients[1]
    )


def wave_v_bounds(
    found: Derivatives,
    noise_covariance: NDArray[np.float64],
    prior_covariance: NDArray[np.float64],
    *,
    together: bool,
) -> WaveBounds:
    """Bound wave V of the recordings of one series, in the noise of each.

    What is assumed: the observer knows the mechanism and the morphology of the ear and the colour
    of the noise, and not its delays, sizes, breadth, threshold or jitter. So it is an optimistic
    bound, as a limit should be. It is evaluated at the ear's own parameters: an estimate of the
    Bayesian bound that is good where the response is well above the noise. Simulated ears only.

    Args:
        found: of the series' recordings, at their levels.
        noise_covariance: ``(n, samples, samples)`` uV^2.
        prior_covariance: ``(14, 14)`` of the ear's parameters.
        together: whether the reader sees the whole series (the ear is the same, jitter differs),
            or each recording alone.
    """
    p = found.response.shape[2]
    ear = p - 2
    precision = np.zeros((p, p))
    precision[:ear, :ear] = np.linalg.inv(prior_covariance)
    precision[ear:, ear:] = np.diag([JITTER_MS**-2, JITTER_SIZE**-2])
    alone = information(found.response, noise_covariance, precision)
    if not together:
        return _bounds(alone, found)
    # The jitter of each recording is integrated out of its information on the ear; then the sum.
    cross = alone[:, :ear, ear:]
    inner = np.linalg.inv(alone[:, ear:, ear:])
    data = alone[:, :ear, :ear] - precision[:ear, :ear]
    reduced = data - cross @ inner @ np.swapaxes(cross, 1, 2)
    others = reduced.sum(axis=0) - reduced + precision[:ear, :ear]
    whole = alone.copy()
    whole[:, :ear, :ear] = data + others
    return _bounds(whole, found)


def _bounds(information_matrix: NDArray[np.float64], found: Derivatives) -> WaveBounds:
    latency = marginal_sd(information_matrix, found.latency)
    sharp = latency < _LEAP_MS
    amplitude = marginal_sd(information_matrix, found.amplitude)
    return WaveBounds(
        latency_ms=np.where(sharp, latency, np.nan),
        amplitude_uv=np.where(sharp, amplitude, np.nan),
    )
