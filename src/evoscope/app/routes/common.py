"""Kinds of values that several routes take."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from evoscope.app.store.views import EVERYONE

MACHINE = "machine"
NO_CONTROLS = r"^[^\x00-\x1f\x7f]+$"

Identity = Annotated[
    str, Path(pattern="^[0-9a-f]{32}$", examples=["0f1e2d3c4b5a69788796a5b4c3d2e1f0"])
]
SeriesId = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
Identities = Annotated[list[SeriesId] | None, Query(max_length=100)]
Version = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="By default the latest")]


def _human(name: str) -> str:
    if name in (MACHINE, EVERYONE):
        raise ValueError(f"a person should not be called '{name}'")
    return name


Rater = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=NO_CONTROLS),
    AfterValidator(_human),
    Field(description="Who reads: a name or initials", examples=["anna"]),
]
Reader = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=NO_CONTROLS),
    Field(description="A rater, or 'machine'", examples=["machine"]),
]
AnalyzerName = Annotated[
    Literal["default", "classical"],
    Field(description="default: as the server was started; classical: without a network"),
]
FilterName = Literal["adult_click", "tone", "infant", "animal", "smooth", "none"]
SpeciesName = Literal["human", "mouse", "rat", "gerbil", "guinea pig", "chinchilla"]
ReferenceName = Literal["nHL", "SPL", "peSPL"]
AgeYears = Annotated[float, Field(ge=0.0, le=130.0, allow_inf_nan=False)]
AgeWeeks = Annotated[float, Field(ge=-20.0, le=7000.0, allow_inf_nan=False)]
"""Since birth; below 0 before term."""


class AnalysisOptions(BaseModel):
    """What may be set for an analysis; what is left out follows the files."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [{"species": "human", "level_reference": "nHL", "age_weeks": 6}]
        },
    )

    species: SpeciesName | None = Field(None, description="For files that do not say")
    level_reference: ReferenceName | None = Field(None, description="For files that do not say")
    age_years: AgeYears | None = Field(
        None, description="Of a person, for files that do not say; one of the two ages at most"
    )
    age_weeks: AgeWeeks | None = Field(None, description="Since birth: what norms of infants need")
    filter: FilterName | None = Field(None, description="In place of the one that fits")
    analyzer: AnalyzerName = "default"

    @field_validator("age_weeks")
    @classmethod
    def _one_age(cls, weeks: float | None, stated: ValidationInfo) -> float | None:
        if weeks is not None and stated.data.get("age_years") is not None:
            raise ValueError("the age should be stated once, in years or in weeks")
        return weeks

    def for_work(self, served: str) -> dict[str, str | float | None]:
        """As a worker takes them; ``served`` is the server's own analyzer."""
        return {
            "species": self.species,
            "level_reference": self.level_reference,
            "age_years": self.age_years,
            "age_weeks": self.age_weeks,
            "filter_preset": self.filter,
            "analyzer": served if self.analyzer == "default" else self.analyzer,
        }
