"""What a user may set for an analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from evoscope.abr.averaging import PRESETS
from evoscope.abr.recording import LevelReference, Species, Subject

CLASSICAL, SHIPPED = "classical", "default"
"""Analyzers by name; any other word is the folder of a pack. ``default``: the shipped pack."""
DEFAULT_ANALYZER = SHIPPED
"""Who answers when nobody is named."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """Settings of ``analyze``; the defaults follow the files.

    Attributes:
        species: overrides the files' species (most animal formats do not state one).
        level_reference: overrides the files' level reference, when it is not stated.
        age_years: a person's age, when the files do not state it; a whole number: completed years.
        age_weeks: the same in weeks since birth, as norms of infants need it; one of the two.
        filter_preset: name of a filter preset; ``None`` takes the usual one for the series.
        calibration: nominal level in dB to actual level in dB, for a device whose scale is off.
        analyzer: ``classical``, ``default`` (the shipped model pack) or the folder of a model pack.

    Raises:
        ValueError: an unknown word, with the allowed ones; an age that nobody has, or two.

    Example:
        >>> Options(species="rat").species
        'rat'
    """

    species: str | None = None
    level_reference: str | None = None
    age_years: float | None = None
    age_weeks: float | None = None
    filter_preset: str | None = None
    calibration: Mapping[float, float] | None = None
    analyzer: str = DEFAULT_ANALYZER

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("species", self.species, get_args(Species)),
            ("level_reference", self.level_reference, get_args(LevelReference)),
            ("filter_preset", self.filter_preset, tuple(PRESETS)),
        ):
            if value is not None and value not in allowed:
                raise ValueError(
                    f"{name} should be one of {', '.join(map(repr, allowed))}. Found {value!r}."
                )
        if self.age_years is not None and self.age_weeks is not None:
            raise ValueError(
                "The age should be stated once, in years or in weeks. "
                f"Found age_years {self.age_years:g} and age_weeks {self.age_weeks:g}."
            )
        # Whatever a recording may state, and nothing else.
        Subject(id="by option", age_years=self.age_years, age_weeks=self.age_weeks)
