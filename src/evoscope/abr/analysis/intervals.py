"""Differences and ratios of waves beside their norms."""

from __future__ import annotations

from collections.abc import Sequence

from evoscope.abr import norms
from evoscope.abr.findings import Estimate, Flag, IntervalFinding, IntervalName, Wave
from evoscope.abr.recording import Recording

DIFFERENCES: tuple[tuple[IntervalName, str, str], ...] = (
    ("I-III", "I", "III"),
    ("III-V", "III", "V"),
    ("I-V", "I", "V"),
)


def difference(first: Estimate, second: Estimate) -> Estimate:
    """Second minus first; half-widths add in quadrature.

    Example:
        >>> wave_i = Estimate(value=1.5, low=1.25, high=1.75)
        >>> difference(wave_i, Estimate(value=5.5, low=5.5, high=5.5))
        Estimate(value=4.0, low=3.75, high=4.25)
    """
    value = second.value - first.value
    if None in (first.low, first.high, second.low, second.high):
        return Estimate(value=value)
    below = _hypot(second.value, second.low, first.value, first.high)
    above = _hypot(second.value, second.high, first.value, first.low)
    return Estimate(value=value, low=value - below, high=value + above)


def ratio(top: Estimate, bottom: Estimate) -> Estimate | None:
    """Top over bottom, with its ends at the worst corners; ``None`` for a zero bottom."""
    if bottom.value <= 0:
        return None
    low = top.low / bottom.high if top.low is not None and bottom.high else None
    high = top.high / bottom.low if top.high is not None and bottom.low else None
    return Estimate(value=top.value / bottom.value, low=low, high=high)


def flag_of(value: float, norm: norms.Norm | None) -> Flag:
    """Where a value lies against a norm; a side without a limit is never crossed."""
    if norm is None or (norm.low is None and norm.high is None):
        return "no norm"
    if norm.low is not None and value < norm.low:
        return "below"
    return "above" if norm.high is not None and value > norm.high else "within"


def intervals_of(
    waves: Sequence[Wave], recording: Recording, *, species: str
) -> tuple[IntervalFinding, ...]:
    """Interpeak intervals and V/I of one trace, for the waves that are present."""
    present = {w.name: w for w in waves if w.present}
    found = []
    for name, first, second in DIFFERENCES:
        one, two = present.get(first), present.get(second)  # type: ignore[call-overload]
        if one and two and one.latency_ms and two.latency_ms:
            found.append((name, difference(one.latency_ms, two.latency_ms)))
    wave_i, wave_v = present.get("I"), present.get("V")
    if wave_i and wave_v and wave_i.amplitude_uv and wave_v.amplitude_uv:
        share = ratio(wave_v.amplitude_uv, wave_i.amplitude_uv)
        if share is not None:
            found.append(("V/I", share))
    return tuple(beside_norm(name, estimate, recording, species) for name, estimate in found)


def beside_norm(
    name: IntervalName, estimate: Estimate, recording: Recording, species: str
) -> IntervalFinding:
    """Put an interval beside the norm of its subject."""
    subject, stimulus = recording.subject, recording.stimulus
    norm = norms.interpeak(
        name,
        species=species,
        level_db=stimulus.level_db,
        age_weeks=subject.age_weeks,
        age_years=subject.age_years,
        sex=subject.sex,
        rate_hz=stimulus.rate_hz,
    )
    return IntervalFinding(
        name=name,
        estimate=estimate,
        norm_low=None if norm is None else norm.low,
        norm_high=None if norm is None else norm.high,
        flag=flag_of(estimate.value, norm),
    )


def _hypot(a: float, a_end: float | None, b: float, b_end: float | None) -> float:
    return float(((a - (a_end or a)) ** 2 + (b - (b_end or b)) ** 2) ** 0.5)
