"""How findings read as words: every status is an answer, never a blank or an invented number."""

from __future__ import annotations

from evoscope.abr.findings import Estimate, LossType, ResponseCall, Threshold

CALLS: dict[ResponseCall, str] = {
    "CR": "clear response",
    "RA": "response absent",
    "INC": "inconclusive",
}


def number(value: float, digits: int) -> str:
    """Write a number with a fixed count of decimals and a true minus sign.

    Example:
        >>> number(-0.001, 2), number(5.678, 2)
        ('0.00', '5.68')
    """
    text = f"{value:.{digits}f}"
    if float(text) == 0.0:
        text = text.lstrip("-")
    return text.replace("-", "\N{MINUS SIGN}")


def level(level_db: float) -> str:
    """Write a level without decimals it does not need.

    Example:
        >>> level(60.0), level(62.5)
        ('60', '62.5')
    """
    return f"{level_db:.1f}".removesuffix(".0").replace("-", "\N{MINUS SIGN}")


def decibel(level_reference: str) -> str:
    """Name the unit: ``dB nHL``, or plain ``dB`` where the file states no reference."""
    return "dB" if level_reference == "unknown" else f"dB {level_reference}"


def span(low: str | None, high: str | None) -> str:
    """Write an interval; an end that cannot be told is said, not left out.

    Example:
        >>> span("5", "15"), span(None, "15"), span("5", None)
        ('5 to 15', 'up to 15', '5 or more')
    """
    if low is None and high is None:
        return "not known"
    if low is None:
        return f"up to {high}"
    if high is None:
        return f"{low} or more"
    return f"{low} to {high}"


def interval(estimate: Estimate, digits: int) -> str:
    """Write the 90 % interval of an estimate."""
    low = None if estimate.low is None else number(estimate.low, digits)
    high = None if estimate.high is None else number(estimate.high, digits)
    return span(low, high)


def threshold_answer(threshold: Threshold) -> str:
    """The threshold in a few words, for a table cell or a heading.

    Example:
        >>> base = dict(level_reference="nHL", method="m", criterion=0.3, evidence_name="r")
        >>> found = Threshold(status="estimated", value_db=10, low_db=5, high_db=15, **base)
        >>> threshold_answer(found)
        '10 dB nHL (90 % interval 5 to 15)'
        >>> threshold_answer(Threshold(status="no_response", low_db=90, **base))
        'No response: threshold above 90 dB nHL'
    """
    unit = decibel(threshold.level_reference)
    low = None if threshold.low_db is None else level(threshold.low_db)
    high = None if threshold.high_db is None else level(threshold.high_db)
    tested = [point.level_db for point in threshold.curve]
    if threshold.status == "no_response":
        return "No response" + _beyond(
            "above", level(max(tested)) if tested else low, "from", low, unit
        )
    if threshold.status == "below_range":
        end = _beyond("at or below", level(min(tested)) if tested else high, "to", high, unit)
        return f"Response at every level{end}"
    if threshold.status == "inconclusive" or threshold.value_db is None:
        return "Inconclusive"
    return f"{level(threshold.value_db)} {unit} (90 % interval {span(low, high)})"


def _beyond(where: str, tested: str | None, reach: str, bound: str | None, unit: str) -> str:
    """Say beyond which tested level the threshold lies, and the interval where it goes further."""
    if tested is None:
        return ""
    further = f" (90 % interval {reach} {bound})" if bound not in (None, tested) else ""
    return f": threshold {where} {tested} {unit}{further}"


def threshold_headline(threshold: Threshold) -> str:
    """The threshold as the sentence that heads a series."""
    answer = threshold_answer(threshold)
    if threshold.status == "estimated" and threshold.value_db is not None:
        return f"Threshold {answer}"
    return answer


def loss_answer(loss: LossType) -> str:
    """The loss type in a few words; ``Cannot tell`` is an answer."""
    if loss.name == "cannot tell":
        return "Cannot tell"
    names = {
        "normal": "Normal hearing",
        "neuropathy": "Neuropathy",
        "snhl": "Sensorineural loss",
        "total": "Total loss",
        "chl": "Conductive loss",
    }
    chance = "" if loss.probability is None else f" ({100 * loss.probability:.0f} %)"
    return names[loss.name] + chance
