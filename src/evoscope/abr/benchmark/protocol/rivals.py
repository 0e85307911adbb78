"""Rivals in detection: what the field computes from one recording, without its series."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.averaging import f_test
from evoscope.abr.classical.detection import noise_window
from evoscope.abr.classical.prepare import prepare
from evoscope.abr.recording import Series

RIVAL_COLUMNS = ("half_f_p", "halves_correlation")


def rivals_of(series: Series) -> NDArray[np.float64]:
    """Return the p-value of the half F test and the correlation of the halves.

    Filtered and windowed as the classical analyzer does, so that the rivals differ from it in
    what they know (one recording), not in how it was prepared.

    Returns:
        ``(n_recordings, 2)`` in the order of ``RIVAL_COLUMNS``; NaN where there are no halves.
    """
    found = np.full((len(series), len(RIVAL_COLUMNS)), np.nan)
    try:
        prepared = prepare(series, human=series.recordings[0].subject.species == "human")
    except ValueError:  # too short, or sampled too slowly: no rival, either
        return found
    window, noise = prepared.window, noise_window(prepared)
    for i, parts in enumerate(prepared.recordings):
        if parts.count != 2:
            continue
        a, b = parts.values[:, window]
        if np.ptp(a) == 0.0 or np.ptp(b) == 0.0 or np.array_equal(a, b):
            continue
        test = f_test(parts, window=window, noise_window=noise)
        found[i, 0] = np.nan if test is None else test.p_value
        found[i, 1] = np.corrcoef(a, b)[0, 1]
    return found
