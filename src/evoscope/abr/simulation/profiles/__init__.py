"""Profiles: one file each, found by name."""

from __future__ import annotations

from difflib import get_close_matches
from types import MappingProxyType

from evoscope.abr.simulation.profiles.adult import ADULT
from evoscope.abr.simulation.profiles.clinic import CLINIC
from evoscope.abr.simulation.profiles.infant_screening import INFANT_SCREENING
from evoscope.abr.simulation.profiles.mouse import MOUSE
from evoscope.abr.simulation.profiles.settings import Profile

PROFILES = MappingProxyType({p.name: p for p in (CLINIC, ADULT, INFANT_SCREENING, MOUSE)})


def get_profile(name: str) -> Profile:
    """Return a profile by name.

    Raises:
        ValueError: an unknown name, with the known ones.

    Example:
        >>> get_profile("clinic").patients
        2038
    """
    if name not in PROFILES:
        known = ", ".join(map(repr, PROFILES))
        near = get_close_matches(name, list(PROFILES), n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"profile should be one of {known}. Found {name!r}.{hint}")
    return PROFILES[name]


__all__ = ["PROFILES", "Profile", "get_profile"]
