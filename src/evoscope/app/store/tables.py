"""The tables of the store: uploads, series, versions of findings, corrections, and marks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ID_LENGTH = 32


class Moment(TypeDecorator[datetime]):
    """A time in UTC: SQLite forgets the zone of what it keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - its signature is given
        """Put the zone back."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """Base of every table; constraints have names, so that migrations can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UploadRow(Base):
    """Files that came together, and what became of those that could not be read."""

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    state: Mapped[str] = mapped_column(String(16))
    files: Mapped[int]
    pseudonymised: Mapped[bool]
    errors: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    skipped: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class SeriesRow(Base):
    """One ear, one stimulus, many levels: what it is, and its recordings as they were read."""

    __tablename__ = "series"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    upload_id: Mapped[str] = mapped_column(ForeignKey("uploads.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    name: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text, index=True)
    ear: Mapped[str] = mapped_column(String(16))
    species: Mapped[str] = mapped_column(String(32))
    stimulus: Mapped[str] = mapped_column(Text)
    recordings: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class FindingsRow(Base):
    """One analysis of a series; a later one is a row of its own."""

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("series_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[str] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    analyzer: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(16))
    threshold_db: Mapped[float | None]
    low_db: Mapped[float | None]
    high_db: Mapped[float | None]
    level_reference: Mapped[str] = mapped_column(String(16))
    loss_type: Mapped[str] = mapped_column(String(16))
    levels: Mapped[int]
    warnings: Mapped[int]
    document: Mapped[str] = mapped_column(Text, deferred=True)


class CorrectionRow(Base):
    """One thing a person did to a series: rows are added, never changed."""

    __tablename__ = "corrections"
    __table_args__ = (
        Index("ix_corrections_series_rater", "series_id", "rater"),
        UniqueConstraint("series_id", "rater", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[str] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    rater: Mapped[str] = mapped_column(Text)
    number: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)
    findings_version: Mapped[int]
    act: Mapped[dict[str, Any]] = mapped_column(JSON)


class MarkRow(Base):
    """A threshold or a loss type as a rater's acts leave it, or that marks of waves stand.

    The acts say it, too; here it stands so that lists can be sorted and filtered by it.
    """

    __tablename__ = "marks"

    series_id: Mapped[str] = mapped_column(
        ForeignKey("series.id", ondelete="CASCADE"), primary_key=True
    )
    rater: Mapped[str] = mapped_column(Text, primary_key=True)
    what: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    number: Mapped[int]
    word: Mapped[str] = mapped_column(String(16))
    value_db: Mapped[float | None]
