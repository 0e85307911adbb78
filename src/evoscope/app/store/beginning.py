"""An empty database gets today's tables at once; only one with earlier tables is migrated."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table

from evoscope.app.store.tables import Base

STAY = ("corrections", "findings")
"""Tables whose rows are added, never changed; the database itself refuses it."""

_REFUSALS = {
    "sqlite": (
        "CREATE TRIGGER {table}_stay BEFORE UPDATE ON {table} "
        "BEGIN SELECT RAISE(ABORT, '{table} are added, never changed'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION {table}_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '{table} are added, never changed'; END $$",
        "CREATE TRIGGER {table}_stay BEFORE UPDATE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION {table}_stay()",
    ),
}


def begin(connection: Connection, revision: str) -> None:
    """Make every table as the code has it, and note the revision that they are of.

    What all migrations would make one after another, without importing what runs them.

    Args:
        connection: to a database without tables of this program, in a transaction.
        revision: the latest.
    """
    Base.metadata.create_all(connection, checkfirst=False)  # a table that is there is not ours
    for table in STAY:
        for statement in _REFUSALS[connection.dialect.name]:
            connection.exec_driver_sql(statement.format(table=table))
    # As Alembic makes it: a later version migrates from here.
    versions = Table(
        "alembic_version",
        MetaData(),
        Column("version_num", String(32), nullable=False),
        PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
    )
    versions.create(connection)
    connection.execute(versions.insert().values(version_num=revision))
