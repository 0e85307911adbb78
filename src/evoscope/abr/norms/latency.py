"""When a normal wave comes: one question, all species and stimuli."""

from __future__ import annotations

from evoscope.abr.norms import human, person
from evoscope.abr.norms.levels import to_nhl, tone_spl
from evoscope.abr.norms.norm import WAVE_LABELS, Norm, around, known_wave
from evoscope.abr.norms.rodent import RODENTS, rodent_latency


def latency(
    wave: str,
    *,
    level_db: float,
    stimulus: str,
    frequency_hz: float | None,
    species: str,
    age_weeks: float | None = None,
    age_years: float | None = None,
    sex: str = "unknown",
    rate_hz: float | None = None,
    level_reference: str = "unknown",
    transducer: str = "unknown",
) -> Norm | None:
    """Latency of a wave of a normal ear in ms from stimulus arrival at the ear (no tube delay).

    Humans, clicks: wave V is the mean of the published tables, the others follow at constant
    interpeaks; tones: Neely 1988 in SPL, conversions approximate; chirps, unknown stimuli and bone
    conduction have no norm in the sources and get the click's, widened and marked assumed. Age,
    sex and rate shift it (``person``). Rodents: typical values at a level in dB SPL, assumed.

    Returns:
        The norm, or ``None`` for an unknown species.

    Raises:
        ValueError: a wave other than I-V.

    Example:
        >>> norm = latency("V", level_db=60, stimulus="click", frequency_hz=None, species="human")
        >>> round(norm.mean, 2), round(norm.sd, 2)
        (6.01, 0.31)
    """
    known_wave(wave)
    if species in RODENTS:
        index = WAVE_LABELS.index(wave)
        return rodent_latency(index, species=species, level_spl=level_db, frequency_hz=frequency_hz)
    if species != "human":
        return None

    kind = "tone" if frequency_hz is not None else stimulus
    nhl = to_nhl(level_db, stimulus=kind, level_reference=level_reference)
    if frequency_hz is not None:
        v_ms = human.tone_v_ms(tone_spl(level_db, level_reference=level_reference), frequency_hz)
        v_sd_ms = human.tone_v_sd_ms(nhl, frequency_hz)
        source, assumed = human.TONE_SOURCE, True  # Neely gives no SD: ours is assumed
    else:
        v_ms, v_sd_ms = human.click_v_ms(nhl), human.click_v_sd_ms(nhl)
        source, assumed = human.CLICK_SOURCE, False
    if wave != "V":
        source = f"{source}; {human.INTERPEAK_SOURCE}"
        assumed = True  # the SD of I-IV, and the place of II and IV, are textbook values

    shift = person.delay_ms(
        wave, age_weeks=age_weeks, age_years=age_years, sex=sex, rate_hz=rate_hz
    )
    age_sd = person.spread_ms(wave, age_weeks=age_weeks, age_years=age_years)
    sd = (human.wave_sd_ms(wave, v_sd_ms) ** 2 + age_sd**2) ** 0.5
    norm = around(v_ms - human.TO_V_MS[wave] + shift, sd, source=source, assumed=assumed)
    if stimulus not in ("click", "tone"):
        norm = norm.widened(0.7, f"no norm for stimulus {stimulus!r}: a click's, widened")
    if frequency_hz is not None and level_reference == "unknown":
        norm = norm.widened(0.4, "level reference unknown")
    if transducer == "bone":
        norm = norm.widened(0.3, "air conduction's, widened for bone")
    return norm
