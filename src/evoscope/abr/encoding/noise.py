"""The noise of every recording: a trace of it, and its level, computed in one way everywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.averaging import SubAverages
from evoscope.abr.classical.cosines import HUMAN_CLICK, HUMAN_TONE, RODENT, project
from evoscope.abr.classical.level_noise import modelled_noise
from evoscope.abr.classical.prepare import Prepared

SMALLEST_NV = 1e-3
"""No average is this quiet: what is below are copies and rounding."""


def half_difference(parts: SubAverages) -> NDArray[np.float64]:
    """Return noise as loud as that of the average, without response, ``(n_samples,)``.

    Of two equal halves this is ``(A - B) / 2``. More parts are dealt into two groups, first, third,
    ... and second, fourth, ...; unequal groups are weighed so that the variance is the average's.
    Zeros for a recording that cannot be split.

    Example:
        >>> pair = SubAverages(np.array([[3.0, 2.0], [1.0, 2.0]]), np.array([0.5, 0.5]), "halves")
        >>> half_difference(pair).tolist()
        [1.0, 0.0]
    """
    if parts.count < 2:
        return np.zeros(parts.values.shape[1])
    groups = [slice(0, None, 2), slice(1, None, 2)]
    shares = [float(parts.weights[g].sum()) for g in groups]
    a, b = (
        parts.weights[g] @ parts.values[g] / share for g, share in zip(groups, shares, strict=True)
    )
    return np.asarray(np.sqrt(shares[0] * shares[1]) * (a - b))


def measured_nv(parts: SubAverages, covered: NDArray[np.bool_]) -> float:
    """Residual noise of an average: rms in nV over all covered samples of all its contrasts.

    Not over the response window alone, as devices have it: a window of 5 ms holds a handful of
    independent values, and all of a recording's noise is one state of one patient. NaN where the
    parts cannot tell, also where both halves are the same buffer.
    """
    if parts.count < 2 or not covered.any():
        return float("nan")
    rms_uv = float(np.sqrt(np.mean(parts.deviations()[:, covered] ** 2)))
    return 1000.0 * rms_uv if 1000.0 * rms_uv > SMALLEST_NV else float("nan")


def modelled_nv(prepared: Prepared) -> NDArray[np.float64]:
    """Residual noise of every recording in nV as its series alone tells it, ``(n_recordings,)``.

    From second differences between neighbouring levels, inside the band of the response; as if no
    recording could be split, so that what a network learns of modelled noise is what it will meet.
    NaN with fewer than three levels.
    """
    series = prepared.series
    count = len(series)
    start, stop = (float(prepared.time_ms[i]) for i in _ends(prepared))
    band = RODENT
    if prepared.human:
        tone = series.recordings[0].stimulus.kind == "tone"
        band = HUMAN_TONE if tone else HUMAN_CLICK
    means = np.array([level.mean() for level in prepared.levels])
    coefficients = project(means, time_ms=prepared.time_ms, start_ms=start, stop_ms=stop, band=band)
    if not coefficients.size:
        return np.full(count, np.nan)
    # Levels that are copies of each other differ by nothing: their noise is not known.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        noise = modelled_noise(coefficients, prepared.level_sweeps)
    if noise is None:
        return np.full(count, np.nan)
    n_window = round((stop - start) * prepared.sampling_rate_hz / 1000.0) + 1
    of_level = [1000.0 * noise.rms_uv(i, n_window) for i in range(len(means))]
    found = np.full(count, np.nan)
    for i, recording in enumerate(series):
        level = prepared.levels_db.index(recording.level_db)
        total = prepared.level_sweeps[level]
        # Where the sweeps are not stated, replicates are equal shares.
        alike = len(series.at(recording.level_db))
        ratio = alike if total is None or recording.sweeps is None else total / recording.sweeps
        found[i] = of_level[level] * np.sqrt(ratio)
    return np.where(found > SMALLEST_NV, found, np.nan)


def _ends(prepared: Prepared) -> tuple[int, int]:
    return prepared.window.start, prepared.window.stop - 1
