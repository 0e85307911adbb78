"""Marks of waves have a row, too: lists name who corrected a series and did not take it back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

from evoscope.app.readings import reading_of
from evoscope.app.store.marks import keep_marks
from evoscope.app.store.rows import acts_of

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep every rater's marks again, from the acts that are there."""
    connection = op.get_bind()
    pairs = connection.execute(sa.text("SELECT DISTINCT series_id, rater FROM corrections")).all()
    with Session(connection) as session:
        for series, rater in pairs:
            keep_marks(session, series, reading_of(rater, acts_of(session, series, rater)))
        session.flush()
