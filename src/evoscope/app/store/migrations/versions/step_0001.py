"""Uploads, series, findings and corrections; a correction that was made stays as it was made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(32), nullable=False)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "uploads",
        _id("id"),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("files", sa.Integer, nullable=False),
        sa.Column("pseudonymised", sa.Boolean, nullable=False),
        sa.Column("errors", sa.JSON, nullable=False),
        sa.Column("skipped", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
    )
    op.create_index("ix_uploads_created_at", "uploads", ["created_at"])
    op.create_table(
        "series",
        _id("id"),
        _id("upload_id"),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("ear", sa.String(16), nullable=False),
        sa.Column("species", sa.String(32), nullable=False),
        sa.Column("stimulus", sa.Text, nullable=False),
        sa.Column("recordings", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_series"),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name="fk_series_upload_id", ondelete="CASCADE"
        ),
    )
    for column in ("upload_id", "created_at", "subject"):
        op.create_index(f"ix_series_{column}", "series", [column])
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer, nullable=False),
        _id("series_id"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("analyzer", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("threshold_db", sa.Double),
        sa.Column("low_db", sa.Double),
        sa.Column("high_db", sa.Double),
        sa.Column("loss_type", sa.String(16), nullable=False),
        sa.Column("levels", sa.Integer, nullable=False),
        sa.Column("warnings", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
        sa.UniqueConstraint("series_id", "version", name="uq_findings_series_id"),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="fk_findings_series_id", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer, nullable=False),
        _id("series_id"),
        sa.Column("rater", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("findings_version", sa.Integer, nullable=False),
        sa.Column("act", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
        sa.UniqueConstraint("series_id", "rater", "number", name="uq_corrections_series_id"),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="fk_corrections_series_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_corrections_series_rater", "corrections", ["series_id", "rater"])
    _refuse_changes("corrections")
    _refuse_changes("findings")


def _refuse_changes(table: str) -> None:
    """Have the database itself refuse to change a row: what was said was said."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_stay BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} are added, never changed'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {table}_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{table} are added, never changed'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_stay BEFORE UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_stay()"
    )
