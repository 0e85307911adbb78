"""Normal interpeak and interaural intervals, and the V/I ratio."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

from evoscope.abr.norms import person
from evoscope.abr.norms.human import INTERPEAK_SOURCE, TO_V_MS
from evoscope.abr.norms.norm import Norm, around

InterpeakName = Literal["I-III", "III-V", "I-V", "V/I", "interaural V"]

# SD in ms. I-V and III-V: Picton. I-III: ours, so that the upper limit is the textbook's 2.5 ms.
_SD_MS = {"I-III": 0.25, "III-V": 0.19, "I-V": 0.23}


def interpeak(
    name: str,
    *,
    species: str,
    level_db: float | None = None,
    age_weeks: float | None = None,
    age_years: float | None = None,
    sex: str = "unknown",
    rate_hz: float | None = None,
) -> Norm | None:
    """Normal value and limits of an interval of human click responses.

    ``I-III``, ``III-V``, ``I-V`` in ms, the same at all levels (Picton; Kelly 1996). ``V/I``, a
    ratio: only a lower limit, 0.5 (textbook, assumed). ``interaural V`` in ms, right minus left:
    0.2 either way, 0.3 at 40 dB nHL and below or at an unknown level (PMID 7280543). Infants get
    longer intervals, women shorter ones: how much of wave V's change lies between which waves is
    assumed.

    Returns:
        The norm, or ``None`` for species other than human: nothing published holds across labs.

    Raises:
        ValueError: an unknown interval name.

    Example:
        >>> norm = interpeak("I-V", species="human")
        >>> norm.mean, round(norm.high, 2)
        (4.0, 4.46)
    """
    if name not in get_args(InterpeakName):
        known = ", ".join(map(repr, get_args(InterpeakName)))
        raise ValueError(f"name should be one of {known}. Found {name!r}.")
    if species != "human":
        return None
    if name == "interaural V":
        limit = 0.3 if level_db is None or level_db <= 40.0 else 0.2
        return around(0.0, limit / 2.0, source="PMID 7280543")
    if name == "V/I":
        return Norm(mean=1.4, sd=0.6, low=0.5, high=None, source="textbook", assumed=True)
    first, second = name.split("-")

    def shift(wave: str) -> float:
        return person.delay_ms(
            wave, age_weeks=age_weeks, age_years=age_years, sex=sex, rate_hz=rate_hz
        )

    mean = TO_V_MS[first] - TO_V_MS[second]
    norm = around(
        mean + shift(second) - shift(first),
        _SD_MS[name],
        source=INTERPEAK_SOURCE,
        assumed=name == "I-III",
    )
    if person.is_infant(age_weeks, age_years):
        spread = person.spread_ms(second, age_weeks=age_weeks, age_years=age_years)
        early = person.spread_ms(first, age_weeks=age_weeks, age_years=age_years)
        return norm.widened(spread - early, "infants: the share of the delay is assumed")
    return replace(norm, assumed=norm.assumed or sex != "unknown")
