"""From ears that come near to the posterior: Gauss-Newton, then importance sampling."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.limits.cores import Starts
from evoscope.abr.benchmark.limits.directions import displaced
from evoscope.abr.benchmark.limits.likelihood import Evidence
from evoscope.abr.benchmark.limits.reading import Reading
from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.components import Components

Array = NDArray[np.float64]
EarScore = Callable[[Sequence[ClinicEar]], Array]
"""Log-probability of what else is known, given each ear: the choice of levels."""

_ITERATIONS = 6
_WIDER, _FREEDOM = 1.2, 6.0
_TEMPER = 0.7
"""Starts are drawn by their probability to this power: unlikely classes are seen, too."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Sample:
    """Ears drawn around the best ones, weighted to stand for the posterior.

    Attributes:
        ears: ``S``.
        log_weight: ``(S,)``, any constant added.
        loss: ``(S,)`` index of the class.
        parts: responses to each reading, ear by ear.
    """

    ears: tuple[ClinicEar, ...]
    log_weight: Array
    loss: NDArray[np.int64]
    parts: tuple[Components, ...]

    @property
    def weight(self) -> Array:
        """Weights, ``(S,)``, sum 1."""
        return normalised(self.log_weight)

    @property
    def ess(self) -> float:
        """Effective number of ears."""
        return float(1.0 / np.square(self.weight).sum())


def posterior_sample(
    readings: Sequence[Reading],
    starts: Starts,
    also: EarScore,
    *,
    size: int,
    rng: np.random.Generator,
) -> Sample:
    """Sample the ears that could have been recorded.

    Args:
        readings: series of one ear.
        starts: where to look.
        also: what else is known of each ear.
        size: how many ears to draw.
        rng: for drawing them.
    """
    cores = starts.ears
    best, value, precision = _climb(readings, cores, starts)
    _, half = np.linalg.slogdet(precision)
    peaks = [displaced(ear, x) for ear, x in zip(cores, best, strict=True)]
    log_mass = value - 0.5 * half + starts.log_prior + also(peaks)
    q = np.exp(_TEMPER * (log_mass - log_mass.max()))
    # A tenth is drawn anywhere: questions about a class are answered even if it is out of question.
    q = 0.9 * q / q.sum() + 0.1 / q.size
    picks = np.sort(rng.choice(q.size, size=size, p=q))
    # A t-distribution around each peak: heavier tails than what is sought.
    lower = np.linalg.cholesky(precision)
    normal = rng.standard_normal((size, best.shape[1]))
    radius = np.sqrt(_FREEDOM / rng.chisquare(_FREEDOM, size=size))[:, None]
    step = np.linalg.solve(np.swapaxes(lower[picks], 1, 2), normal[:, :, None])[:, :, 0]
    x = best[picks] + _WIDER * radius * step
    ears = tuple(displaced(cores[p], d) for p, d in zip(picks.tolist(), x, strict=True))
    log_weight = starts.log_prior[picks] + _log_normal(x, starts, picks) + also(ears)
    parts = []
    for reading in readings:
        score, heard = reading.log_likelihood(ears)
        log_weight += score
        parts.append(heard)
    distance = np.square(radius[:, 0]) * np.square(normal).sum(axis=1)
    dims = best.shape[1]
    log_q = np.log(q[picks]) + 0.5 * half[picks]
    log_q -= 0.5 * (_FREEDOM + dims) * np.log1p(distance / _FREEDOM)
    log_weight -= log_q
    return Sample(
        ears=ears,
        log_weight=log_weight,
        loss=starts.loss[picks],
        parts=tuple(parts),
    )


def normalised(log_weight: Array) -> Array:
    """Turn logarithms of weights into weights that sum to 1."""
    weight = np.exp(log_weight - log_weight.max())
    return np.asarray(weight / weight.sum())


def _climb(
    readings: Sequence[Reading], cores: Sequence[ClinicEar], starts: Starts
) -> tuple[Array, Array, Array]:
    """Best displacement of each core, log-posterior density there, precision around it."""
    c, dims = starts.mean.shape
    x = np.zeros((c, dims))
    caution = np.full(c, 1e-2)
    precision0 = np.zeros((c, dims, dims))
    diagonal = np.arange(dims)
    precision0[:, diagonal, diagonal] = starts.sd**-2
    at = _evidence(readings, cores, x)
    value = at.constant + _log_normal(x, starts)
    for _ in range(_ITERATIONS):
        slope = at.slope - (x - starts.mean) / starts.sd**2
        damped = at.curvature + precision0 * (1.0 + caution[:, None, None])
        step = np.linalg.solve(damped, slope[:, :, None])[:, :, 0]
        # No further than one SD of the prior at once: derivatives do not reach that far.
        step /= np.maximum(1.0, np.abs(step / starts.sd).max(axis=1))[:, None]
        new = _evidence(readings, cores, x + step)
        new_value = new.constant + _log_normal(x + step, starts)
        better = new_value > value
        x = np.where(better[:, None], x + step, x)
        value = np.where(better, new_value, value)
        caution = np.where(better, caution * 0.1, np.maximum(caution * 30.0, 1.0))
        at = Evidence(
            np.where(better, new.constant, at.constant),
            np.where(better[:, None], new.slope, at.slope),
            np.where(better[:, None, None], new.curvature, at.curvature),
        )
    return x, value, at.curvature + precision0


def _evidence(readings: Sequence[Reading], cores: Sequence[ClinicEar], x: Array) -> Evidence:
    ears = [displaced(ear, d) for ear, d in zip(cores, x, strict=True)]
    total = readings[0].evidence(ears)
    for reading in readings[1:]:
        total = total + reading.evidence(ears)
    return total


def _log_normal(x: Array, starts: Starts, picks: NDArray[np.intp] | None = None) -> Array:
    mean, sd = starts.mean, starts.sd
    if picks is not None:
        mean, sd = mean[picks], sd[picks]
    return np.asarray(-0.5 * np.square((x - mean) / sd).sum(axis=1) - np.log(sd).sum(axis=1))
