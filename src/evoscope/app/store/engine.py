"""The database behind the store: SQLite that survives a kill, or PostgreSQL; migrated at start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from evoscope.app.store.beginning import begin
from evoscope.app.store.errors import StoreError

HEAD = "0004"
"""The revision of the tables that this version works with."""
DIALECTS = ("sqlite", "postgresql")


def open_database(url: str) -> Engine:
    """Connect, and bring the tables to this version.

    Raises:
        StoreError: no such database, one that cannot be reached, or one of a later version. The
            message has no password.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in DIALECTS:
            raise StoreError(
                f"The database should be one of {', '.join(DIALECTS)}. "
                f"Found {parsed.get_backend_name()!r}."
            )
        engine = create_engine(parsed, pool_pre_ping=True, **_options(parsed.get_backend_name()))
    except (ArgumentError, NoSuchModuleError) as error:
        raise StoreError(
            "The database should be an SQLAlchemy URL, such as "
            f"postgresql+psycopg://user@host/name. Found {type(error).__name__}."
        ) from None
    except ModuleNotFoundError as error:
        raise StoreError(
            f"The database needs the package {error.name}. Found none. "
            "Install the extra: pip install 'evoscope[postgres]'"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_settings)
    try:
        _migrate(engine)
    except DBAPIError as error:
        engine.dispose()
        raise StoreError(
            f"The database {parsed.render_as_string(hide_password=True)} should answer. "
            f"Found {type(error.orig).__name__}. Check that it runs, the name and the password."
        ) from None
    except BaseException:
        engine.dispose()
        raise
    return engine


def revision_of(engine: Engine) -> str | None:
    """Return the revision of the tables, ``None`` where there are none."""
    with engine.connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _migrate(engine: Engine) -> None:
    if revision_of(engine) == HEAD:  # as nearly always: without a lock
        return
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            # Its driver begins nothing before a change of tables: a step that fails half-way, or a
            # second server that starts at once, would leave tables that no step expects.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        found = _revision(connection)  # now that nobody else can change it
        if found is None:
            begin(connection, HEAD)
        elif found != HEAD:
            _upgrade(connection, found)


def _upgrade(connection: Connection, found: str) -> None:
    # Imported where earlier tables are found: it takes a tenth of a server's start.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise StoreError(
            f"The database should be of this version of Evoscope, or older. Found {found}. "
            "Start the version that made it, or name another database."
        ) from None


def _options(dialect: str) -> dict[str, Any]:
    # A locked SQLite file is waited for: writers take turns.
    return {"connect_args": {"timeout": 15}} if dialect == "sqlite" else {"pool_size": 8}


def _sqlite_settings(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # a correction survives a power cut
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
