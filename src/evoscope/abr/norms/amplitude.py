"""How large a normal wave is, peak to following trough."""

from __future__ import annotations

import numpy as np

from evoscope.abr.norms import person
from evoscope.abr.norms.levels import to_nhl
from evoscope.abr.norms.norm import WAVE_LABELS, Norm, known_wave
from evoscope.abr.norms.rodent import RODENTS, rodent_amplitude_uv

# Level in dB nHL, mean and SD in uV. V: Elberling, Callo & Don 2010 (n = 20) at 20 / 40 / 60, flat
# above (it saturates); below 20 it falls to nothing at -10 [assumed].
_V_LEVELS = [-10.0, 0.0, 20.0, 40.0, 60.0]
_CLICK_V_UV = [0.0, 0.08, 0.256, 0.368, 0.407]
_CLICK_V_SD_UV = [0.02, 0.04, 0.061, 0.092, 0.091]
_CHIRP_V_UV = [0.0, 0.12, 0.370, 0.645, 0.654]
# Infants, V-V' to a 2 kHz tone burst.
_INFANT_LEVELS = [0.0, 25.0, 45.0, 65.0]
_INFANT_TONE_V_UV = [0.02, 0.080, 0.140, 0.200]
# A tone burst excites fewer fibres at once than a click: part of the click's wave V [assumed].
_TONE_SHARE = 0.6

# Waves I-IV to clicks [assumed]: about 0.3 uV at 80 dB; I is lost at 50-60, III at 30-40 dB.
_EARLY_UV = {
    "I": ([45.0, 60.0, 80.0, 90.0], [0.0, 0.11, 0.28, 0.33]),
    "II": ([55.0, 65.0, 80.0, 90.0], [0.0, 0.04, 0.10, 0.12]),
    "III": ([30.0, 40.0, 60.0, 80.0], [0.0, 0.05, 0.20, 0.30]),
    "IV": ([45.0, 60.0, 80.0, 90.0], [0.0, 0.05, 0.12, 0.14]),
}
_EARLY_SD_SHARE = 0.45


def _skewed(mean: float, sd: float, *, source: str, assumed: bool) -> Norm:
    # The square root of an amplitude is Gaussian: limits are symmetric there, never negative.
    root = mean**0.5
    spread = sd / (2.0 * root) if root > 0 else sd**0.5
    low, high = max(0.0, root - 2.0 * spread) ** 2, (root + 2.0 * spread) ** 2
    return Norm(mean=mean, sd=sd, low=low, high=high, source=source, assumed=assumed)


def _human_v(kind: str, nhl: float, infant: bool) -> tuple[float, float, str, bool]:
    sd = float(np.interp(nhl, _V_LEVELS, _CLICK_V_SD_UV))
    if infant:
        mean = float(np.interp(nhl, _INFANT_LEVELS, _INFANT_TONE_V_UV))
        if kind != "tone":
            mean /= _TONE_SHARE
        return mean, max(0.02, 0.4 * mean), "infants, 2 kHz tone bursts (second-hand)", True
    if kind == "chirp":
        mean = float(np.interp(nhl, _V_LEVELS, _CHIRP_V_UV))
        return mean, max(0.02, 0.25 * mean), "Elberling 2010, chirps", True
    click = float(np.interp(nhl, _V_LEVELS, _CLICK_V_UV))
    if kind == "tone":
        return _TONE_SHARE * click, sd, "Elberling 2010, clicks, scaled", True
    return click, sd, "Elberling 2010", not 20.0 <= nhl <= 60.0


def amplitude(
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
) -> Norm | None:
    """Amplitude of a wave of a normal ear in uV, peak to following trough.

    Wave V to clicks: 256 / 368 / 407 nV at 20 / 40 / 60 dB nHL and no growth above (Elberling,
    Callo & Don 2010). Other waves, tones, chirps outside its levels and rodents are assumed.
    Limits are +/- 2 SD of the square root, which is close to Gaussian. A mean of 0 says that the
    wave is normally lost at that level.

    Returns:
        The norm, or ``None`` for an unknown species.

    Raises:
        ValueError: a wave other than I-V.

    Example:
        >>> amplitude("V", level_db=40, stimulus="click", frequency_hz=None, species="human").mean
        0.368
    """
    known_wave(wave)
    if species in RODENTS:
        index = WAVE_LABELS.index(wave)
        mean = rodent_amplitude_uv(index, species=species, level_spl=level_db)
        sd = max(0.1, 0.5 * mean)
        return _skewed(mean, sd, source=f"typical laboratory values ({species})", assumed=True)
    if species != "human":
        return None

    kind = "tone" if frequency_hz is not None else stimulus
    nhl = to_nhl(level_db, stimulus=kind, level_reference=level_reference)
    if wave == "V":
        infant = person.is_infant(age_weeks, age_years)
        mean, sd, source, assumed = _human_v(kind, nhl, infant)
    else:
        levels, values = _EARLY_UV[wave]
        mean = float(np.interp(nhl, levels, values)) * (_TONE_SHARE if kind == "tone" else 1.0)
        sd, source, assumed = max(0.03, _EARLY_SD_SHARE * mean), "textbook", True
    factor = person.amplitude_factor(
        wave, age_weeks=age_weeks, age_years=age_years, sex=sex, rate_hz=rate_hz
    )
    return _skewed(mean * factor, sd * factor, source=source, assumed=assumed)
