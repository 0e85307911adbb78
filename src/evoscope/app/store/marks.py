"""What raters' acts leave of a series, as rows that lists can be filtered and sorted by."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Subquery, delete, false, func, select
from sqlalchemy.orm import Session

from evoscope.abr.findings import LossName, ThresholdStatus
from evoscope.app.readings import LossMark, Reading, ThresholdMark
from evoscope.app.store.tables import MarkRow
from evoscope.app.store.views import EVERYONE

THRESHOLD, LOSS_TYPE, WAVES = "threshold", "loss_type", "waves"


def keep_marks(session: Session, series: str, reading: Reading) -> None:
    """Put a rater's marks on a series in the place of those that were there."""
    session.execute(
        delete(MarkRow).where(MarkRow.series_id == series, MarkRow.rater == reading.rater)
    )
    session.add_all(MarkRow(series_id=series, **row) for row in mark_rows(reading))


def mark_rows(reading: Reading) -> list[dict[str, Any]]:
    """What is kept of a reading: a row for the threshold, the loss type and all waves, if marked.

    A rater has a row where at least one mark stands: what was undone or released leaves none.

    Example:
        >>> mark_rows(Reading(rater="anna"))
        []
    """
    rows = []
    if (limit := reading.threshold) is not None:
        made = {"rater": limit.rater, "at": limit.at, "number": limit.number}
        rows.append({"what": THRESHOLD, "word": limit.status, "value_db": limit.value_db, **made})
    if (named := reading.loss_type) is not None:
        made = {"rater": named.rater, "at": named.at, "number": named.number}
        rows.append({"what": LOSS_TYPE, "word": named.value, "value_db": None, **made})
    if reading.waves:
        last = max(reading.waves, key=lambda mark: mark.number)
        made = {"rater": last.rater, "at": last.at, "number": last.number}
        rows.append({"what": WAVES, "word": "marked", "value_db": None, **made})
    return rows


def standing(what: str, rater: str | None) -> Subquery:
    """The mark that counts on each series: a rater's, the latest of anybody's, or none."""
    latest_first = (MarkRow.at.desc(), MarkRow.rater)
    place = func.row_number().over(partition_by=MarkRow.series_id, order_by=latest_first)
    marks = select(MarkRow, place.label("place")).where(MarkRow.what == what)
    if rater != EVERYONE:
        marks = marks.where(false() if rater is None else MarkRow.rater == rater)
    ranked = marks.subquery()
    return select(ranked).where(ranked.c.place == 1).subquery()


def threshold_mark(row: MarkRow | None) -> ThresholdMark | None:
    """Show a mark on a threshold."""
    if row is None:
        return None
    status = cast(ThresholdStatus, row.word)
    return ThresholdMark(
        rater=row.rater, at=row.at, number=row.number, status=status, value_db=row.value_db
    )


def loss_mark(row: MarkRow | None) -> LossMark | None:
    """Show a mark on a loss type."""
    if row is None:
        return None
    return LossMark(rater=row.rater, at=row.at, number=row.number, value=cast(LossName, row.word))
