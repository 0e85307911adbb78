"""dB nHL, SPL and peSPL: the approximate offsets between them, stated."""

from __future__ import annotations

CLICK_PESPL_AT_0_NHL = 30.0
"""0 dB nHL of a click is 29.9 dB peSPL (TDH-49, 10/s); code and UK screening use 31-35."""

TONE_SPL_AT_0_NHL = 25.0
"""0 dB nHL of a tone burst in dB SPL, 0.5-4 kHz [assumed; differs by transducer and lab]."""


def to_nhl(level_db: float, *, stimulus: str, level_reference: str) -> float:
    """Convert a human level to dB nHL, approximately (within about 5 dB).

    A click of unknown reference is taken as nHL, which is how clinical devices are calibrated. A
    tone of unknown reference is taken half-way between nHL and SPL.

    Example:
        >>> to_nhl(90.0, stimulus="click", level_reference="peSPL")
        60.0
    """
    zero = TONE_SPL_AT_0_NHL if stimulus == "tone" else CLICK_PESPL_AT_0_NHL
    if level_reference in ("SPL", "peSPL"):
        return level_db - zero
    if level_reference == "unknown" and stimulus == "tone":
        return level_db - zero / 2.0
    return level_db


def tone_spl(level_db: float, *, level_reference: str) -> float:
    """Convert the level of a human tone burst to dB SPL, approximately.

    The peak-equivalent SPL of a tone burst is the SPL of the continuous tone of its amplitude:
    the two are the same number.

    Example:
        >>> tone_spl(60.0, level_reference="nHL")
        85.0
    """
    nhl = to_nhl(level_db, stimulus="tone", level_reference=level_reference)
    return nhl + TONE_SPL_AT_0_NHL
