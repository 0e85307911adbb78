"""What an ideal observer believes of an ear and of its recordings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.limits.polarity import with_difference
from evoscope.abr.benchmark.limits.reading import Reading
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
        squared_error: ``(n,)`` uV^2, of the posterior mean of each clean response, which no
            denoiser beats on average, summed over its samples.
        threshold_db: posterior median, given that the threshold is a number.
        lowest_db: posterior median of the lowest tested level with a response, given that there
            is one, and that the threshold is a number.
        ess: effective number of ears that could have been recorded.
        pair_classes: ``(5,)`` given the single polarities, too; ``None`` where there are none.
    """

    classes: Array
    response: Array
    wave_v: Array
    squared_error: Array
    threshold_db: float
    lowest_db: float
    ess: float
    pair_classes: Array | None


def class_probabilities(sample: Sample) -> Array:
    """Posterior of the class, ``(5,)``."""
    found = np.bincount(sample.loss, weights=sample.weight, minlength=len(LOSS_CLASSES))
    return np.asarray(found, dtype=np.float64)


def believe(sample: Sample, readings: Sequence[Reading]) -> Belief:
    """Sum up what a sample of the posterior given readings says of the first of them."""
    series, paired = readings[0].series, with_difference(sample, readings)
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
        squared_error=np.square(_expected(sample, readings[0]) - series.clean).sum(axis=1),
        threshold_db=_median(threshold_db[numbered], sample.log_weight[numbered]),
        lowest_db=_median(lowest[heard], sample.log_weight[heard]),
        ess=sample.ess,
        pair_classes=None if paired is None else class_probabilities(paired),
    )


def _expected(sample: Sample, reading: Reading) -> Array:
    """Posterior mean of the clean responses, ``(n, samples)`` uV."""
    clean = sample.parts[0].at(reading.time_ms)
    shape = (len(sample.ears), -1, reading.time_ms.size)
    return np.asarray(np.tensordot(sample.weight, clean.reshape(shape), axes=1))


def _median(values: Array, log_weight: Array) -> float:
    if values.size == 0:
        return float(np.nan)
    order = np.argsort(values)
    cumulative = np.cumsum(normalised(log_weight)[order])
    return float(values[order][min(int(np.searchsorted(cumulative, 0.5)), values.size - 1)])
