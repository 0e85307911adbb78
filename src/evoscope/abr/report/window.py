"""Which stretch of time a figure shows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.findings import Findings

# Where responses of these stimuli end, with room for the trough after wave V.
_HUMAN_CLICK_MS, _HUMAN_OTHER_MS, _ANIMAL_MS = 12.0, 18.0, 9.0
_POINTS = 400


def time_window_ms(findings: Findings) -> tuple[float, float]:
    """Choose the window drawn: the response and a little before it, not the whole sweep.

    It never ends before a wave that was found.
    """
    info = findings.info
    if info.species not in ("human", "unknown"):
        end = _ANIMAL_MS
    elif info.stimulus == "click":
        end = _HUMAN_CLICK_MS
    else:
        end = _HUMAN_OTHER_MS
    for recording in (*findings.recordings, *findings.levels):
        for wave in recording.waves:
            if wave.present and wave.latency_ms is not None:
                end = max(end, wave.latency_ms.value + 2.0)
    starts = [r.trace.start_ms for r in findings.recordings]
    ends = [
        r.trace.start_ms + r.trace.step_ms * (len(r.trace.values_uv) - 1)
        for r in findings.recordings
    ]
    first, last = max(min(starts), -1.0), min(max(ends), end)
    return (first, last) if last > first else (min(starts), max(*ends, min(starts) + 1.0))


def time_grid_ms(findings: Findings) -> NDArray[np.float64]:
    """Times at which the figure draws: as fine as the data, no finer than print shows."""
    first, last = time_window_ms(findings)
    finest = min(r.trace.step_ms for r in findings.recordings)
    count = int(min(_POINTS, max(2, round((last - first) / finest) + 1)))
    return np.linspace(first, last, count)
