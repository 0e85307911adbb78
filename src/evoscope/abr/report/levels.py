"""A level with the recordings behind it: a row of the waterfall and of the report's tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.findings import Findings, IntervalFinding, IntervalName, RecordingFindings, Trace

# More traces than this hide the response: their odd and even ones are averaged, as on a device.
MOST_REPLICATES = 4


@dataclass(frozen=True)
class Level:
    """What a level says, its recordings pooled, and those recordings.

    Attributes:
        pooled: what is reported: waves, noise and call of all recordings together.
        recordings: each recording at the level, at least one.
    """

    pooled: RecordingFindings
    recordings: tuple[RecordingFindings, ...]

    @property
    def level_db(self) -> float:
        """The level in dB."""
        return self.pooled.level_db

    @property
    def several(self) -> bool:
        """Whether more than one recording is pooled in it."""
        return len(self.recordings) > 1

    def interval(self, name: IntervalName) -> IntervalFinding | None:
        """Return an interval by name, or ``None`` where its waves are not both present."""
        return next((i for i in self.pooled.intervals if i.name == name), None)


def levels_of(findings: Findings) -> tuple[Level, ...]:
    """Pair each level with its recordings, loudest first, as a clinician reads them."""
    return tuple(
        Level(pooled, tuple(r for r in findings.recordings if r.level_db == pooled.level_db))
        for pooled in sorted(findings.levels, key=lambda one: -one.level_db)
    )


def threshold_level(findings: Findings) -> float | None:
    """Return the level that an estimated threshold names: the softest tested at or above it."""
    value = findings.threshold.value_db
    if findings.threshold.status != "estimated" or value is None:
        return None
    return next((level for level in findings.levels_db if level >= value), None)


def times_ms(trace: Trace) -> NDArray[np.float64]:
    """Time of each sample of a trace in ms after stimulus onset."""
    samples = np.arange(len(trace.values_uv), dtype=np.float64)
    return trace.start_ms + trace.step_ms * samples


def on_grid(trace: Trace, grid_ms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Read a trace at other times; NaN where it does not reach.

    Example:
        >>> on_grid(Trace(start_ms=0.0, step_ms=1.0, values_uv=(0.0, 2.0)), np.array([0.5, 1.5]))
        array([ 1., nan])
    """
    return np.interp(grid_ms, times_ms(trace), trace.values_uv, left=np.nan, right=np.nan)
