"""What age, sex and stimulus rate do to the latencies and amplitudes of human waves."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

WEEKS_PER_YEAR = 52.18
INFANT_YEARS = 2.0
"""Below this age the conceptional-age term holds and the adult sex and age terms do not."""

# How much of a change of wave V reaches the earlier waves, whose pathway is shorter [assumed].
# With it a newborn's I-V is 1.0 ms longer than an adult's.
_SHARE = {"I": 0.2, "II": 0.4, "III": 0.6, "IV": 0.8, "V": 1.0}

# 17.1/s to 65.1/s: delay in ms, loss of amplitude.
_RATE_DELAY_MS = {"I": 0.10, "II": 0.13, "III": 0.20, "IV": 0.28, "V": 0.35}
_RATE_LOSS = {"I": 0.30, "II": 0.30, "III": 0.25, "IV": 0.15, "V": 0.10}


def infancy_delay_ms(age_weeks: float | None, age_years: float | None) -> float:
    """Delay of wave V by immaturity: 4.46 exp(-0.0318 a), a = conceptional age in weeks.

    Whole years are completed years, as clinics record them, so the delay is averaged over that
    year ("0" covers newborns to eleven months). An unknown age is taken as adult.

    Source: Gorga et al. 1989, JSHR 32:281 (as fitted by later code).

    Example:
        >>> round(infancy_delay_ms(0.0, None), 2), round(infancy_delay_ms(13.0, None), 2)
        (1.25, 0.83)
        >>> round(infancy_delay_ms(None, 0.0), 2), infancy_delay_ms(None, None)
        (0.61, 0.0)
    """
    if age_weeks is not None:
        return 4.46 * math.exp(-0.0318 * (40.0 + age_weeks))
    if age_years is None:
        return 0.0
    start = 4.46 * math.exp(-0.0318 * (40.0 + WEEKS_PER_YEAR * age_years))
    if age_years != int(age_years):
        return start
    decay = 0.0318 * WEEKS_PER_YEAR
    return start * (1.0 - math.exp(-decay)) / decay


def infancy_spread_ms(age_weeks: float | None, age_years: float | None) -> float:
    """SD of the immaturity delay over a completed year: 0 when the weeks are known.

    Example:
        >>> round(infancy_spread_ms(None, 0.0), 2), infancy_spread_ms(4.0, 0.0)
        (0.29, 0.0)
    """
    if age_weeks is not None or age_years is None or age_years != int(age_years):
        return 0.0
    # Of exp(-k u) with u uniform on 0..1: mean square minus squared mean.
    start = 4.46 * math.exp(-0.0318 * (40.0 + WEEKS_PER_YEAR * age_years))
    k = 0.0318 * WEEKS_PER_YEAR
    mean = (1.0 - math.exp(-k)) / k
    return start * math.sqrt((1.0 - math.exp(-2.0 * k)) / (2.0 * k) - mean**2)


def is_infant(age_weeks: float | None, age_years: float | None) -> bool:
    """Tell whether the adult norms need the infant's correction.

    Example:
        >>> is_infant(None, 0.0), is_infant(None, 30.0), is_infant(None, None)
        (True, False, False)
    """
    years = age_weeks / WEEKS_PER_YEAR if age_weeks is not None else age_years
    return years is not None and years < INFANT_YEARS


def _rate_fraction(rate_hz: float | None) -> float:
    # 0 at 17.1/s, 1 at 65.1/s (0.35 ms of wave V); the ends make 10 to 100/s cost 0.5 ms, which
    # is what Don, Allen & Starr 1977 measured. An unknown rate is an ordinary one.
    if rate_hz is None:
        return 0.0
    return float(np.interp(rate_hz, [10.0, 17.1, 65.1, 100.0], [-1.0 / 7.0, 0.0, 1.0, 9.0 / 7.0]))


# A patient's waves are asked for at every level, by their latencies and again by their intervals.
@lru_cache(maxsize=1024)
def delay_ms(
    wave: str,
    *,
    age_weeks: float | None,
    age_years: float | None,
    sex: str,
    rate_hz: float | None,
) -> float:
    """Delay of a human wave in ms relative to a young adult of unknown sex at 17/s.

    Sources: Gorga 1989 (infants); Jerger & Hall 1980 (women 0.2 ms earlier than men at V; +0.2 ms
    from 25 to 55 years); Don, Allen & Starr 1977 and the 17.1 to 65.1/s table (rate). The share
    that reaches waves I to IV is assumed, rate excepted.

    Example:
        >>> round(delay_ms("V", age_weeks=None, age_years=55.0, sex="male", rate_hz=None), 2)
        0.3
    """
    infancy = infancy_delay_ms(age_weeks, age_years)
    adult = 0.0
    if not is_infant(age_weeks, age_years):
        adult += {"female": -0.1, "male": 0.1}.get(sex, 0.0)
        if age_years is not None:
            adult += float(np.interp(age_years, [25.0, 55.0], [0.0, 0.2]))
    return _SHARE[wave] * (infancy + adult) + _rate_fraction(rate_hz) * _RATE_DELAY_MS[wave]


def spread_ms(wave: str, *, age_weeks: float | None, age_years: float | None) -> float:
    """SD in ms that an imprecise infant age adds to a wave.

    Example:
        >>> spread_ms("V", age_weeks=None, age_years=None)
        0.0
    """
    return _SHARE[wave] * infancy_spread_ms(age_weeks, age_years)


def amplitude_factor(
    wave: str,
    *,
    age_weeks: float | None,
    age_years: float | None,
    sex: str,
    rate_hz: float | None,
) -> float:
    """Amplitude of a human wave relative to a young adult of unknown sex at 17/s.

    Sources: Jerger & Hall 1980 (women 25 % larger than men; -10 % from 25 to 55 years); rate: the
    17.1 to 65.1/s table.

    Example:
        >>> woman = dict(age_weeks=None, age_years=None, sex="female", rate_hz=None)
        >>> man = {**woman, "sex": "male"}
        >>> round(amplitude_factor("V", **woman) / amplitude_factor("V", **man), 2)
        1.25
    """
    factor = 1.0 - _rate_fraction(rate_hz) * _RATE_LOSS[wave]
    if not is_infant(age_weeks, age_years):
        factor *= {"female": 10.0 / 9.0, "male": 8.0 / 9.0}.get(sex, 1.0)
        if age_years is not None:
            factor *= float(np.interp(age_years, [25.0, 55.0], [1.0, 0.9]))
    return factor
