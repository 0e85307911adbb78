"""Where a normal ear's response to a stimulus vanishes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from evoscope.abr.norms import to_nhl

# Normal ABR thresholds of humans: tones Stapells 1995, dB nHL; clicks [assumed].
_CLICK_NHL = 10.0
_TONE_HZ, _TONE_NHL = [500.0, 2000.0, 4000.0], [23.6, 12.9, 12.6]
_RODENT_SPL = 25.0


@lru_cache(maxsize=256)
def normal_threshold_db(
    stimulus: str, frequency_hz: float | None, species: str, level_reference: str
) -> float:
    """Return the threshold of a normal ear in dB re ``level_reference``.

    Humans: tones Stapells 1995, clicks and chirps 10 dB nHL [assumed]; rodents 25 dB SPL [assumed].

    Example:
        >>> normal_threshold_db("tone", 2000.0, "human", "nHL")
        12.9
    """
    if species != "human":
        return _RODENT_SPL
    if frequency_hz is None:
        return _CLICK_NHL - to_nhl(0.0, stimulus=stimulus, level_reference=level_reference)
    nhl = float(np.interp(np.log2(frequency_hz), np.log2(_TONE_HZ), _TONE_NHL))
    return nhl - to_nhl(0.0, stimulus="tone", level_reference=level_reference)
