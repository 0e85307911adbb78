"""How the waves of one ear look: the variants that a reader meets."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from evoscope.abr.simulation.shape import EARLY, SHOULDER, WAVE_V, WAVE_V_SLOW, Shape


@dataclass(frozen=True, kw_only=True)
class Morphology:
    """A variant: where IV stands, and how large the waves are relative to each other.

    Attributes:
        name: what clinicians call it.
        share: share of ears [assumed].
        iv_lead_ms: how long before V wave IV stands.
        iv_gain, iii_gain, v_gain: amplitudes relative to the norm.
        iv_over_v: height of IV relative to V's where it does not follow a norm of its own.
        iv, v: their shapes.
    """

    name: str
    share: float
    iv_lead_ms: float = 0.7
    iv_gain: float = 1.0
    iii_gain: float = 1.0
    v_gain: float = 1.0
    iv_over_v: float | None = None
    iv: Shape = SHOULDER
    v: Shape = WAVE_V


# Names from the field's textbooks; how frequent each is, is assumed.
MORPHOLOGIES = MappingProxyType(
    {
        m.name: m
        for m in (
            Morphology(name="separate IV/V", share=0.22, iv_lead_ms=0.85, iv_gain=1.4, iv=EARLY),
            Morphology(name="fused IV/V", share=0.40, iv_lead_ms=0.5),
            Morphology(name="IV dominant", share=0.08, iv_lead_ms=0.65, v_gain=0.8, iv_over_v=0.5),
            Morphology(name="missing III", share=0.07, iii_gain=0.1),
            Morphology(name="large III, small V", share=0.08, iii_gain=1.5, v_gain=0.55),
            Morphology(name="V on a slope", share=0.15, v=WAVE_V_SLOW),
        )
    }
)
"""The variants by name; shares sum to 1.

Example:
    >>> round(sum(m.share for m in MORPHOLOGIES.values()), 6)
    1.0
"""
