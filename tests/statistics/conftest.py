"""The hand-worked two years, played once per engine and read by many tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from assistant.db import Database
from assistant.staff.models import Account
from assistant.staff.roles import Role
from assistant.statistics.gathering import gather
from assistant.tables import metadata
from tests.cases.conftest import Staff
from tests.conftest import PostgresFarm
from tests.statistics.playing import Stage, moment, play

AFTER = moment("2027-02-01", "09:00")


def hire(database: Database) -> Staff:
    """One of each role, bound to no office."""

    def work(session: Session) -> Staff:
        names = {name: name for name in Staff.__annotations__}
        names |= {"colleague": "handler", "outsider": "handler"}
        accounts = {name: _account(name, Role(role)) for name, role in names.items()}
        session.add_all(accounts.values())
        session.flush()
        return Staff(**{name: account.actor for name, account in accounts.items()})

    return database.write(work)


def _account(name: str, role: Role) -> Account:
    return Account(
        username=name,
        display_name=name,
        role=role,
        password_hash="-",
        must_change_password=False,
        created_at=moment("2025-01-01", "09:00"),
    )


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def hand_worked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Both years of `hand_worked.yaml`, gathered; to be read only."""
    if request.param == "postgresql":
        farm: PostgresFarm = request.getfixturevalue("postgres")
        url = farm.new_database()
        database = Database(url)
    else:
        database = Database(f"sqlite:///{tmp_path_factory.mktemp('hand') / 'xunda.db'}")
        event.listen(database.engine, "connect", _skip_the_disk)
        with database.engine.execution_options(writes=True).begin() as connection:
            metadata.create_all(connection)
    stage = play(database, hire(database))
    database.write(lambda session: gather(session, AFTER))
    yield stage
    database.close()
    if request.param == "postgresql":
        farm.drop_database(url)


def _skip_the_disk(connection: object, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]
