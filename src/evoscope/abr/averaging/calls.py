"""Clear response, response absent, inconclusive: the call and the rule behind it."""

from __future__ import annotations

from dataclasses import dataclass

from evoscope.abr.findings import ResponseCall

# BSA / NHSP guidance (2019): size and noise limits of the UK rule, in nV.
CLEAR_NV = 40.0
CLEAR_OVER_NOISE = 3.0
ABSENT_GAP_NV = 25.0
# Mean absolute gap of two halves over the residual noise of their average, Gaussian noise.
GAP_OVER_NOISE = 1.596
P_CLEAR = 0.01
P_ABSENT = 0.05


@dataclass(frozen=True)
class Call:
    """CR, RA or INC, with the rule named."""

    call: ResponseCall
    rule: str


def call_response(
    *,
    human: bool,
    peak_to_trough_nv: float | None,
    residual_nv: float | None,
    p_value: float | None,
    response_probability: float | None,
) -> Call:
    """Call one recording.

    Human recordings whose noise is measured follow the UK rule: CR when V-V' >= 40 nV and
    >= 3 x noise, RA when the two traces differ by <= 25 nV on average and neither the F test nor
    the series finds a response, else INC. Other species have responses of another size: CR when
    p < 0.01 and V-V' >= 3 x noise, RA when p > 0.05 and the series sees no response either.
    Without a p-value the series decides: CR above 95 %, RA below 5 %.

    Args:
        human: whether the 40 and 25 nV of the UK rule apply.
        peak_to_trough_nv: largest wave V candidate, peak to following trough.
        residual_nv: residual noise of the average.
        p_value: of the F test; ``None`` where the noise is not measured.
        response_probability: what the whole series says of this level.

    Example:
        >>> call_response(human=True, peak_to_trough_nv=210.0, residual_nv=20.0, p_value=1e-6,
        ...               response_probability=0.99).call
        'CR'
    """
    if p_value is None or residual_nv is None:
        rule = "series probability: CR above 95 %, RA below 5 % (noise not measured)"
        if response_probability is None:
            return Call("INC", rule)
        if response_probability > 0.95:
            return Call("CR", rule)
        return Call("RA" if response_probability < 0.05 else "INC", rule)
    size = peak_to_trough_nv or 0.0
    silent = response_probability is None or response_probability < 0.5
    if human:
        rule = "UK: CR V-V' >= 40 nV and >= 3 x noise; RA gap <= 25 nV and no sign of a response"
        if size >= CLEAR_NV and size >= CLEAR_OVER_NOISE * residual_nv and p_value < P_ABSENT:
            return Call("CR", rule)
        quiet = GAP_OVER_NOISE * residual_nv <= ABSENT_GAP_NV
        return Call("RA" if quiet and silent and p_value > P_ABSENT else "INC", rule)
    rule = "F test: CR p < 0.01 and V-V' >= 3 x noise; RA p > 0.05 and series probability < 50 %"
    if p_value < P_CLEAR and size >= CLEAR_OVER_NOISE * residual_nv:
        return Call("CR", rule)
    return Call("RA" if p_value > P_ABSENT and silent else "INC", rule)
