"""The recordings of one level read together: a row of the waterfall and of the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.findings import (
    WAVES,
    Estimate,
    Findings,
    Flag,
    IntervalFinding,
    IntervalName,
    RecordingFindings,
    Trace,
    WaveName,
)


@dataclass(frozen=True)
class LevelWave:
    """A wave over the recordings of a level: in how many it is, and its median there.

    ``present`` holds when at least half of the recordings that were searched show the wave.
    """

    name: WaveName
    n_present: int
    n_searched: int
    latency_ms: Estimate | None
    amplitude_uv: Estimate | None

    @property
    def present(self) -> bool:
        """Whether at least half of the recordings show it."""
        return self.n_present > 0 and 2 * self.n_present >= self.n_searched


@dataclass(frozen=True)
class Level:
    """All recordings at one level, and what they say together."""

    level_db: float
    recordings: tuple[RecordingFindings, ...]
    waves: dict[WaveName, LevelWave]
    intervals: dict[IntervalName, IntervalFinding]

    @property
    def residual_noise_nv(self) -> float | None:
        """Median residual noise of its recordings in nV; ``None`` where no recording states it."""
        known = [r.residual_noise_nv for r in self.recordings if r.residual_noise_nv is not None]
        return float(np.median(known)) if known else None

    @property
    def mean_residual_noise_nv(self) -> float | None:
        """Residual noise of the mean of its recordings in nV, their noises being independent."""
        known = [r.residual_noise_nv for r in self.recordings]
        if any(value is None for value in known):
            return None
        values = np.array(known, dtype=np.float64)
        return float(np.sqrt(np.sum(values**2)) / values.size)

    @property
    def sweeps(self) -> int | None:
        """Sweeps of all recordings together; ``None`` where one does not say."""
        counts = [r.sweeps for r in self.recordings]
        return sum(c for c in counts if c is not None) if None not in counts else None


def levels_of(findings: Findings) -> tuple[Level, ...]:
    """Gather a series by level, loudest first, as a clinician reads it."""
    return tuple(
        _level(level_db, tuple(r for r in findings.recordings if r.level_db == level_db))
        for level_db in reversed(findings.levels_db)
    )


def median_estimate(estimates: Sequence[Estimate]) -> Estimate:
    """Median of values and of interval ends; an end unknown in one is unknown in the result.

    Example:
        >>> median_estimate([Estimate(value=1.0, low=0.5), Estimate(value=2.0, low=1.5)])
        Estimate(value=1.5, low=1.0, high=None)
    """

    def middle(ends: Sequence[float | None]) -> float | None:
        known = [end for end in ends if end is not None]
        return float(np.median(known)) if len(known) == len(ends) else None

    return Estimate(
        value=float(np.median([e.value for e in estimates])),
        low=middle([e.low for e in estimates]),
        high=middle([e.high for e in estimates]),
    )


def times_ms(trace: Trace) -> NDArray[np.float64]:
    """Time of each sample of a trace in ms after stimulus onset."""
    samples = np.arange(len(trace.values_uv), dtype=np.float64)
    return trace.start_ms + trace.step_ms * samples


def mean_trace(traces: Sequence[Trace], grid_ms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average traces on a common clock; NaN where none of them reaches."""
    total = np.zeros_like(grid_ms)
    count = np.zeros_like(grid_ms)
    for trace in traces:
        values = np.interp(grid_ms, times_ms(trace), trace.values_uv, left=np.nan, right=np.nan)
        covered = ~np.isnan(values)
        total[covered] += values[covered]
        count[covered] += 1
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _level(level_db: float, recordings: tuple[RecordingFindings, ...]) -> Level:
    waves = {name: wave for name in WAVES if (wave := _wave(name, recordings)) is not None}
    return Level(level_db, recordings, waves, _intervals(recordings))


def _wave(name: WaveName, recordings: tuple[RecordingFindings, ...]) -> LevelWave | None:
    searched = [wave for r in recordings if (wave := r.wave(name)) is not None]
    if not searched:
        return None
    present = [wave for wave in searched if wave.present]
    latencies = [w.latency_ms for w in present if w.latency_ms is not None]
    amplitudes = [w.amplitude_uv for w in present if w.amplitude_uv is not None]
    return LevelWave(
        name,
        len(present),
        len(searched),
        median_estimate(latencies) if latencies else None,
        median_estimate(amplitudes) if amplitudes else None,
    )


def _intervals(
    recordings: tuple[RecordingFindings, ...],
) -> dict[IntervalName, IntervalFinding]:
    found: dict[IntervalName, list[IntervalFinding]] = {}
    for recording in recordings:
        for interval in recording.intervals:
            found.setdefault(interval.name, []).append(interval)
    return {name: _joined(intervals) for name, intervals in found.items()}


def _joined(intervals: list[IntervalFinding]) -> IntervalFinding:
    if len(intervals) == 1:
        return intervals[0]
    first = intervals[0]
    estimate = median_estimate([i.estimate for i in intervals])
    flag: Flag = "within"
    if first.norm_low is None and first.norm_high is None:
        flag = "no norm"
    elif first.norm_low is not None and estimate.value < first.norm_low:
        flag = "below"
    elif first.norm_high is not None and estimate.value > first.norm_high:
        flag = "above"
    return first.model_copy(update={"estimate": estimate, "flag": flag})
