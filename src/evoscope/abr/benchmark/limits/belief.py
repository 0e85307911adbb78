"""What an ideal observer believes of an ear and of its recordings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.limits.known_series import KnownSeries
from evoscope.abr.benchmark.limits.refine import Sample, normalised
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
        lowest_db: posterior median of the lowest tested level with a response, given that there
            is one, and that the threshold is a number.
        ess: effective number of ears that could have been recorded.
    """

    classes: Array
    response: Array
    wave_v: Array
    threshold_db: float
    lowest_db: float
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
    numbered = ~censored
    lowest = np.where(above, series.level_db, np.inf).min(axis=1)
    heard = numbered & np.isfinite(lowest)
    return Belief(
        classes=class_probabilities(sample),
        response=np.asarray(sample.weight @ above),
        wave_v=np.asarray(sample.weight @ wave_v),
        threshold_db=_median(threshold_db[numbered], sample.log_weight[numbered]),
        lowest_db=_median(lowest[heard], sample.log_weight[heard]),
        ess=sample.ess,
    )


def _median(values: Array, log_weight: Array) -> float:
    if values.size == 0:
        return float(np.nan)
    order = np.argsort(values)
    cumulative = np.cumsum(normalised(log_weight)[order])
    return float(values[order][min(int(np.searchsorted(cumulative, 0.5)), values.size - 1)])
