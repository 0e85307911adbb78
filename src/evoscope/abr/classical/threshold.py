"""The threshold of a series: the lowest level with a visible response, or why there is none."""

from __future__ import annotations

import numpy as np

from evoscope.abr.classical.growth import Growth
from evoscope.abr.findings import CurvePoint, Threshold

METHOD = "Gaussian-process growth of the response over levels (classical)"
EVIDENCE = "share of power that is response"
# A response begins to be visible when its power is a twentieth of the residual noise in each of
# some 35 coefficients: together a detectability of about 1.3. The threshold is the softest tested
# level at or above that point.
VISIBLE_SNR = 0.05
# Log evidence per level at which a response is as likely as none. On noise the evidence scatters
# with the number of levels: its 95th percentile is about 5 on 13 sign-flipped human levels, and
# 9-14 on plain half-differences, which hold a little of the response when halves are polarities.
# Series with a response reach 25 to several hundred. Without measured noise the null hypothesis
# is already free to be noisier level by level, and less is asked.
EVIDENCE_PER_LEVEL_MEASURED = 0.85
EVIDENCE_PER_LEVEL_MODELLED = 0.35
# Beyond this width, or three level steps where that is more, the interval says "somewhere", and
# that is what the answer should be.
WIDEST_DB = 50.0
WIDEST_STEPS = 3.0
WIDEST_EVER_DB = 60.0
# "No response" and "there is one" are both answers that need evidence; between them is neither.
ABSENT_ABOVE, PRESENT_ABOVE = 0.9, 0.95
# A human wave V at threshold comes at 8-9 ms, and its trough a millisecond later.
HUMAN_COVERAGE_MS = 10.0
# Noise modelled from level differences needs neighbours that differ little.
FEW_STEPS, WIDE_STEP_DB = 5, 10.0
# Residual noise above which a silent human series is not evidence of a silent ear (Eclipse
# adults: 40 nV).
QUIET_ENOUGH_NV = 40.0


def null_probability(growth: Growth) -> float:
    """Probability that no level holds a response."""
    per_level = (
        EVIDENCE_PER_LEVEL_MEASURED if growth.noise.measured else EVIDENCE_PER_LEVEL_MODELLED
    )
    needed = per_level * growth.observed_share.size
    return float(1 / (1 + np.exp(np.clip(growth.log_evidence - needed, -50.0, 50.0))))


def response_probability(growth: Growth, level_db: float) -> float:
    """Probability that a level lies at or above the threshold."""
    return (1 - null_probability(growth)) * growth.probability_below(level_db)


def inconclusive(reference: str, reason: str) -> Threshold:
    """A threshold that cannot be told, with the reason."""
    return Threshold(
        status="inconclusive",
        level_reference=reference,
        method=METHOD,
        criterion=share(VISIBLE_SNR),
        evidence_name=EVIDENCE,
        reason=reason,
    )


def share(ratio: float) -> float:
    """Share of the power that is response at a signal-to-noise power ratio."""
    return ratio / (1 + ratio)


def decide_threshold(
    growth: Growth | None,
    *,
    levels_db: tuple[float, ...],
    reference: str,
    residual_nv: float | None,
    human: bool,
    last_ms: float,
    sign_of_response: bool,
) -> Threshold:
    """Turn weighed growth hypotheses into a threshold with a 90 % interval, or a status.

    The value is the softest tested level at or above the point where the response becomes
    visible: the lowest level with a response. The interval is the posterior's, for the level a
    reader names, and contains the value.

    Args:
        growth: the posterior, ``None`` when the levels do not allow one.
        levels_db: tested levels, softest first.
        reference: level reference of the series.
        residual_nv: median residual noise of the levels in nV; ``None`` when not known.
        human: whether the human rules for "absent" apply.
        last_ms: end of the shortest recording in ms after onset.
        sign_of_response: whether any level by itself shows one: a named wave, a clear response, a
            significant F test.
    """
    if growth is None:
        return inconclusive(
            reference,
            "A threshold needs two levels with measured noise, or three without, and 4 ms of each "
            f"in the response window. Found {len(levels_db)} level(s) up to {last_ms:.1f} ms.",
        )
    lowest, highest = levels_db[0], levels_db[-1]
    step = float(np.median(np.diff(levels_db)))
    silent = 1 - response_probability(growth, highest)
    curve = tuple(
        CurvePoint(level_db=level, evidence=max(-1.0, float(seen)), fitted=float(fitted))
        for level, seen, fitted in zip(
            levels_db, growth.observed_share, growth.fitted_share, strict=True
        )
    )
    undecided = inconclusive(reference, "").model_copy(update={"curve": curve})

    def say(**found: object) -> Threshold:
        return undecided.model_copy(update=found)

    if silent > ABSENT_ABOVE:
        doubt = _why_not_absent(
            growth,
            levels_db=levels_db,
            residual_nv=residual_nv,
            human=human,
            last_ms=last_ms,
            sign_of_response=sign_of_response,
        )
        if doubt:
            return say(reason=f"The series as a whole shows no response, but {doubt}.")
        return say(
            status="no_response",
            low_db=highest,
            reason=f"No response at any level up to {highest:g} dB "
            f"(probability {100 * silent:.0f} %).",
        )
    if silent > 1 - PRESENT_ABOVE:
        return say(
            reason=f"Whether there is a response is not clear (probability {100 * (1 - silent):.0f}"
            " %): more sweeps, or louder levels, would tell."
        )
    if not growth.spread_db() <= min(max(WIDEST_DB, WIDEST_STEPS * step), WIDEST_EVER_DB):
        return say(
            reason="There is a response, but where it begins is not clear from these levels."
        )
    middle = growth.middle
    if middle <= lowest - step:
        return say(
            status="below_range",
            high_db=lowest,
            reason=f"Every tested level has a response: the threshold is at or below {lowest:g} "
            "dB.",
        )
    low, high = growth.interval(step)
    value = min(level for level in levels_db if level >= middle)
    return say(
        status="estimated",
        value_db=value,
        fitted_db=middle,
        low_db=min(low, value),
        high_db=None if not np.isfinite(high) else max(high, value),
    )


def _why_not_absent(
    growth: Growth,
    *,
    levels_db: tuple[float, ...],
    residual_nv: float | None,
    human: bool,
    last_ms: float,
    sign_of_response: bool,
) -> str:
    """What forbids to call a silent series an ear without response; empty if nothing does."""
    if sign_of_response:
        return "one level by itself shows a sign of one"
    if human and last_ms < HUMAN_COVERAGE_MS:
        return f"the recordings end {last_ms:.1f} ms after onset, before wave V can be excluded"
    if human and residual_nv is not None and residual_nv > QUIET_ENOUGH_NV:
        return (
            f"the residual noise ({residual_nv:.0f} nV) is above {QUIET_ENOUGH_NV:.0f} nV: more "
            "sweeps are needed to call it absent"
        )
    steps = np.diff(levels_db)
    if not growth.noise.measured and (steps.size < FEW_STEPS or steps.max() > WIDE_STEP_DB):
        return (
            "the files hold no measure of their noise, and levels this few or far apart do not "
            "tell noise from response"
        )
    return ""
