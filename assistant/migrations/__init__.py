"""The database's schema, step by step (Alembic)."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from assistant.db import Database

HERE = Path(__file__).resolve().parent


def configuration(database: Database) -> Config:
    """Alembic's configuration without a file: where the steps are, and the open database."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["database"] = database
    return config


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the schema up to `revision`; a step is a transaction, so a killed one can be run again."""
    command.upgrade(configuration(database), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to `revision`."""
    command.downgrade(configuration(database), revision)


def is_current(database: Database) -> bool:
    """Whether the schema is the one this program expects."""
    head = ScriptDirectory(str(HERE)).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
