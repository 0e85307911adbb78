"""Finding series: filters, order, a page."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from evoscope.abr.findings import LossName, ThresholdStatus
from evoscope.app.store.marks import LOSS_TYPE, THRESHOLD, loss_mark, standing, threshold_mark
from evoscope.app.store.tables import FindingsRow, MarkRow, SeriesRow
from evoscope.app.store.views import SeriesPage, SeriesQuery, SeriesSummary, SortKey

_SORTED_BY: dict[SortKey, Any] = {
    "created_at": SeriesRow.created_at,
    "name": SeriesRow.name,
    "subject": SeriesRow.subject,
    "ear": SeriesRow.ear,
    "stimulus": SeriesRow.stimulus,
    "warnings": FindingsRow.warnings,
}
_EXACT = ("subject", "ear", "stimulus")


class _Said:
    """What is said of a series, in SQL: a mark where there is one, else the analysis's word."""

    def __init__(self, rater: str | None) -> None:
        self.limit = aliased(MarkRow, standing(THRESHOLD, rater))
        self.named = aliased(MarkRow, standing(LOSS_TYPE, rater))
        is_marked = self.limit.word.is_not(None)
        self.status = case((is_marked, self.limit.word), else_=FindingsRow.status)
        self.threshold_db = case((is_marked, self.limit.value_db), else_=FindingsRow.threshold_db)
        self.loss_type = func.coalesce(self.named.word, FindingsRow.loss_type)

    def column(self, key: SortKey) -> Any:
        """What is sorted by."""
        if key == "threshold_db":
            return self.threshold_db
        return self.loss_type if key == "loss_type" else _SORTED_BY[key]


def found(session: Session, query: SeriesQuery) -> SeriesPage:
    """Find a page of series with their latest findings, and the marks of who is asked for."""
    said = _Said(query.rater)
    fitting = _fitting(query, said)
    total = session.scalar(select(func.count()).select_from(fitting.subquery())) or 0
    column = said.column(query.sort)
    # What has no value comes last, whichever way; equal values keep the order of their uploads.
    ordered = fitting.order_by(
        column.is_(None),
        column.asc() if query.order == "up" else column.desc(),
        SeriesRow.created_at,
        SeriesRow.upload_id,
        SeriesRow.position,
    )
    rows = session.execute(ordered.limit(query.limit).offset(query.offset)).all()
    raters = raters_of(session, [series.id for series, *_ in rows])
    return SeriesPage(
        total=total,
        series=tuple(
            summary_of(series, findings, raters.get(series.id, ()), limit, named)
            for series, findings, limit, named in rows
        ),
    )


def raters_of(session: Session, series: list[str]) -> dict[str, tuple[str, ...]]:
    """Who corrected each of these series, by name; a series that nobody did is left out."""
    pairs = session.execute(
        select(MarkRow.series_id, MarkRow.rater)
        .where(MarkRow.series_id.in_(series))
        .distinct()
        .order_by(MarkRow.rater)
    )
    raters: dict[str, tuple[str, ...]] = {}
    for identity, rater in pairs:
        raters[identity] = (*raters.get(identity, ()), rater)
    return raters


def ids_found(session: Session, query: SeriesQuery) -> list[str]:
    """The ids of all series that fit, in the order of their uploads, whatever the page."""
    fitting = _fitting(query, _Said(query.rater)).with_only_columns(SeriesRow.id)
    ordered = (SeriesRow.created_at, SeriesRow.upload_id, SeriesRow.position)
    return list(session.scalars(fitting.order_by(*ordered)))


def summary_of(
    series: SeriesRow,
    findings: FindingsRow,
    raters: tuple[str, ...],
    limit: MarkRow | None = None,
    named: MarkRow | None = None,
) -> SeriesSummary:
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
        level_reference=findings.level_reference,
        loss_type=cast(LossName, findings.loss_type),
        levels=findings.levels,
        warnings=findings.warnings,
        version=findings.version,
        raters=raters,
        threshold_mark=threshold_mark(limit),
        loss_mark=loss_mark(named),
    )


def _fitting(query: SeriesQuery, said: _Said) -> Select[SeriesRow, FindingsRow, MarkRow, MarkRow]:
    latest = (
        select(FindingsRow.series_id, func.max(FindingsRow.version).label("version"))
        .group_by(FindingsRow.series_id)
        .subquery()
    )
    fitting = (
        select(SeriesRow, FindingsRow, said.limit, said.named)
        .join(latest, latest.c.series_id == SeriesRow.id)
        .join(
            FindingsRow,
            (FindingsRow.series_id == SeriesRow.id) & (FindingsRow.version == latest.c.version),
        )
        .outerjoin(said.limit, said.limit.series_id == SeriesRow.id)
        .outerjoin(said.named, said.named.series_id == SeriesRow.id)
    )
    return fitting.where(*_conditions(query, said))


def _conditions(query: SeriesQuery, said: _Said) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.upload is not None:
        conditions.append(SeriesRow.upload_id == query.upload)
    for name in _EXACT:
        wanted = getattr(query, name)
        if wanted is not None:
            conditions.append(getattr(SeriesRow, name) == wanted)
    if query.status is not None:
        conditions.append(said.status == query.status)
    if query.loss_type is not None:
        conditions.append(said.loss_type == query.loss_type)
    if query.corrected is not None:
        inside = SeriesRow.id.in_(select(MarkRow.series_id))
        conditions.append(inside if query.corrected else ~inside)
    if query.text:
        texts = (SeriesRow.name, SeriesRow.subject, SeriesRow.stimulus)
        conditions.append(or_(*(one.icontains(query.text, autoescape=True) for one in texts)))
    return conditions
