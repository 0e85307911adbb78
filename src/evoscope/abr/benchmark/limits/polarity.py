"""What rarefaction and condensation tell beyond their mean: the cochlea's own, which inverts.

The mean of the two polarities is the alternating average, and half their difference has noise of
the same law, independent of the mean's. So the evidence of a pair is that of the alternating
average times that of the difference: the microphonic of the outer hair cells, of a size and a
duration that go with the mechanism, under the artefact of the stimulus.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, logsumexp

from evoscope.abr.benchmark.limits.cochlea import LOUD_NHL, Difference, with_microphonic
from evoscope.abr.benchmark.limits.reading import Reading
from evoscope.abr.benchmark.limits.refine import Sample
from evoscope.abr.simulation.clinic_ear import ClinicEar, Microphonic
from evoscope.abr.simulation.evoked import CONDENSATION_DELAY_MS, microphonic, stimulus_artefact

Array = NDArray[np.float64]

ARTEFACT_LOG_SD = 0.7 / np.sqrt(2.0)
"""SD of the logarithm of an ear's artefact, as ``simulation.one_patient`` draws it."""
_SIZES = np.linspace(-3.5, 3.5, 121)
_GAP_STEP_DB = 10.0


def with_difference(sample: Sample, readings: Sequence[Reading]) -> Sample | None:
    """Weigh a sample of the posterior by what the polarities' difference says, too.

    The response differs between polarities by its delay; its part of the difference is taken from
    the posterior mean, and the microphonic and the artefact are integrated out.

    Args:
        sample: of one ear, given its alternating averages.
        readings: those it is of.

    Returns:
        The sample with other weights; ``None`` where no reading has single polarities.
    """
    found = [
        _Found(one, one.difference, _delay_part(sample, index, one))
        for index, one in enumerate(readings)
        if one.difference is not None
    ]
    if not found:
        return None
    peaks = found[0].difference.prior.peak_uv
    known: dict[tuple[float, float, float], float] = {}
    log_odds = np.empty(len(sample.ears))
    for index, ear in enumerate(sample.ears):
        low, high = peaks.get(ear.mechanism, (0.0, 0.0))
        gap_db = _GAP_STEP_DB * round(ear.gap_db / _GAP_STEP_DB) if high > 0.0 else 0.0
        key = (low, high, gap_db)
        if key not in known:
            known[key] = _log_evidence(ear, low, high, gap_db, found)
        log_odds[index] = known[key]
    return replace(sample, log_weight=sample.log_weight + log_odds)


@dataclass(frozen=True, eq=False)
class _Found:
    """A reading with single polarities: their difference, and the response's part of it."""

    reading: Reading
    difference: Difference
    delayed: Array


def _delay_part(sample: Sample, index: int, reading: Reading) -> Array:
    parts, half_ms, time_ms = sample.parts[index], 0.5 * CONDENSATION_DELAY_MS, reading.time_ms
    apart = 0.5 * (parts.delayed(-half_ms).at(time_ms) - parts.delayed(half_ms).at(time_ms))
    shape = (-1, reading.series.level_db.size, time_ms.size)
    return np.asarray(np.einsum("s,snt->nt", sample.weight, apart.reshape(shape)))


def _log_evidence(
    ear: ClinicEar, low: float, high: float, gap_db: float, found: Sequence[_Found]
) -> float:
    """Log-likelihood of all differences of an ear, relative to noise alone."""
    prior = found[0].difference.prior
    one = with_microphonic(ear, Microphonic(peak_uv=1.0, frequency_hz=1500.0, decay_ms=1.0), gap_db)
    # Of microphonic (all shapes) and artefact: linear terms and the products between them.
    b_s, a_ss, a_sa = np.zeros((3, len(prior.shapes)))
    b_a, a_aa = 0.0, 0.0
    for each in found:
        series, difference, time_ms = each.reading.series, each.difference, each.reading.time_ms
        turn = difference.noise.whiten.T
        nhl = ear.nhl(series.level_db, series.stimulus, series.frequency_hz)
        growth = _growth(one, nhl, time_ms)
        leak = stimulus_artefact(np.ones(nhl.size), nhl, time_ms, series.frequency_hz) @ turn
        shape = prior.shapes @ turn
        weight = 1.0 / difference.variance
        seen = (difference.values - each.delayed) @ turn
        scaled = growth[:, None] * weight
        b_s = b_s + shape @ (scaled * seen).sum(axis=0)
        a_sa = a_sa + shape @ (scaled * leak).sum(axis=0)
        a_ss = a_ss + np.square(shape) @ (growth[:, None] * scaled).sum(axis=0)
        b_a += float((weight * seen * leak).sum())
        a_aa += float((weight * np.square(leak)).sum())
    size = prior.artefact_uv * np.exp(ARTEFACT_LOG_SD * _SIZES)
    log_prior = -0.5 * _SIZES**2
    log_prior -= logsumexp(log_prior)
    of_size = log_prior + b_a * size - 0.5 * a_aa * size**2
    if high <= 0.0:
        return float(logsumexp(of_size))
    slope = b_s[:, None] - a_sa[:, None] * size
    joint = log_mean_exp(slope, np.maximum(a_ss, 1e-12)[:, None], low, high)
    return float(logsumexp(of_size + joint) - np.log(b_s.size))


def _growth(ear: ClinicEar, nhl: Array, time_ms: Array) -> Array:
    """Microphonic at levels relative to that of an ear without a gap at 90 dB nHL, ``(n,)``."""
    loud = microphonic(replace(ear, gap_db=0.0), LOUD_NHL, time_ms)[0].astype(np.float64)
    peak = int(np.abs(loud).argmax())
    return np.asarray(microphonic(ear, nhl, time_ms)[:, peak] / loud[peak], dtype=np.float64)


def log_mean_exp(slope: Array, curvature: Array, low: float, high: float) -> Array:
    """Logarithm of the mean of ``exp(slope p - curvature p^2 / 2)`` over p from low to high.

    Example:
        >>> p = np.linspace(0.1, 0.4, 100_001)
        >>> mean = np.log(np.mean(np.exp(30.0 * p - 400.0 * p**2 / 2.0)))
        >>> exact = log_mean_exp(np.array([[30.0]]), np.array([[400.0]]), 0.1, 0.4)
        >>> bool(abs(exact[0, 0] - mean) < 1e-4)
        True
    """
    root = np.sqrt(curvature)
    z_low, z_high = (low * curvature - slope) / root, (high * curvature - slope) / root
    # Of two differences of tails that are equal take the one far from 1.
    swap = z_low > 0.0
    top, bottom = np.where(swap, -z_low, z_high), np.where(swap, -z_high, z_low)
    above, below = log_ndtr(top), log_ndtr(bottom)
    tail = above + np.log1p(-np.exp(np.minimum(below - above, -1e-12)))
    spread = 0.5 * np.log(2.0 * np.pi / curvature) - np.log(high - low)
    return np.asarray(0.5 * np.square(slope) / curvature + spread + tail)
