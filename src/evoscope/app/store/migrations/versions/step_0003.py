"""What raters' acts leave of thresholds and loss types has rows, so that lists are sorted by it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

from evoscope.app.readings import reading_of
from evoscope.app.store.marks import mark_rows
from evoscope.app.store.rows import acts_of

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and fill it from the acts that are there."""
    marks = op.create_table(
        "marks",
        sa.Column("series_id", sa.String(32), nullable=False),
        sa.Column("rater", sa.Text, nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("word", sa.String(16), nullable=False),
        sa.Column("value_db", sa.Double),
        sa.PrimaryKeyConstraint("series_id", "rater", "what", name="pk_marks"),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name="fk_marks_series_id", ondelete="CASCADE"
        ),
    )
    connection = op.get_bind()
    pairs = connection.execute(sa.text("SELECT DISTINCT series_id, rater FROM corrections")).all()
    with Session(connection) as session:
        for series, rater in pairs:
            rows = mark_rows(reading_of(rater, acts_of(session, series, rater)))
            if rows:
                op.bulk_insert(marks, [{"series_id": series, **row} for row in rows])
