"""What Alembic runs: every migration on the connection that the store hands it."""

from __future__ import annotations

from alembic import context

from evoscope.app.store.tables import Base


def migrate() -> None:
    """Run the migrations that are asked for."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",  # SQLite cannot alter most of a table
    )
    with context.begin_transaction():
        context.run_migrations()


# Alembic runs this file by importing it; whoever else imports it has nothing to migrate.
if hasattr(context, "config"):
    migrate()
