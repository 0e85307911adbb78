"""How large a wave is that a person placed: from its peak to the trough that follows."""

from __future__ import annotations

from evoscope.abr.findings import Trace

# How long after a peak its trough may come: as the classical analyzer looks for it.
HUMAN_TROUGH_MS, RODENT_TROUGH_MS = 3.5, 1.2
CLIMBED_SHARE = 0.5
"""The trough has passed once the trace has climbed back by this share of its fall."""


def amplitude_at(trace: Trace, latency_ms: float, *, species: str) -> float | None:
    """Measure from the trace at a latency to the trough that follows, in uV.

    Args:
        trace: the denoised average that the person saw.
        latency_ms: where the peak was placed.
        species: rodents' waves follow each other faster.

    Returns:
        ``None`` where the trace does not reach.

    Example:
        >>> trace = Trace(start_ms=0.0, step_ms=1.0, values_uv=(0.0, 0.5, -0.25, 0.5))
        >>> amplitude_at(trace, 1.0, species="human")
        0.75
    """
    place = (latency_ms - trace.start_ms) / trace.step_ms
    first = round(place)
    if not 0 <= first < len(trace.values_uv):
        return None
    peak = trace.values_uv[first]
    within = HUMAN_TROUGH_MS if species in ("human", "unknown") else RODENT_TROUGH_MS
    lowest = peak
    for value in trace.values_uv[first : first + 1 + max(2, int(within / trace.step_ms))]:
        lowest = min(lowest, value)
        if peak > lowest and value - lowest > CLIMBED_SHARE * (peak - lowest):
            break
    return round(peak - lowest, 4)
