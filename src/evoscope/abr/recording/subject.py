"""Whose ear it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from evoscope.abr.recording._frame import complaint, one_of

Ear = Literal["left", "right", "both", "unknown"]
Sex = Literal["female", "male", "unknown"]
Species = Literal["human", "mouse", "rat", "gerbil", "guinea pig", "chinchilla", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The subject and ear of a recording; ``None`` and ``"unknown"`` mean the file does not say.

    Attributes:
        id: identifier as written in the file, or the file's stem where none is written.
        ear: left, right, both or unknown.
        species: norms, latency priors and filters follow it.
        age_years: age as recorded (0 for infants), or ``None``.
        age_weeks: age in weeks since birth when known: what infant norms need.
        sex: female, male or unknown.

    Raises:
        ValueError: a word outside its vocabulary, an impossible age.

    Example:
        >>> Subject(id="P3", ear="right", species="human").ear
        'right'
    """

    id: str
    ear: Ear = "unknown"
    species: Species = "unknown"
    age_years: float | None = None
    age_weeks: float | None = None
    sex: Sex = "unknown"

    def __post_init__(self) -> None:
        one_of("ear", self.ear, get_args(Ear))
        one_of("species", self.species, get_args(Species))
        one_of("sex", self.sex, get_args(Sex))
        if self.age_years is not None and not 0.0 <= self.age_years <= 130.0:
            raise complaint("age_years", "between 0 and 130", self.age_years)
        if self.age_weeks is not None and not -20.0 <= self.age_weeks <= 7000.0:
            raise complaint("age_weeks", "between -20 (preterm) and 7000", self.age_weeks)
