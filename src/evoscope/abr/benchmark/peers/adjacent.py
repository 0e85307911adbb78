"""Correlation of the averages of neighbouring levels against level."""

from __future__ import annotations

from itertools import pairwise

from evoscope.abr.benchmark.peers.level_curve import crossing
from evoscope.abr.benchmark.peers.parts import averages_of
from evoscope.abr.benchmark.peers.resampled import correlation
from evoscope.abr.findings import Threshold
from evoscope.abr.recording import Series

CRITERION = 0.35
_METHOD = "correlation of neighbouring levels, sigmoid or power law (Suthakar & Liberman 2019)"


def adjacent_threshold(series: Series, *, criterion: float = CRITERION) -> Threshold:
    """Name the threshold by the likeness of each level to the next louder one.

    After Suthakar & Liberman 2019 (Hearing Research 381:107782): normalised cross-covariance of
    neighbouring levels, a sigmoid or a power law over levels, criterion 0.35. Our reading of what
    the paper's figures leave open: no lag (with one, silent levels agree by chance), and the
    likeness of a pair stands at its softer level: a response at threshold resembles the louder one,
    noise does not. It needs averages only.

    Example:
        >>> from evoscope.abr.simulation import simulate_series
        >>> series, _ = simulate_series(true_threshold_db=18, levels_db=range(0, 81, 10), seed=1)
        >>> adjacent_threshold(series).status
        'estimated'
    """
    prepared = averages_of(series)
    means = [part.mean()[prepared.window] for part in prepared.levels]
    likeness = [correlation(softer, louder) for softer, louder in pairwise(means)]
    return crossing(
        prepared.levels_db[:-1],
        likeness,
        criterion=criterion,
        level_reference=series.recordings[0].stimulus.level_reference,
        method=_METHOD,
    )
