"""From a tone-burst threshold in dB nHL to an estimated hearing level (eHL)."""

from __future__ import annotations

import numpy as np

EHL_SOURCE = "corrections for tone-burst ABR thresholds, 10 / 10 / 5 / 0 dB at 0.5 / 1 / 2 / 4 kHz"

_LOG2_KHZ = np.log2([0.5, 1.0, 2.0, 4.0])
_CORRECTION_DB = [10.0, 10.0, 5.0, 0.0]


def ehl_correction_db(frequency_hz: float) -> float:
    """How far an ABR threshold in dB nHL lies above the hearing level, dB: **subtract** it.

    Interpolated over log frequency; held constant below 0.5 and above 4 kHz.

    Raises:
        ValueError: a frequency that is not positive.

    Example:
        >>> ehl_correction_db(500.0), ehl_correction_db(2000.0), ehl_correction_db(4000.0)
        (10.0, 5.0, 0.0)
    """
    if not frequency_hz > 0:
        raise ValueError(f"frequency_hz should be positive. Found {frequency_hz!r}.")
    return float(np.interp(np.log2(frequency_hz / 1000.0), _LOG2_KHZ, _CORRECTION_DB))
