"""Simulated ears, and ways to spoil their recordings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from evoscope.abr.analysis import CLASSICAL, Options
from evoscope.abr.analysis import analyze as analyze_by
from evoscope.abr.findings import Findings
from evoscope.abr.recording import Recording, Series
from evoscope.abr.simulation import Truth, simulate_series

LEVELS_DB = tuple(range(10, 71, 10))


def analyze(series: Series, *, options: Options | None = None) -> Findings:
    """Ask the classical analyzer: what is tested here holds exactly of its rules alone."""
    return analyze_by(series, options=replace(options or Options(), analyzer=CLASSICAL))


@cache
def ear(
    seed: int = 1,
    *,
    true_threshold_db: float = 22.0,
    levels_db: Sequence[float] = LEVELS_DB,
    **settings: Any,
) -> tuple[Series, Truth]:
    """An adult's click series in quiet recordings, unless told otherwise."""
    return simulate_series(
        true_threshold_db=true_threshold_db, levels_db=levels_db, seed=seed, **settings
    )


def click(seed: int = 1, **settings: Any) -> Series:
    return ear(seed, **settings)[0]


def each(series: Series, change: Callable[[Recording], Recording]) -> Series:
    return series.with_recordings(tuple(change(r) for r in series))


def only(series: Series, record: int, change: Callable[[Recording], Recording]) -> Series:
    return each(series, lambda r: change(r) if r.source.record == record else r)


def without_halves(series: Series) -> Series:
    return each(series, lambda r: replace(r, halves=None))


def moved(series: Series, later_ms: float) -> Series:
    """State an onset that is this much later than the true one: all waves come earlier."""
    return each(
        series,
        lambda r: replace(r, onset_sample=r.onset_sample + later_ms * r.sampling_rate_hz / 1000.0),
    )


def scaled(recording: Recording, factor: float) -> Recording:
    halves = None if recording.halves is None else recording.halves * factor
    return replace(recording, waveform=recording.waveform * factor, halves=halves)


def cut(recording: Recording, start: int, stop: int) -> Recording:
    """Keep samples ``start`` to ``stop``; the clock stays right."""
    halves = None if recording.halves is None else recording.halves[:, start:stop]
    return replace(
        recording,
        waveform=recording.waveform[start:stop],
        halves=halves,
        onset_sample=recording.onset_sample - start,
    )


def renumbered(recording: Recording, record: int) -> Recording:
    return replace(recording, source=replace(recording.source, record=record))


@cache
def plain(seed: int = 1, **settings: Any) -> Findings:
    """What the analysis finds in an ear as it is: most tests compare with that."""
    return analyze(click(seed, **settings))
