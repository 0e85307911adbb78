"""A series on one time axis: filtered, and pooled per level with its independent parts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.averaging import (
    Preset,
    SubAverages,
    TrialReport,
    average_trials,
    bandpass,
    choose_preset,
    pool,
    response_window_ms,
)
from evoscope.abr.recording import Recording, Series

# Content above 3 kHz is filtered away: 20 kHz holds the rest, and a finer grid only costs time.
GRID_MAX_HZ = 25_000.0
# A rodent's response begins at 250 Hz, and a filter at half the sampling rate cannot be built.
LOWEST_RATE_HZ = 1000.0
SHORTEST_WINDOW_MS = 2.0
# Fewer trials are not split: their average is taken as the file gives it.
FEWEST_TRIALS = 4
# A window that ends this little before the usual one is not worth a warning.
LATE_ENOUGH_MS = 1.25
# Times that differ by less than this, and this share of themselves, are the same.
SAME_MS, SAME_SHARE = 1e-6, 1e-5


@dataclass(frozen=True, eq=False)
class Prepared:
    """A series ready for analysis; every array shares one time axis.

    Attributes:
        series: the series it was made of.
        time_ms: ``(n_samples,)`` ms after stimulus onset.
        window: samples of the response window.
        recordings: one ``SubAverages`` per recording, in the order of the series.
        levels_db: distinct levels, softest first.
        levels: one ``SubAverages`` per level, replicates and polarities pooled by sweeps.
        level_sweeps: sweeps per level, ``None`` where the files do not say.
        preset: the filter that was applied.
        trials: what rejection did, where there were single trials.
        human: whether human norms and windows apply.
        notes: what the reader should know, in sentences.
    """

    series: Series
    time_ms: NDArray[np.float64]
    window: slice
    recordings: tuple[SubAverages, ...]
    levels_db: tuple[float, ...]
    levels: tuple[SubAverages, ...]
    level_sweeps: tuple[int | None, ...]
    preset: Preset
    trials: tuple[TrialReport, ...]
    human: bool
    notes: tuple[str, ...]

    @property
    def sampling_rate_hz(self) -> float:
        """Sampling rate of the common axis in Hz."""
        return 1000.0 / float(self.time_ms[1] - self.time_ms[0])


def prepare(series: Series, *, human: bool, preset: Preset | None = None) -> Prepared:
    """Filter every recording, put all on one time axis and pool them per level.

    Args:
        series: recordings of which none is constant.
        human: whether human windows and filters apply.
        preset: the filter; ``None`` chooses the usual one.

    Raises:
        ValueError: the recordings share less than 4 ms of time after onset or less than 2 ms of
            the response window, or are sampled below 1000 Hz.
    """
    slowest_hz = min(r.sampling_rate_hz for r in series)
    if slowest_hz < LOWEST_RATE_HZ:
        raise ValueError(
            f"sampling_rate_hz should be at least {LOWEST_RATE_HZ:g} Hz to show a response. "
            f"Found {slowest_hz:g} Hz in {series.name}. Check the time axis."
        )
    raw_eeg = any(r.epochs is not None for r in series)
    preset = preset or choose_preset(series, raw_eeg=raw_eeg)
    time_ms = common_time(series)
    start, stop = response_window_ms(series.recordings[0].stimulus, human=human)
    covered_ms = min(stop, float(time_ms[-1])) - max(start, float(time_ms[0]))
    if covered_ms < SHORTEST_WINDOW_MS:
        raise ValueError(
            f"recordings should cover at least {SHORTEST_WINDOW_MS:g} ms of the response window, "
            f"{start:g} to {stop:g} ms after onset. Found {time_ms[0]:.1f} to {time_ms[-1]:.1f} ms "
            f"in {series.name}. Check onset and sampling rate."
        )
    parts, reports = [], []
    for recording, (part, report) in zip(series, _split(series, preset), strict=True):
        parts.append(on_axis(part, own_time(recording), time_ms))
        if report is not None:
            reports.append(report)
    levels_db = series.levels_db
    pooled, sweeps = [], []
    for level in levels_db:
        members = [i for i, r in enumerate(series) if r.level_db == level]
        counts = [series.recordings[i].sweeps for i in members]
        known = [c for c in counts if c is not None]
        shares = [float(c) if c is not None else 1.0 for c in counts]
        if len(known) < len(counts):  # a share that is not stated is an equal share
            shares = [1.0] * len(counts)
        pooled.append(pool([parts[i] for i in members], shares))
        sweeps.append(sum(known) if len(known) == len(counts) else None)
    window = slice(
        int(np.searchsorted(time_ms, start)), int(np.searchsorted(time_ms, stop, side="right"))
    )
    notes = []
    if stop > time_ms[-1] + LATE_ENOUGH_MS:
        notes.append(
            f"The recordings end {time_ms[-1]:.1f} ms after onset; responses are looked for up to "
            f"{stop:g} ms where there is data. Late responses may be cut off."
        )
    return Prepared(
        series,
        time_ms,
        window,
        tuple(parts),
        levels_db,
        tuple(pooled),
        tuple(sweeps),
        preset,
        tuple(reports),
        human,
        tuple(notes),
    )


def own_time(recording: Recording) -> NDArray[np.float64]:
    """Time axis of the traces of a recording: its epochs' where it has single trials."""
    epochs = recording.epochs
    if epochs is None or epochs.n_trials < FEWEST_TRIALS:
        return recording.time_ms
    step_ms = 1000.0 / epochs.sampling_rate_hz
    return (np.arange(epochs.n_samples, dtype=np.float64) - epochs.onset_sample) * step_ms


