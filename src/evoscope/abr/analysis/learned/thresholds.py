"""What a threshold's distribution says: an answer with an interval, or a status."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evoscope.abr.analysis.learned.readings import ThresholdReading
from evoscope.abr.classical.threshold import HUMAN_COVERAGE_MS, WIDEST_EVER_DB
from evoscope.abr.findings import CurvePoint, Threshold
from evoscope.measure import widened_interval

EVIDENCE = "probability of a response"
CRITERION = 0.5
# Both "there is no response" and "it begins here" are answers that need evidence: between this
# probability of none and its complement there is neither.
SURE = 0.8


def status_of(
    reading: ThresholdReading, levels_db: Sequence[float], *, silent_from: float = CRITERION
) -> str:
    """Compare a distribution with the tested levels: which status is the most it can have.

    Args:
        reading: on the scale of the levels.
        levels_db: tested, softest first, on the network's scale.
        silent_from: probability of no response from which on no threshold is named.

    Returns:
        ``estimated``, ``below_range``, ``no_response``, or ``inconclusive`` where a response is not
        sure, and silence neither.
    """
    silent = 1.0 - reading.below(levels_db[-1])
    if silent > min(1.0 - SURE, silent_from):
        return "no_response" if silent >= SURE else "inconclusive"
    return "below_range" if reading.below(levels_db[0]) > CRITERION else "estimated"


def named_level(reading: ThresholdReading, levels_db: Sequence[float]) -> float:
    """Return the softest tested level at or above the median, on the scale of the reading.

    Args:
        reading: of the series.
        levels_db: tested, softest first.
    """
    return next((level for level in levels_db if level >= reading.middle_db), levels_db[-1])


def widening_to_hold(reading: ThresholdReading, value_db: float, true_db: float) -> float:
    """By how many dB, at least, an interval is widened for its stated form to hold a threshold.

    What is stated always reaches to the level that is named: what lies between there and the rest
    of the interval needs no widening. The most that any interval can be narrowed by is half of its
    width.

    Args:
        reading: with two finite ends.
        value_db: the level that is named.
        true_db: what the interval is to hold.

    Example:
        >>> reading = ThresholdReading(np.zeros(56), 20.0, 26.0, 30.0)
        >>> [widening_to_hold(reading, 40.0, true) for true in (18.0, 24.0, 35.0, 42.0)]
        [2.0, -4.0, -5.0, 12.0]
    """
    below = reading.low_db - true_db if true_db < value_db else -np.inf
    above = true_db - reading.high_db if true_db > value_db else -np.inf
    return float(max(below, above, 0.5 * (reading.low_db - reading.high_db)))


def decide(
    reading: ThresholdReading,
    *,
    levels_db: Sequence[float],
    offset_db: float,
    reference: str,
    method: str,
    widen_db: float,
    responses: Sequence[float],
    response_sign: float,
    silent_from: float,
    human: bool,
    last_ms: float,
) -> Threshold:
    """Turn a distribution into a threshold with an interval, or a status.

    The value is the softest tested level at or above the distribution's median: the lowest level
    with a response. The interval is of the threshold itself, which lies between levels; it is
    widened to hold the value.

    Args:
        reading: on the network's scale.
        levels_db: tested levels as stated, softest first.
        offset_db: what was added to stated levels for the network.
        reference: level reference of the series.
        method: who answers.
        widen_db: conformal; NaN withholds the interval.
        responses: probability of a response in every level.
        response_sign: what silent ears hardly ever go beyond.
        silent_from: probability of no response that silent ears hardly ever stay below.
        human: whether the human rule for "absent" applies.
        last_ms: end of the shortest recording in ms after onset.
    """
    scaled = [level + offset_db for level in levels_db]
    lowest, highest = levels_db[0], levels_db[-1]
    base = Threshold(
        status="inconclusive",
        level_reference=reference,
        method=method,
        criterion=CRITERION,
        evidence_name=EVIDENCE,
        curve=tuple(
            CurvePoint(level_db=level, evidence=seen, fitted=reading.below(at))
            for level, at, seen in zip(levels_db, scaled, responses, strict=True)
        ),
    )

    def say(**found: object) -> Threshold:
        return base.model_copy(update=found)

    if len(levels_db) < 2:
        return say(reason="A threshold needs two levels. Found one.")
    low, high = _interval(reading, widen_db, offset_db)
    status = status_of(reading, scaled, silent_from=silent_from)
    silent = 1.0 - reading.below(scaled[-1])
    if status == "inconclusive" and silent <= CRITERION:
        return say(
            reason="There may be a response, but silent ears look like this, too (probability of "
            f"none {100 * silent:.0f} %): more sweeps, or louder levels, would tell."
        )
    if silent > CRITERION:
        doubt = ""
        if max(responses) > response_sign:
            doubt = "one level by itself shows a sign of one"
        elif human and last_ms < HUMAN_COVERAGE_MS:
            doubt = f"the recordings end {last_ms:.1f} ms after onset, before wave V is excluded"
        if status == "inconclusive" or doubt:
            return say(
                reason="The series as a whole rather shows no response (probability "
                f"{100 * silent:.0f} %), but {doubt or 'not surely'}: more sweeps, or louder "
                "levels, would tell."
            )
        return say(
            status="no_response",
            low_db=highest if low is None else min(low, highest),
            reason=f"No response at any level up to {highest:g} dB (probability "
            f"{100 * silent:.0f} %).",
        )
    if status == "below_range":
        return say(
            status="below_range",
            high_db=lowest if high is None else max(high, lowest),
            reason=f"Every tested level has a response: the threshold is at or below {lowest:g} "
            "dB.",
        )
    if low is not None and (highest if high is None else high) - low > WIDEST_EVER_DB:
        return say(
            reason="There is a response, but where it begins is not clear from these levels."
        )
    value = levels_db[scaled.index(named_level(reading, scaled))]
    return say(
        status="estimated",
        value_db=value,
        fitted_db=reading.middle_db - offset_db,
        low_db=None if low is None else min(low, value),
        high_db=None if high is None else max(high, value),
    )


def _interval(
    reading: ThresholdReading, widen_db: float, offset_db: float
) -> tuple[float | None, float | None]:
    if np.isnan(widen_db):
        return None, None
    # An end at infinity stays there: an interval that is open says so.
    if np.isinf(reading.high_db):
        low_db = reading.low_db - widen_db - offset_db
        return None if np.isinf(low_db) else low_db, None
    low, high = widened_interval(reading.low_db, reading.high_db, widen_db)
    return float(low) - offset_db, float(high) - offset_db
