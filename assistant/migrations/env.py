"""Alembic's entry: run the steps on the database that was handed over."""

from __future__ import annotations

from alembic import context

from assistant.db import Database
from assistant.tables import metadata

database: Database = context.config.attributes["database"]

with database.migrating() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=database.is_sqlite,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
