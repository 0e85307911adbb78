"""What Alembic runs: every migration on the connection that the store hands it."""

from __future__ import annotations

from alembic import context

from evoscope.app.store.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",  # SQLite cannot alter most of a table
)
with context.begin_transaction():
    context.run_migrations()
