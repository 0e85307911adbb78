"""The store: what was uploaded, found and corrected; nothing in it is ever overwritten."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from evoscope.abr.findings import Findings
from evoscope.app.readings import Act, Acted, Reading, reading_of
from evoscope.app.store.engine import open_database
from evoscope.app.store.errors import MissingError
from evoscope.app.store.marks import keep_marks
from evoscope.app.store.rows import (
    ACT,
    acts_of,
    findings_row,
    now,
    readings_of,
    series_row,
    upload_view,
    version_view,
)
from evoscope.app.store.search import found, ids_found, raters_of, summary_of
from evoscope.app.store.tables import CorrectionRow, FindingsRow, MarkRow, SeriesRow, UploadRow
from evoscope.app.store.views import SeriesPage, SeriesQuery, SeriesView, UploadView

RUNNING, DONE, FAILED, INTERRUPTED = "running", "done", "failed", "interrupted"
_TRIES = 5
Result = TypeVar("Result")


@dataclass(frozen=True)
class NewSeries:
    """A series as a worker hands it over: its findings, and its recordings as bytes."""

    findings: Findings
    recordings: bytes = field(repr=False)


class Store:
    """What is kept between requests and between starts.

    Args:
        url: SQLAlchemy URL of an SQLite or PostgreSQL database.

    Raises:
        StoreError: it cannot be opened.
    """

    def __init__(self, url: str) -> None:
        self.engine: Engine = open_database(url)
        self._writing = threading.Lock()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def mark_interrupted(self) -> int:
        """Say of uploads whose server was ended that they were interrupted; return how many."""
        with self._writing, Session(self.engine) as session, session.begin():
            change = update(UploadRow).where(UploadRow.state == RUNNING)
            rows = session.execute(change.values(state=INTERRUPTED).returning(UploadRow.id))
            return len(rows.all())

    def begin_upload(self, *, files: int, pseudonymised: bool) -> str:
        """Note that files came; return the upload's id."""
        row = UploadRow(
            id=_new_id(),
            created_at=now(),
            state=RUNNING,
            files=files,
            pseudonymised=pseudonymised,
            errors=[],
            skipped=[],
        )
        with self._writing, Session(self.engine) as session, session.begin():
            session.add(row)
            return row.id

    def end_upload(
        self,
        upload: str,
        *,
        series: Sequence[NewSeries] = (),
        errors: Sequence[dict[str, Any]] = (),
        skipped: Sequence[dict[str, Any]] = (),
        options: dict[str, Any] | None = None,
        state: str = DONE,
    ) -> list[str]:
        """Keep what was found in an upload; return the ids of its series, in order.

        Raises:
            MissingError: the upload was deleted meanwhile.
        """
        ids = [_new_id() for _ in series]
        with self._writing, Session(self.engine) as session, session.begin():
            row = session.get(UploadRow, upload)
            if row is None:
                raise MissingError("upload")
            row.state, row.errors, row.skipped = state, list(errors), list(skipped)
            for position, (identity, one) in enumerate(zip(ids, series, strict=True)):
                session.add(series_row(identity, upload, position, one.findings, one.recordings))
                session.flush()
                session.add(findings_row(identity, 1, one.findings, options or {}))
        return ids

    def uploads(self, *, limit: int = 100) -> list[UploadView]:
        """The latest uploads, newest first."""
        with Session(self.engine) as session:
            rows = session.scalars(
                select(UploadRow).order_by(UploadRow.created_at.desc()).limit(limit)
            )
            return [upload_view(session, row) for row in rows]

    def upload(self, upload: str) -> UploadView:
        """One upload.

        Raises:
            MissingError: no such upload.
        """
        with Session(self.engine) as session:
            row = session.get(UploadRow, upload)
            if row is None:
                raise MissingError("upload")
            return upload_view(session, row)

    def delete_upload(self, upload: str) -> None:
        """Forget an upload, its series, their findings and everything that was corrected there.

        Raises:
            MissingError: no such upload.
        """
        self._delete(UploadRow, upload, "upload")

    def delete_series(self, series: str) -> None:
        """Forget a series, its findings and its corrections.

        Raises:
            MissingError: no such series.
        """
        self._delete(SeriesRow, series, "series")

    def search(self, query: SeriesQuery) -> SeriesPage:
        """Series that fit, a page of them."""
        with Session(self.engine) as session:
            return found(session, query)

    def ids(self, query: SeriesQuery) -> list[str]:
        """The ids of all series that fit, earliest upload first."""
        with Session(self.engine) as session:
            return ids_found(session, query)

    def series(self, series: str, *, version: int | None = None) -> SeriesView:
        """A series with its findings: the latest, or those of a version.

        Raises:
            MissingError: no such series or version.
        """
        with Session(self.engine) as session:
            row = session.get(SeriesRow, series)
            if row is None:
                raise MissingError("series")
            versions = session.scalars(
                select(FindingsRow)
                .where(FindingsRow.series_id == series)
                .order_by(FindingsRow.version)
            ).all()
            chosen = versions[-1].version if version is None else version
            if chosen not in {one.version for one in versions}:
                raise MissingError("version")
            document = session.scalars(
                select(FindingsRow.document).where(
                    FindingsRow.series_id == series, FindingsRow.version == chosen
                )
            ).one()
            raters = raters_of(session, [series])
            return SeriesView(
                summary=summary_of(row, versions[-1], raters.get(series, ())),
                version=chosen,
                versions=tuple(version_view(one) for one in versions),
                findings=document,
                readings=tuple(readings_of(session, series)),
            )

    def recordings(self, series: str) -> bytes:
        """The recordings of a series, as they were handed over.

        Raises:
            MissingError: no such series.
        """
        with Session(self.engine) as session:
            row = session.get(SeriesRow, series, options=[undefer(SeriesRow.recordings)])
            if row is None:
                raise MissingError("series")
            return row.recordings

    def add_findings(self, series: str, findings: Findings, options: dict[str, Any]) -> int:
        """Keep a further analysis beside the earlier ones; return its version.

        Raises:
            MissingError: the series was deleted meanwhile.
        """

        def add(session: Session) -> int:
            if session.get(SeriesRow, series) is None:
                raise MissingError("series")
            latest = select(func.max(FindingsRow.version)).where(FindingsRow.series_id == series)
            version = (session.scalar(latest) or 0) + 1
            session.add(findings_row(series, version, findings, options))
            return version

        return self._numbered(add)

    def act(self, series: str, rater: str, act: Act) -> Reading:
        """Add an act; return what the rater says now.

        Raises:
            MissingError: no such series.
            NothingToTakeBackError: an undo or redo with nothing before it; nothing is kept.
        """

        def add(session: Session) -> Reading:
            if session.get(SeriesRow, series) is None:
                raise MissingError("series")
            acted = acts_of(session, series, rater)
            new = Acted(acted[-1].number + 1 if acted else 1, now(), act)
            reading = reading_of(rater, [*acted, new])
            version = select(func.max(FindingsRow.version)).where(FindingsRow.series_id == series)
            session.add(
                CorrectionRow(
                    series_id=series,
                    rater=rater,
                    number=new.number,
                    created_at=new.at,
                    findings_version=session.scalar(version) or 1,
                    act=ACT.dump_python(act, mode="json"),
                )
            )
            keep_marks(session, series, reading)
            return reading

        return self._numbered(add)

    def acts(self, series: str, rater: str) -> list[Acted]:
        """Everything a rater did to a series, in order.

        Raises:
            MissingError: no such series.
        """
        with Session(self.engine) as session:
            if session.get(SeriesRow, series) is None:
                raise MissingError("series")
            return acts_of(session, series, rater)

    def reading(self, series: str, rater: str) -> Reading:
        """What a rater says of a series.

        Raises:
            MissingError: no such series.
        """
        return reading_of(rater, self.acts(series, rater))

    def raters(self) -> list[str]:
        """Everyone who corrected anything and did not take all of it back, by name."""
        with Session(self.engine) as session:
            return list(session.scalars(select(MarkRow.rater).distinct().order_by(MarkRow.rater)))

    def _delete(self, table: type[UploadRow | SeriesRow], identity: str, what: str) -> None:
        with self._writing, Session(self.engine) as session, session.begin():
            rows = session.execute(
                delete(table).where(table.id == identity).returning(table.id)
            ).all()
        if not rows:
            raise MissingError(what)

    def _numbered(self, add: Callable[[Session], Result]) -> Result:
        """Add a row with the next number; another server may take the number first."""
        for left in reversed(range(_TRIES)):
            try:
                with self._writing, Session(self.engine) as session, session.begin():
                    return add(session)
            except IntegrityError:
                if not left:
                    raise
        raise AssertionError("unreachable")


def _new_id() -> str:
    return uuid.uuid4().hex
