"""Raw outputs -> what they say of every recording, before any interval is promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from evoscope.abr.analysis.learned.contract import THRESHOLDS_DB
from evoscope.abr.analysis.learned.distributions import (
    Flags,
    Numbers,
    cell_edges,
    fitting,
    places,
    quantiles,
)
from evoscope.abr.encoding import grid_time_ms
from evoscope.abr.findings import WAVES
from evoscope.measure import sigmoid, softmax
from evoscope.runtime.engine import Array

# Rows at a time: places of a thousand recordings are 15 MB, and some copies of them are needed.
_ROWS = 1024
_EDGES_DB = cell_edges(THRESHOLDS_DB)
V = WAVES.index("V")
# Half of a sample: no distribution over samples is narrower.
LEAST_HALF_MS = 0.03


@dataclass(frozen=True, eq=False)
class Waves:
    """Waves I-V of recordings, ``(n, 5)``.

    Attributes:
        probability: of being there.
        present: whether they are called so: likely enough, and in their order.
        latency_ms: median of the distribution, given the order.
        below_ms, above_ms: from there to its 5 % and 95 % quantiles.
        amplitude_uv, amplitude_sd_uv: mean and standard deviation that the network predicts.
    """

    probability: Numbers
    present: Flags
    latency_ms: Numbers
    below_ms: Numbers
    above_ms: Numbers
    amplitude_uv: Numbers
    amplitude_sd_uv: Numbers

    def of(self, rows: slice) -> Waves:
        """The same of some recordings."""
        return Waves(*(getattr(self, f.name)[rows] for f in fields(self)))


def read_waves(
    outputs: Mapping[str, Array],
    covered: Flags,
    *,
    temperature: Sequence[float],
    above: Sequence[float],
) -> Waves:
    """Read the waves out of a network's outputs.

    Args:
        outputs: of the network, ``n`` rows.
        covered: ``(n, samples)``: no wave is where there is no data.
        temperature: per wave, of the existence logits.
        above: per wave, the probability from which on it is present.
    """
    n = len(covered)
    pieces = [
        _waves({k: v[i : i + _ROWS] for k, v in outputs.items()}, covered[i : i + _ROWS], t, a)
        for t, a in [(np.asarray(temperature), np.asarray(above))]
        for i in range(0, max(n, 1), _ROWS)
    ]
    return Waves(*(np.concatenate([getattr(p, f.name) for p in pieces]) for f in fields(Waves)))


def _waves(
    outputs: Mapping[str, Array], covered: Flags, temperature: Numbers, above: Numbers
) -> Waves:
    probability = sigmoid(outputs["existence.logits"] / temperature)
    place = places(outputs["latency.logits"], covered)
    present, given = fitting(probability, place, probability >= above)
    edges = cell_edges(grid_time_ms(covered.shape[1]))
    low, middle, high = np.moveaxis(quantiles(given, edges, (0.05, 0.5, 0.95)), -1, 0)
    return Waves(
        probability,
        present,
        middle,
        np.maximum(middle - low, LEAST_HALF_MS),
        np.maximum(high - middle, LEAST_HALF_MS),
        np.maximum(outputs["amplitude.mean"].astype(np.float64), 0.0),
        np.exp(0.5 * outputs["amplitude.log_variance"].astype(np.float64)),
    )


def doubt_ms(waves: Waves) -> float:
    """How far the place of wave V may be off in a series: median half-width, ms; NaN without V.

    What a network cannot place is often no response of the kind that it knows.
    """
    there = waves.present[:, V]
    half = 0.5 * (waves.below_ms + waves.above_ms)[there, V]
    return float(np.median(half)) if half.size else float("nan")


@dataclass(frozen=True, eq=False)
class ThresholdReading:
    """Distribution of a threshold, on the scale of the network's levels.

    Attributes:
        probability: ``(56,)`` of ``THRESHOLDS_DB``, the last of there being none.
        low_db, middle_db, high_db: its 5, 50 and 95 % quantiles; infinite where "none" begins.
    """

    probability: Numbers
    low_db: float
    middle_db: float
    high_db: float

    def below(self, level_db: float) -> float:
        """Probability that the threshold lies below a level: that the level has a response."""
        return float(np.interp(level_db, _EDGES_DB, self._cumulative))

    @cached_property
    def _cumulative(self) -> Numbers:
        # Every level of a series asks for its own part of it.
        return np.concatenate([[0.0], np.cumsum(self.probability[:-1])])


def read_threshold(logits: Array) -> ThresholdReading:
    """Read the threshold of one series from its ``(56,)`` logits.

    Example:
        >>> logits = np.full(56, -30.0)
        >>> logits[16] = 0.0
        >>> reading = read_threshold(logits)
        >>> round(reading.middle_db, 3), round(reading.below(30.0), 3)
        (20.0, 1.0)
    """
    probability = softmax(logits)
    low, middle, high = quantiles(probability[:-1], _EDGES_DB, (0.05, 0.5, 0.95)).tolist()
    return ThresholdReading(probability, low, middle, high)
