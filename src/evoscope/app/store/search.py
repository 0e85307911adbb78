"""Finding series: filters, order, a page."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from evoscope.abr.findings import LossName, ThresholdStatus
from evoscope.app.store.tables import CorrectionRow, FindingsRow, SeriesRow
from evoscope.app.store.views import SeriesPage, SeriesQuery, SeriesSummary, SortKey

_SORTED_BY: dict[SortKey, Any] = {
    "created_at": SeriesRow.created_at,
    "name": SeriesRow.name,
    "subject": SeriesRow.subject,
    "ear": SeriesRow.ear,
    "stimulus": SeriesRow.stimulus,
    "threshold_db": FindingsRow.threshold_db,
    "loss_type": FindingsRow.loss_type,
    "warnings": FindingsRow.warnings,
}
_EXACT = ("subject", "ear", "stimulus")


def found(session: Session, query: SeriesQuery) -> SeriesPage:
    """Find a page of series with their latest findings."""
    fitting = _fitting(query)
    total = session.scalar(select(func.count()).select_from(fitting.subquery())) or 0
    column = _SORTED_BY[query.sort]
    # What has no value comes last, whichever way; equal values keep the order of their uploads.
    ordered = fitting.order_by(
        column.is_(None),
        column.asc() if query.order == "up" else column.desc(),
        SeriesRow.created_at,
        SeriesRow.upload_id,
        SeriesRow.position,
    )
    rows = session.execute(ordered.limit(query.limit).offset(query.offset)).all()
    raters = _raters(session, [series.id for series, _ in rows])
    return SeriesPage(
        total=total,
        series=tuple(
            summary_of(series, findings, raters.get(series.id, ())) for series, findings in rows
        ),
    )


def summary_of(series: SeriesRow, findings: FindingsRow, raters: tuple[str, ...]) -> SeriesSummary:
    """Show a series and its latest findings as a row of the list."""
    return SeriesSummary(
        id=series.id,
        upload=series.upload_id,
        created_at=series.created_at,
        name=series.name,
        subject=series.subject,
        ear=series.ear,
        species=series.species,
        stimulus=series.stimulus,
        status=cast(ThresholdStatus, findings.status),
        threshold_db=findings.threshold_db,
        low_db=findings.low_db,
        high_db=findings.high_db,
        loss_type=cast(LossName, findings.loss_type),
        levels=findings.levels,
        warnings=findings.warnings,
        version=findings.version,
        raters=raters,
    )


def _fitting(query: SeriesQuery) -> Select[SeriesRow, FindingsRow]:
    latest = (
        select(FindingsRow.series_id, func.max(FindingsRow.version).label("version"))
        .group_by(FindingsRow.series_id)
        .subquery()
    )
    fitting = (
        select(SeriesRow, FindingsRow)
        .join(latest, latest.c.series_id == SeriesRow.id)
        .join(
            FindingsRow,
            (FindingsRow.series_id == SeriesRow.id) & (FindingsRow.version == latest.c.version),
        )
    )
    return fitting.where(*_conditions(query))


def _conditions(query: SeriesQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.upload is not None:
        conditions.append(SeriesRow.upload_id == query.upload)
    for name in _EXACT:
        wanted = getattr(query, name)
        if wanted is not None:
            conditions.append(getattr(SeriesRow, name) == wanted)
    if query.status is not None:
        conditions.append(FindingsRow.status == query.status)
    if query.loss_type is not None:
        conditions.append(FindingsRow.loss_type == query.loss_type)
    if query.corrected is not None:
        corrected = select(CorrectionRow.series_id).distinct()
        inside = SeriesRow.id.in_(corrected)
        conditions.append(inside if query.corrected else ~inside)
    if query.text:
        texts = (SeriesRow.name, SeriesRow.subject, SeriesRow.stimulus)
        conditions.append(or_(*(one.icontains(query.text, autoescape=True) for one in texts)))
    return conditions


def _raters(session: Session, series: list[str]) -> dict[str, tuple[str, ...]]:
    pairs = session.execute(
        select(CorrectionRow.series_id, CorrectionRow.rater)
        .where(CorrectionRow.series_id.in_(series))
        .distinct()
        .order_by(CorrectionRow.rater)
    )
    raters: dict[str, tuple[str, ...]] = {}
    for identity, rater in pairs:
        raters[identity] = (*raters.get(identity, ()), rater)
    return raters
