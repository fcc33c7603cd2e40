"""The database's schema, step by step (Alembic). Alembic itself is imported only to take a step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from assistant.db import Database

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).resolve().parent
# The newest step. Stated here so that starting the service need not load Alembic; a test holds it true.
HEAD = "0005"


def configuration(database: Database) -> Config:
    """Alembic's configuration without a file: where the steps are, and the open database."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["database"] = database
    return config


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the schema up to `revision`, in one transaction: a killed run can simply be repeated."""
    from alembic import command

    command.upgrade(configuration(database), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to `revision`."""
    from alembic import command

    command.downgrade(configuration(database), revision)


def is_current(database: Database) -> bool:
    """Whether the schema is the one this program expects."""
    try:
        with database.engine.connect() as connection:
            found = connection.scalar(text("select version_num from alembic_version"))
    except DBAPIError:  # no such table: nothing has been migrated yet
        return False
    return bool(found == HEAD)
