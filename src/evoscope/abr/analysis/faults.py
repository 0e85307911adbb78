"""Faults of recordings that no analysis can mend: a wrong gain, a burst, clipping, odd halves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.recording import Recording

# Decades by which a recording may be larger or smaller than the levels beside it: real clinical
# averages stay within 0.6, those of animals within 0.45.
MOST_DECADES = 0.8
# The difference of the halves scatters more: within 0.8 in the same recordings.
MOST_DECADES_OF_NOISE = 1.0
# The loudest level may grow, and the softest fall, more steeply than what lies between levels.
MOST_DECADES_AT_END = 1.5
# What is compared, in ms after onset: where a response may be, the stimulus' artefact left out.
COMPARED_MS = (1.0, 15.0)
FEWEST_SAMPLES = 10
# A clipped trace stays at both ends of its range; a signal touches each once.
FEWEST_CLIPPED, CLIPPED_SHARE = 3, 0.01
# With fewer distinct values a trace is coarse, and stays on every value for some samples.
FEWEST_VALUES = 64
# The mean of the halves may differ from the average by this share of its RMS.
HALVES_DIFFER_BY = 0.1


def name_of(recording: Recording) -> str:
    """Name a recording as warnings do."""
    return f"Record {recording.source.record} at {recording.level_db:g} dB"


def without_outliers(
    recordings: Sequence[Recording],
) -> tuple[tuple[Recording, ...], tuple[str, ...]]:
    """Leave out recordings that are far larger, smaller or noisier than the levels beside them.

    One such record moves the threshold of the whole series by tens of dB: a response grows with
    level and its noise stays, so nothing in between explains it.

    Returns:
        The recordings to analyze and a warning for each left out.
    """
    sizes = _deviations(recordings, _log_rms, MOST_DECADES, MOST_DECADES_AT_END)
    noises = _deviations(recordings, _log_noise, MOST_DECADES_OF_NOISE, MOST_DECADES_OF_NOISE)
    kept, warnings = [], []
    for recording, size, noise in zip(recordings, sizes, noises, strict=True):
        if not size and noise <= 0:
            kept.append(recording)
            continue
        if size:
            how = "larger" if size > 0 else "smaller"
            text = f"is about {_times(size)} times {how} than the levels beside it"
        else:
            text = f"has halves that differ about {_times(noise)} times more than the others'"
        warnings.append(
            f"{name_of(recording)} {text}: left out. Check its gain, its unit and for an artefact."
        )
    return (tuple(kept), tuple(warnings)) if kept else (tuple(recordings), ())


def _times(decades: float) -> str:
    return f"{float(f'{10 ** abs(decades):.1g}'):g}"


def _compared(recording: Recording, values: NDArray[np.float32]) -> NDArray[np.float64] | None:
    time_ms = recording.time_ms
    window = (time_ms >= COMPARED_MS[0]) & (time_ms <= COMPARED_MS[1])
    return values[window].astype(np.float64) if window.sum() >= FEWEST_SAMPLES else None


def _log_rms(recording: Recording) -> float | None:
    return _log_deviation(_compared(recording, recording.waveform))


def _log_noise(recording: Recording) -> float | None:
    if recording.halves is None:
        return None
    return _log_deviation(_compared(recording, recording.halves[0] - recording.halves[1]))


def _log_deviation(part: NDArray[np.float64] | None) -> float | None:
    deviation = 0.0 if part is None else float(part.std())
    return float(np.log10(deviation)) if deviation > 0 else None


def _deviations(
    recordings: Sequence[Recording],
    measure: Callable[[Recording], float | None],
    most: float,
    most_at_end: float,
) -> list[float]:
    """Decades above (or, negative, below) the neighbouring levels; 0 where that is nothing odd."""
    measured = [measure(r) for r in recordings]
    by_level: dict[float, list[tuple[float, int | None]]] = {}
    for recording, value in zip(recordings, measured, strict=True):
        if value is not None:
            by_level.setdefault(recording.level_db, []).append((value, recording.sweeps))
    levels = sorted(by_level)
    if len(levels) < 3:
        return [0.0] * len(recordings)
    middle = {level: median([v for v, _ in by_level[level]]) for level in levels}
    found = []
    for recording, value in zip(recordings, measured, strict=True):
        if value is None:
            found.append(0.0)
            continue
        i = levels.index(recording.level_db)
        lowest, highest = i == 0, i == len(levels) - 1
        beside = (
            levels[1:3] if lowest else levels[-3:-1] if highest else [*levels[i - 1 : i + 2 : 2]]
        )
        # Fewer sweeps leave more noise, by the root of their number.
        quieter = _sweeps_decades(recording, [n for level in beside for _, n in by_level[level]])
        above = value - max(middle[level] for level in beside) - max(quieter, 0.0)
        below = value - min(middle[level] for level in beside) - min(quieter, 0.0)
        if above > (most_at_end if highest else most):
            found.append(above)
        elif -below > (most_at_end if lowest else most):
            found.append(below)
        else:
            found.append(0.0)
    return found


def _sweeps_decades(recording: Recording, others: Sequence[int | None]) -> float:
    known = [n for n in others if n is not None]
    if recording.sweeps is None or not known:
        return 0.0
    return float(0.5 * np.log10(median(known) / recording.sweeps))


def fault_warnings(recordings: Sequence[Recording]) -> tuple[str, ...]:
    """Say which recordings are clipped, and whose halves are not those of their average."""
    warnings = [
        f"{name_of(r)} looks clipped: it stays at the ends of its range. Check the gain and the "
        "input range of the amplifier; amplitudes are too small."
        for r in recordings
        if is_clipped(r.waveform)
    ]
    for r in recordings:
        share = halves_differ(r)
        if share > HALVES_DIFFER_BY:
            warnings.append(
                f"{name_of(r)}: the mean of its halves differs from its average by "
                f"{share:.0%} of the average's RMS. The halves were used: check the export."
            )
    return tuple(warnings)


def is_clipped(waveform: NDArray[np.float32]) -> bool:
    """Whether a trace stays at both ends of its range, or at one for over 1 % of its samples.

    Example:
        >>> trace = np.sin(np.arange(200) / 7).astype(np.float32)
        >>> is_clipped(trace), is_clipped(trace.clip(-0.7, 0.7))
        (False, True)
    """
    ends = [waveform == waveform.max(), waveform == waveform.min()]
    if max(map(np.count_nonzero, ends)) < FEWEST_CLIPPED:
        return False
    if np.unique(waveform).size < FEWEST_VALUES:
        return False
    runs = [_longest_run(end) for end in ends]
    if min(runs) >= FEWEST_CLIPPED:
        return True
    share = max(FEWEST_CLIPPED, CLIPPED_SHARE * waveform.size)
    return any(
        run >= FEWEST_CLIPPED and int(end.sum()) > share
        for end, run in zip(ends, runs, strict=True)
    )


def _longest_run(mask: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max()) if edges.size else 0


def halves_differ(recording: Recording) -> float:
    """RMS of (mean of the halves - average) as a share of the average's; 0 without halves."""
    if recording.halves is None:
        return 0.0
    average = recording.waveform.astype(np.float64)
    away = recording.halves.astype(np.float64).mean(axis=0) - average
    rms = float(np.sqrt((average**2).mean()))
    return float(np.sqrt((away**2).mean())) / rms if rms > 0 else 0.0
