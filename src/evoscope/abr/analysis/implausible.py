"""What no ear does: a loud level silent where a soft one answers, a wave of many microvolts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.classical.prepare import Prepared
from evoscope.abr.findings import RecordingFindings

# The largest wave in uV: human wave V is 0.2 to 1, rodent waves 0.5 to 10 [textbooks].
LARGEST_WAVE_UV = {True: 2.0, False: 30.0}
# How a softer trace must resemble a loud one's neighbours, how little the loud one does, and how
# much larger the softer one must be. Real and simulated series as they should be never reach it.
RESEMBLES, RESEMBLES_NOT, LARGER_BY = 0.7, 0.45, 1.5
FEWEST_STEPS, FEWEST_DB = 2, 15.0


def amplitude_warning(levels: Sequence[RecordingFindings], *, human: bool) -> tuple[str, ...]:
    """Say where a wave is larger than any ear makes it."""
    sizes = [
        (wave.amplitude_uv.value, wave.name, level.level_db)
        for level in levels
        for wave in level.waves
        if wave.amplitude_uv is not None
    ]
    largest = max(sizes, default=None)
    if largest is None or largest[0] <= LARGEST_WAVE_UV[human]:
        return ()
    return (
        f"Wave {largest[1]} at {largest[2]:g} dB measures {largest[0]:.3g} uV; more than "
        f"{LARGEST_WAVE_UV[human]:g} uV is not plausible: check unit and gain.",
    )


def swapped_warning(prepared: Prepared) -> tuple[str, ...]:
    """Say which two levels look exchanged: the loud one silent, the soft one like its neighbours.

    A response changes little from one level to the next, in shape and in size, so the trace that
    belongs between the loud ones shows itself.
    """
    levels = prepared.levels_db
    traces = np.array([part.mean()[prepared.window] for part in prepared.levels])
    traces = traces - traces.mean(axis=1, keepdims=True)
    rms = np.sqrt((traces**2).mean(axis=1))
    found = []
    for loud in range(FEWEST_STEPS, len(levels)):
        for soft in range(loud - FEWEST_STEPS + 1):
            if levels[loud] - levels[soft] < FEWEST_DB or rms[soft] < LARGER_BY * rms[loud]:
                continue
            expected = _beside(traces, loud, soft)
            like, unlike = _alike(traces[soft], expected), _alike(traces[loud], expected)
            if like >= RESEMBLES and unlike <= RESEMBLES_NOT:
                # Of all that resemble it, the one that does not fit where it stands.
                found.append((like - _alike(traces[soft], _beside(traces, soft, loud)), soft, loud))
    if not found:
        return ()
    _, soft, loud = max(found)
    return (
        f"{levels[loud]:g} dB shows no response where {levels[soft]:g} dB shows one like those of "
        f"the levels beside {levels[loud]:g} dB: the two may be exchanged, or the sound was off. "
        "Check the levels; the threshold depends on them.",
    )


def _beside(traces: NDArray[np.float64], at: int, without: int) -> NDArray[np.float64]:
    rows = [i for i in (at - 1, at + 1) if 0 <= i < len(traces) and i != without]
    return np.asarray(traces[rows].mean(axis=0))


def _alike(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    with np.errstate(invalid="ignore", divide="ignore"):  # a flat trace is like none: NaN
        return float(np.corrcoef(one, other)[0, 1])
