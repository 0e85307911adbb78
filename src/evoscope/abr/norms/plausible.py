"""Where the largest wave can be at all: the yardstick of the time-zero check."""

from __future__ import annotations

from evoscope.abr.norms.latency import latency
from evoscope.abr.norms.person import infancy_delay_ms
from evoscope.abr.norms.rodent import RODENTS

# The largest wave is V in humans. In rodents it may be any of I to IV.
_LARGEST = {"human": ("V", "V"), **dict.fromkeys(RODENTS, ("I", "IV"))}
_HUMAN_LARGEST_DELAY_MS = 3.0
"""The latest wave V that a hearing loss may cause over a normal one at the same level."""


def plausible_largest_wave_ms(
    *,
    level_db: float,
    stimulus: str,
    frequency_hz: float | None,
    species: str,
    age_weeks: float | None = None,
    age_years: float | None = None,
    level_reference: str = "unknown",
) -> tuple[float, float] | None:
    """Earliest and latest plausible latency of the largest wave, ms; ``None``: unknown species.

    Four SD around the norm. The late end leaves room for a hearing loss, and for a newborn where
    the age is unknown: a delay is a finding, an early wave is a wrong time zero.

    Example:
        >>> low, high = plausible_largest_wave_ms(
        ...     level_db=80, stimulus="click", frequency_hz=None, species="human")
        >>> 4.0 < low < 5.0, 9.0 < high < 12.0
        (True, True)
    """
    if species not in _LARGEST:
        return None
    first, last = _LARGEST[species]

    def norm_of(wave: str) -> tuple[float, float]:
        norm = latency(
            wave,
            level_db=level_db,
            stimulus=stimulus,
            frequency_hz=frequency_hz,
            species=species,
            age_weeks=age_weeks,
            age_years=age_years,
            level_reference=level_reference,
        )
        assert norm is not None  # every species in _LARGEST has one
        return norm.mean, norm.sd

    early, early_sd = norm_of(first)
    late, late_sd = norm_of(last)
    room = 0.0
    if species == "human":
        room = _HUMAN_LARGEST_DELAY_MS
        if age_weeks is None and age_years is None:
            room += infancy_delay_ms(0.0, None)
    return max(0.3, early - 4.0 * early_sd), late + 4.0 * late_sd + room


def earliest_wave_v_ms(
    *, level_db: float, stimulus: str, frequency_hz: float | None, level_reference: str = "unknown"
) -> float:
    """Earliest latency a human wave V can have, ms (adult norm less four SD).

    Example:
        >>> 4.0 < earliest_wave_v_ms(level_db=80, stimulus="click", frequency_hz=None) < 5.0
        True
    """
    limits = plausible_largest_wave_ms(
        level_db=level_db,
        stimulus=stimulus,
        frequency_hz=frequency_hz,
        species="human",
        level_reference=level_reference,
    )
    assert limits is not None  # human is a known species
    return limits[0]
