"""The threshold of a series: the lowest level with a visible response, or why there is none."""

from __future__ import annotations

import numpy as np

from evoscope.abr.classical.growth import Growth
from evoscope.abr.findings import CurvePoint, Threshold

METHOD = "Gaussian-process growth of the response over levels (classical)"
EVIDENCE = "share of power that is response"
# A response is visible when its power is a fifth of the residual noise in each of some 35
# coefficients: together a detectability of about 2.6, where experts begin to mark a wave V.
VISIBLE_SNR = 0.2
# Log evidence per level at which a response is as likely as none. On noise the evidence scatters
# with the number of levels: its 95th percentile is about 5 on 13 sign-flipped human levels, and
# 9-14 on plain half-differences, which hold a little of the response when halves are polarities.
# Series with a response reach 25 to several hundred. Without measured noise the null hypothesis
# is already free to be noisier level by level, and less is asked.
EVIDENCE_PER_LEVEL_MEASURED = 0.85
EVIDENCE_PER_LEVEL_MODELLED = 0.35
# Beyond this width, or three level steps where that is more, the interval says "somewhere", and
# that is what the answer should be.
WIDEST_DB = 40.0
WIDEST_STEPS = 3.0
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
) -> Threshold:
    """Turn weighed growth hypotheses into a threshold with a 90 % interval, or a status.

    The value is a tested level, the one nearest to where the response becomes visible, as a
    reader would name it; the interval is the posterior's, never narrower than to contain it.

    Args:
        growth: the posterior, ``None`` when there were too few levels to fit one.
        levels_db: tested levels, softest first.
        reference: level reference of the series.
        residual_nv: median residual noise of the levels in nV; ``None`` when not measured.
        human: whether the 40 nV rule for "absent" applies.
    """
    if growth is None:
        return inconclusive(
            reference,
            f"A threshold needs at least two levels, three when the noise is not measured. "
            f"Found {len(levels_db)}.",
        )
    lowest, highest = levels_db[0], levels_db[-1]
    step = float(np.median(np.diff(levels_db))) if len(levels_db) > 1 else 5.0
    silent = 1 - response_probability(growth, highest + step / 2)
    curve = tuple(
        CurvePoint(level_db=level, evidence=max(-1.0, float(seen)), fitted=float(fitted))
        for level, seen, fitted in zip(
            levels_db, growth.observed_share, growth.fitted_share, strict=True
        )
    )
    middle = growth.middle()
    low, high = growth.interval(step)
    base = Threshold(
        status="inconclusive",
        level_reference=reference,
        method=METHOD,
        criterion=share(VISIBLE_SNR),
        evidence_name=EVIDENCE,
        curve=curve,
    )
    if silent > 0.5:
        if human and residual_nv is not None and residual_nv > QUIET_ENOUGH_NV:
            return base.model_copy(
                update={
                    "reason": f"No response seen, but the residual noise ({residual_nv:.0f} nV) "
                    f"is above {QUIET_ENOUGH_NV:.0f} nV: more sweeps are needed to call it absent."
                }
            )
        return base.model_copy(
            update={
                "status": "no_response",
                "low_db": highest,
                "reason": f"No response at any level up to {highest:g} dB "
                f"(probability {100 * silent:.0f} %).",
            }
        )
    if silent > 0.05 or not growth.spread_db() <= max(WIDEST_DB, WIDEST_STEPS * step):
        return base.model_copy(
            update={
                "reason": f"A response is likely (probability {100 * (1 - silent):.0f} %) but "
                "where it begins is not clear from these levels."
            }
        )
    if middle < lowest - step / 2:
        return base.model_copy(
            update={
                "status": "below_range",
                "high_db": lowest,
                "reason": f"Every tested level has a response: the threshold is at or below "
                f"{lowest:g} dB.",
            }
        )
    value = min(levels_db, key=lambda level: abs(level - middle))
    return base.model_copy(
        update={
            "status": "estimated",
            "value_db": value,
            "fitted_db": middle,
            "low_db": min(low, value),
            "high_db": None if not np.isfinite(high) else max(high, value),
        }
    )
