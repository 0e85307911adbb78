"""Between rows of the tables and what the rest of the server works with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from evoscope.abr.findings import Findings, ReadError, SkippedFile
from evoscope.app.readings import Act, Acted, Reading, reading_of
from evoscope.app.store.tables import CorrectionRow, FindingsRow, SeriesRow, UploadRow
from evoscope.app.store.views import UploadView, VersionView

ACT: TypeAdapter[Act] = TypeAdapter(Act)
"""Reads and writes an act as JSON."""


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def series_row(
    identity: str, upload: str, position: int, findings: Findings, recordings: bytes
) -> SeriesRow:
    """Make the row of a new series."""
    info = findings.info
    return SeriesRow(
        id=identity,
        upload_id=upload,
        position=position,
        created_at=now(),
        name=_storable(info.name),
        subject=_storable(info.subject),
        ear=info.ear,
        species=info.species,
        stimulus=_storable(info.stimulus),
        recordings=recordings,
    )


def findings_row(
    series: str, version: int, findings: Findings, options: dict[str, Any]
) -> FindingsRow:
    """Make the row of an analysis, with what lists are sorted by beside the whole."""
    threshold = findings.threshold
    return FindingsRow(
        series_id=series,
        version=version,
        created_at=now(),
        options=options,
        analyzer=f"{findings.analyzer.name} {findings.analyzer.version}",
        status=threshold.status,
        threshold_db=threshold.value_db,
        low_db=threshold.low_db,
        high_db=threshold.high_db,
        level_reference=threshold.level_reference,
        loss_type=findings.loss_type.name,
        levels=len(findings.levels),
        warnings=len(findings.warnings),
        document=findings.model_dump_json(),
    )


def upload_view(session: Session, row: UploadRow) -> UploadView:
    """Show an upload."""
    series = session.scalars(
        select(SeriesRow.id).where(SeriesRow.upload_id == row.id).order_by(SeriesRow.position)
    )
    return UploadView(
        id=row.id,
        created_at=row.created_at,
        state=row.state,
        files=row.files,
        pseudonymised=row.pseudonymised,
        errors=tuple(ReadError.model_validate(one) for one in row.errors),
        skipped=tuple(SkippedFile.model_validate(one) for one in row.skipped),
        series=tuple(series),
    )


def version_view(row: FindingsRow) -> VersionView:
    """Show an analysis, without what it found."""
    return VersionView(
        version=row.version,
        created_at=row.created_at,
        analyzer=row.analyzer,
        options=row.options,
    )


def actors_of(session: Session, series: str) -> tuple[str, ...]:
    """Who acted on a series, by name, whether or not it was taken back."""
    names = select(CorrectionRow.rater).where(CorrectionRow.series_id == series).distinct()
    return tuple(sorted(session.scalars(names)))


def acts_of(session: Session, series: str, rater: str) -> list[Acted]:
    """What a rater did to a series, in order."""
    rows = session.scalars(
        select(CorrectionRow)
        .where(CorrectionRow.series_id == series, CorrectionRow.rater == rater)
        .order_by(CorrectionRow.number)
    )
    return [Acted(row.number, row.created_at, ACT.validate_python(row.act)) for row in rows]


def readings_of(session: Session, series: str) -> list[Reading]:
    """What each rater of a series says."""
    return [
        reading_of(rater, acts_of(session, series, rater)) for rater in actors_of(session, series)
    ]


def _storable(text: str) -> str:
    """Replace what PostgreSQL cannot keep in a text: the zero character, lone surrogates."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