def common_time(series: Series) -> NDArray[np.float64]:
    """Return the time axis all recordings of a series cover, at their most common rate."""
    start = max(float(r.time_ms[0]) for r in series)
    stop = min(float(r.time_ms[-1]) for r in series)
    if stop - max(start, 0.0) < 4.0:
        raise ValueError(
            "recordings of a series should share at least 4 ms after onset. "
            f"Found {start:.2f} to {stop:.2f} ms in {series.name}. Check onset and sampling rate."
        )
    rates = Counter(round(r.sampling_rate_hz, 3) for r in series)
    rate = min(max(rates, key=lambda r: (rates[r], r)), GRID_MAX_HZ)
    samples = np.arange(int((stop - start) * rate / 1000.0 + 1e-6) + 1, dtype=np.float64)
    return start + samples * (1000.0 / rate)


def _split(series: Series, preset: Preset) -> list[tuple[SubAverages, TrialReport | None]]:
    """Filter every recording and split it into the independent parts it holds."""
    found: dict[int, tuple[SubAverages, TrialReport | None]] = {}
    alike: dict[tuple[float, int], list[int]] = {}
    for i, recording in enumerate(series):
        if recording.epochs is not None and recording.epochs.n_trials >= FEWEST_TRIALS:
            found[i] = average_trials(recording.epochs, preset=preset)
        else:
            key = (recording.sampling_rate_hz, recording.waveform.size)
            alike.setdefault(key, []).append(i)
    # All averages of one clock go through the filter together: a call costs more than its rows.
    for (rate_hz, _), members in alike.items():
        rows = [_parts_of(series.recordings[i]) for i in members]
        filtered = bandpass(np.concatenate(rows), sampling_rate_hz=rate_hz, preset=preset)
        ends = np.cumsum([len(one) for one in rows])
        for i, end, one in zip(members, ends, rows, strict=True):
            m = len(one)
            parts = SubAverages(
                filtered[end - m : end], np.full(m, 1.0 / m), "halves" if m == 2 else "none"
            )
            found[i] = parts, None
    return [found[i] for i in range(len(series))]


def _parts_of(recording: Recording) -> NDArray[np.float32]:
    return recording.waveform[None, :] if recording.halves is None else recording.halves


def on_axis(
    parts: SubAverages, old_ms: NDArray[np.float64], new_ms: NDArray[np.float64]
) -> SubAverages:
    """Interpolate sub-averages to another time axis."""
    # As np.allclose, which takes ten times as long to look at what else the values might be.
    if old_ms.size == new_ms.size and np.all(
        np.abs(old_ms - new_ms) <= SAME_MS + SAME_SHARE * np.abs(new_ms)
    ):
        return parts
    values = np.array([np.interp(new_ms, old_ms, row) for row in parts.values])
    return SubAverages(values, parts.weights, parts.source)
