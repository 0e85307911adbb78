"""What an ideal observer believes of an ear and of its recordings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.limits.known_series import KnownSeries
from evoscope.abr.benchmark.limits.refine import Sample
from evoscope.abr.benchmark.limits.template_bank import wave_v_present
from evoscope.abr.simulation.classes import CENSORED, LOSS_CLASSES

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Belief:
    """Posterior probabilities given a series.

    Attributes:
        classes: ``(5,)`` in the order of ``LOSS_CLASSES``.
        response, wave_v: ``(n,)`` probability that it is there, in each recording.
        threshold_db: posterior median, given that the threshold is a number.
        ess: effective number of ears that could have been recorded.
    """

    classes: Array
    response: Array
    wave_v: Array
    threshold_db: float
    ess: float


def class_probabilities(sample: Sample) -> Array:
    """Posterior of the class, ``(5,)``."""
    found = np.bincount(sample.loss, weights=sample.weight, minlength=len(LOSS_CLASSES))
    return np.asarray(found, dtype=np.float64)


def believe(sample: Sample, series: KnownSeries) -> Belief:
    """Sum up what a sample of the posterior given one series says of it."""
    threshold_db = np.array(
        [ear.threshold_db(series.stimulus, series.frequency_hz) for ear in sample.ears]
    )
    above = series.level_db > threshold_db[:, None]
    wave_v = wave_v_present(sample.parts[0]).reshape(above.shape)
    censored = np.array([name in CENSORED for name in LOSS_CLASSES])[sample.loss]
    return Belief(
        classes=class_probabilities(sample),
        response=np.asarray(sample.weight @ above),
        wave_v=np.asarray(sample.weight @ wave_v),
        threshold_db=_median(threshold_db, np.where(censored, 0.0, sample.weight)),
        ess=sample.ess,
    )


def _median(values: Array, weight: Array) -> float:
    order = np.argsort(values)
    cumulative = np.cumsum(weight[order])
    if cumulative[-1] <= 0.0:
        return float(np.nan)
    return float(values[order][np.searchsorted(cumulative, 0.5 * cumulative[-1])])
