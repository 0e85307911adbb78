"""Findings say in a column what their levels refer to, so that a list can; read from the whole."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and fill it from the findings that are there."""
    # The default is of this step alone: every findings that are added later say it.
    column = sa.Column("level_reference", sa.String(16), nullable=False, server_default="unknown")
    op.add_column("findings", column)
    connection = op.get_bind()
    _let_change(connection)
    rows = connection.execute(sa.text("SELECT id FROM findings")).scalars().all()
    for row in rows:  # one by one: a document holds every trace of a series
        found = {"id": row}
        text = connection.execute(sa.text("SELECT document FROM findings WHERE id = :id"), found)
        stated = json.loads(text.scalar_one())["threshold"]["level_reference"]
        connection.execute(
            sa.text("UPDATE findings SET level_reference = :stated WHERE id = :id"),
            {**found, "stated": stated},
        )
    _refuse_changes(connection)


def _let_change(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        op.execute("DROP TRIGGER findings_stay")
    else:
        op.execute("ALTER TABLE findings DISABLE TRIGGER findings_stay")


def _refuse_changes(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER findings_stay BEFORE UPDATE ON findings "
            "BEGIN SELECT RAISE(ABORT, 'findings are added, never changed'); END"
        )
    else:
        op.execute("ALTER TABLE findings ENABLE TRIGGER findings_stay")
