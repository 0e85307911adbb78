"""What the store answers with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from evoscope.abr.findings import LossName, ReadError, SkippedFile, ThresholdStatus
from evoscope.app.readings import LossMark, Reading, ThresholdMark

SortKey = Literal[
    "created_at", "name", "subject", "ear", "stimulus", "threshold_db", "loss_type", "warnings"
]
EVERYONE = "*"
"""In a rater's place: whoever marked something last."""
Word = Annotated[str, Field(max_length=200)]


class View(BaseModel):
    """Base of the answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class UploadView(View):
    """Files that came together.

    Attributes:
        state: ``running``, ``done``, ``failed``, ``cancelled`` or ``interrupted`` (the server was
            ended meanwhile).
        series: ids of its series.
    """

    id: str
    created_at: datetime
    state: str
    files: int
    pseudonymised: bool
    errors: tuple[ReadError, ...]
    skipped: tuple[SkippedFile, ...]
    series: tuple[str, ...]


class VersionView(View):
    """One analysis of a series."""

    version: int
    created_at: datetime
    analyzer: str
    options: dict[str, Any]


class SeriesSummary(View):
    """A row of the list: what the series is, and what the latest analysis says.

    Attributes:
        level_reference: of every level here: ``nHL``, ``SPL``, ``peSPL``, or ``unknown`` where
            neither the file nor whoever sent it says.
        raters: who corrected it: of whom a mark stands.
        threshold_mark, loss_mark: what the rater who was asked for says in the analysis's place.
    """

    id: str
    upload: str
    created_at: datetime
    name: str
    subject: str
    ear: str
    species: str
    stimulus: str
    status: ThresholdStatus
    threshold_db: float | None
    low_db: float | None
    high_db: float | None
    level_reference: str
    loss_type: LossName
    levels: int
    warnings: int
    version: int
    raters: tuple[str, ...]
    threshold_mark: ThresholdMark | None = None
    loss_mark: LossMark | None = None


class SeriesPage(View):
    """Some of the series that fit, and how many fit in all."""

    total: int
    series: tuple[SeriesSummary, ...]


class SeriesView(View):
    """A series as the store has it; ``findings`` is their JSON text."""

    summary: SeriesSummary
    version: int
    versions: tuple[VersionView, ...]
    findings: str
    readings: tuple[Reading, ...]


class SeriesQuery(BaseModel):
    """Which series, in which order, how many of them.

    With a rater, ``status``, ``loss_type`` and the order are by what that rater says where they
    marked it, and by what the analysis says elsewhere.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    upload: Word | None = None
    subject: Word | None = None
    ear: Word | None = None
    stimulus: Word | None = None
    status: ThresholdStatus | None = None
    loss_type: LossName | None = None
    corrected: bool | None = None
    text: Annotated[Word | None, Field(description="In the name, the subject or the stimulus")] = (
        None
    )
    rater: Annotated[
        Word | None,
        Field(description="Whose marks are shown; '*': the latest of anybody's; default: nobody's"),
    ] = None
    sort: SortKey = "created_at"
    order: Literal["up", "down"] = "down"
    limit: Annotated[int, Field(ge=1, le=1000)] = 200
    offset: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
