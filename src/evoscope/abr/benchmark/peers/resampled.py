"""Correlation of resampled halves against level: the published algorithm of ABRpresto."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, filtfilt

from evoscope.abr.averaging import choose_preset
from evoscope.abr.benchmark.peers.level_curve import crossing
from evoscope.abr.benchmark.peers.parts import (
    Trials,
    averages_of,
    has_trials,
    is_human,
    trials_of,
    window_of,
)
from evoscope.abr.findings import Threshold
from evoscope.abr.recording import Series

SPLITS = 500
CRITERION = 0.3
BAND_HZ = (300.0, 3000.0)
_METHOD = "correlation of resampled halves, sigmoid or power law (Shaheen et al. 2024)"
_FEWEST_PARTS = 4


def resampled_threshold(
    series: Series, *, splits: int = SPLITS, criterion: float = CRITERION, seed: int = 0
) -> Threshold | None:
    """Name the threshold as Shaheen et al. 2024 (bioRxiv 2024.10.31.621303) describe.

    At each level the trials are split at random into two groups with as many of each polarity;
    the medians of both groups are correlated; 500 such correlations are averaged. A sigmoid and a
    power law are fitted to the means over levels, and the better one crosses 0.3. Trials pass a
    first-order 300-3000 Hz Butterworth filter forwards and backwards, twice. That is for mice:
    human recordings are filtered to the band of their preset, without which nothing is left.

    Where there are no single trials, four or more sub-averages of a level stand in for them: the
    method was not made for it.

    Returns:
        The answer, or ``None`` where the recordings cannot be split often enough.

    Example:
        >>> from evoscope.abr.simulation import simulate_series
        >>> series, _ = simulate_series(true_threshold_db=20, levels_db=[0, 20, 40], seed=1)
        >>> resampled_threshold(series) is None  # two halves split in one way
        True
    """
    levels = series.levels_db
    rng = np.random.default_rng(seed)
    means = []
    if has_trials(series):
        for level_db in levels:
            trials = trials_of(series, level_db)
            window = window_of(series, trials.time_ms)
            values = _filtered(trials, series)[:, window]
            means.append(mean_correlation(values, trials.inverted, splits=splits, rng=rng))
    else:
        prepared = averages_of(series)
        if min(part.count for part in prepared.levels) < _FEWEST_PARTS:
            return None
        for part in prepared.levels:
            same = np.zeros(part.count, dtype=np.bool_)
            values = part.values[:, prepared.window].astype(np.float32)
            means.append(mean_correlation(values, same, splits=splits, rng=rng))
    return crossing(
        levels,
        means,
        criterion=criterion,
        level_reference=series.recordings[0].stimulus.level_reference,
        method=_METHOD,
    )


def mean_correlation(
    trials: NDArray[np.floating],
    inverted: NDArray[np.bool_],
    *,
    splits: int,
    rng: np.random.Generator,
) -> float:
    """Mean correlation of the medians of two random halves, balanced over polarity.

    Args:
        trials: ``(n, samples)``, n at least 2.
        inverted: ``(n,)`` polarity.
        splits: how often.
        rng: draws them.

    Example:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> same = np.tile(np.sin(np.arange(50.0)), (8, 1))
        >>> round(mean_correlation(same, np.zeros(8, bool), splits=3, rng=rng), 6)
        1.0
    """
    groups = [np.flatnonzero(inverted), np.flatnonzero(~inverted)]
    found = []
    for _ in range(splits):
        halves: tuple[list[NDArray[np.intp]], list[NDArray[np.intp]]] = ([], [])
        for group in groups:
            order = rng.permutation(group)
            half = order.size // 2
            halves[0].append(order[:half])
            halves[1].append(order[half : 2 * half])
        one, other = (np.median(trials[np.concatenate(half)], axis=0) for half in halves)
        found.append(correlation(one, other))
    return float(np.mean(found))


def correlation(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Pearson's correlation; 0 where one of them is constant."""
    x, y = one - one.mean(), other - other.mean()
    size = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / size if size > 0.0 else 0.0


def _filtered(trials: Trials, series: Series) -> NDArray[np.float32]:
    low, high = BAND_HZ
    if is_human(series):
        preset = choose_preset(series, raw_eeg=True)
        low, high = preset.high_pass_hz, preset.low_pass_hz
    b, a = butter(1, (low, high), "bandpass", fs=trials.sampling_rate_hz)
    once = filtfilt(b, a, trials.values, axis=1)
    # Medians of single precision cost half as much, and say the same.
    return np.asarray(filtfilt(b, a, once, axis=1), dtype=np.float32)
