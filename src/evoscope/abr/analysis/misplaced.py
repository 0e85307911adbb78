"""Would the waves be normal if the sound had begun at another time?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evoscope.abr.classical.assignment import assign
from evoscope.abr.classical.candidates import find_candidates
from evoscope.abr.classical.expectation import ear_prior
from evoscope.abr.classical.prepare import Prepared
from evoscope.abr.classical.waves import LevelTrace, expected_of

LOUDEST_LEVELS = 3
# Delays in ms that an ear, a transducer or the air can make; beyond them the clock is in doubt.
EARLIEST_MS, LATEST_MS = -1.25, 3.25
TRIED_MS = np.arange(-7.0, 7.01, 0.5)
TRIED_SD_MS = 0.35
# Log odds by which a delay no ear has must explain the waves better. Series with a right clock
# stay below 0 (simulated humans and mice below -3), wrong ones by 4 or 5 ms lie above 3.
MARGIN = 2.0


def impossible_delay_ms(
    traces: Sequence[LevelTrace], prepared: Prepared, *, species: str
) -> float | None:
    """Find a delay no ear has at which the waves fit the norm much better than at any it may have.

    All peaks of the loudest traces are named again, before the response window and after it, as
    if every wave came that much later. A wrong time zero leaves the pattern of waves whole and in
    the wrong place; picking near the norm would then name wave I "V" and notice nothing. Of tones
    only what follows the burst is looked at: its artefact has peaks like waves, and is the better
    witness of the onset (``check_time_zero``).

    Args:
        traces: one per level, loudest first.
        prepared: their common axis.
        species: a species norms know.

    Returns:
        The delay in ms, or ``None`` where the waves are where an ear may have them.
    """
    evidence = np.zeros(TRIED_MS.size)
    tone = prepared.series.key.frequency_hz is not None
    start = prepared.window.start if tone else 0
    for trace in traces[:LOUDEST_LEVELS]:
        if trace.response_probability < 0.95:
            continue
        peaks = find_candidates(
            trace.parts.mean(),
            time_ms=prepared.time_ms,
            window=slice(start, prepared.time_ms.size),
            noise_uv=trace.noise.rms_uv,
            slope_noise_uv_ms=trace.noise.slope_uv_ms,
            trough_within_ms=ear_prior(species).trough_within_ms,
        )
        norm = expected_of(trace, species)
        evidence += [assign(peaks, norm.delayed(d, TRIED_SD_MS)).log_evidence for d in TRIED_MS]
    possible = (TRIED_MS >= EARLIEST_MS) & (TRIED_MS <= LATEST_MS)
    if evidence[~possible].max() - evidence[possible].max() < MARGIN:
        return None
    return float(TRIED_MS[np.argmax(evidence)])
