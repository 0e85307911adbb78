"""Latencies of the human waves: clicks from the published tables, tone bursts from a formula."""

from __future__ import annotations

import math

import numpy as np

CLICK_SOURCE = (
    "mean of Prosser & Arslan 1987, Gorga 1989, Elberling 2010 (20-60 dB) and Kelly 1996 (70-90 dB)"
)
INTERPEAK_SOURCE = "interpeaks of Picton and Kelly 1996, constant with level"
TONE_SOURCE = "Neely 1988"

TO_V_MS = {"I": 4.0, "II": 2.9, "III": 2.0, "IV": 0.7, "V": 0.0}
"""From each wave to V in ms. I: Picton 3.95 and Kelly 4.06; III: Picton 2.07 and Kelly 1.93; II and
IV: textbook [assumed]. Kelly's do not change from 70 to 90 dB nHL."""

# SD of a wave as part of wave V's: the textbook's 0.10 / 0.15 / 0.20 ms for I / III / V [assumed].
_SD_SHARE = {"I": 0.5, "II": 0.65, "III": 0.75, "IV": 0.9, "V": 1.0}

# Elberling 2010 and Kelly 1996 (V = I + I-V at 70 and 90): means, each over its own levels.
_THIRD_LEVELS = np.array([20.0, 40.0, 60.0, 70.0, 80.0, 90.0])
_THIRD_V_MS = np.array([7.60, 6.59, 5.88, 5.88, 5.75, 5.65])


def prosser_v_ms(level_nhl: float) -> float:
    """Wave V to a click by Prosser & Arslan 1987 (polynomial fit), ms.

    Example:
        >>> round(prosser_v_ms(40.0), 2)
        6.98
    """
    x = level_nhl
    return -5.859e-8 * x**4 + 1.274e-5 * x**3 - 5.424e-4 * x**2 - 0.05297 * x + 9.3


def gorga_v_ms(level_nhl: float) -> float:
    """Wave V of an adult to a click by Gorga et al. 1989, ms.

    Example:
        >>> round(gorga_v_ms(40.0), 2)
        6.74
    """
    return 4.89 + 5.31 * math.exp(-0.0264 * level_nhl)


_TWO_MS = np.array([(prosser_v_ms(x) + gorga_v_ms(x)) / 2.0 for x in _THIRD_LEVELS])
_THIRD_PULL_MS = (_THIRD_V_MS - _TWO_MS) / 3.0


def click_v_ms(level_nhl: float) -> float:
    """Wave V of an adult to a 100 us click: the mean of the sources that state it, ms.

    At each tabulated level three sources are averaged with equal weight; between them the third
    one's deviation from the other two is interpolated. Held constant outside -10..100 dB nHL.

    Example:
        >>> [round(click_v_ms(level), 2) for level in (20.0, 40.0, 60.0, 80.0)]
        [7.91, 6.77, 6.01, 5.67]
    """
    x = float(np.clip(level_nhl, -10.0, 100.0))
    third = float(np.interp(x, _THIRD_LEVELS, _THIRD_PULL_MS))
    return (prosser_v_ms(x) + gorga_v_ms(x)) / 2.0 + third


def click_v_sd_ms(level_nhl: float) -> float:
    """SD of wave V to a click: 0.24 + 0.6 exp(-0.035 L) ms, 0.54 at 20 and 0.28 at 80 dB nHL.

    Example:
        >>> round(click_v_sd_ms(40.0), 2)
        0.39
    """
    return 0.24 + 0.6 * math.exp(-0.035 * float(np.clip(level_nhl, -10.0, 100.0)))


def tone_v_ms(level_spl: float, frequency_hz: float) -> float:
    """Wave V of an adult to a tone burst: 5.0 + 12.9 x 5^(-SPL/100) x f_kHz^-0.413 ms.

    Source: Neely et al. 1988, JASA 83:652.

    Example:
        >>> round(tone_v_ms(85.0, 1000.0), 2), round(tone_v_ms(85.0, 4000.0), 2)
        (8.28, 6.85)
    """
    cochlear = math.pow(5.0, -level_spl / 100.0) * math.pow(frequency_hz / 1000.0, -0.413)
    return 5.0 + 12.9 * cochlear


def tone_v_sd_ms(level_nhl: float, frequency_hz: float) -> float:
    """SD of wave V to a tone burst, ms: the click's, scaled like the cochlear delay [assumed].

    Example:
        >>> tone_v_sd_ms(40.0, 500.0) > tone_v_sd_ms(40.0, 4000.0)
        True
    """
    return click_v_sd_ms(level_nhl) * math.pow(frequency_hz / 1000.0, -0.413) + 0.2


def wave_sd_ms(wave: str, v_sd_ms: float) -> float:
    """SD of a wave from the SD of wave V: the earlier, the tighter.

    Example:
        >>> wave_sd_ms("I", 0.28)
        0.14
    """
    return _SD_SHARE[wave] * v_sd_ms
