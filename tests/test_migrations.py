"""The schema's steps: they end where the program expects, can be taken back, and survive being killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, text
from sqlalchemy.exc import DBAPIError

from assistant import audit
from assistant.db import Database
from assistant.migrations import HERE, configuration, downgrade, is_current, migrate
from assistant.staff.roles import CITIZEN
from assistant.tables import metadata
from tests.conftest import PostgresFarm
from tests.fixtures_service import NOW


@pytest.fixture(params=["sqlite", "postgresql"])
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without a single table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'blank.db'}")
        yield database
        database.close()
        return
    farm: PostgresFarm = request.getfixturevalue("postgres")
    url = farm.new_database()
    database = Database(url)
    with database.migrating() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    yield database
    database.close()
    farm.drop_database(url)


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def triggers(database: Database) -> int:
    source = (
        "select count(*) from sqlite_master where type = 'trigger'"
        if database.is_sqlite
        else "select count(*) from pg_trigger where not tgisinternal"
    )
    with database.engine.connect() as connection:
        return int(connection.scalar(text(source)) or 0)


def differences(database: Database) -> list[object]:
    with database.engine.connect() as connection:
        options = {"compare_type": True, "render_as_batch": database.is_sqlite}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, metadata))


def revisions() -> list[str]:
    """Every step, the first one first."""
    steps = ScriptDirectory(str(HERE)).walk_revisions()
    return [step.revision for step in steps][::-1]


def test_head_equals_the_models(blank: Database) -> None:
    migrate(blank)
    assert differences(blank) == []
    assert tables(blank) == set(metadata.tables) | {"alembic_version"}


def test_difference_from_the_models_would_be_seen(blank: Database) -> None:
    """The comparison above is only worth something if it can fail."""
    migrate(blank)
    index = next(iter(metadata.tables["message"].indexes))
    with blank.migrating() as connection:
        connection.execute(text("ALTER TABLE notice ADD COLUMN surplus INTEGER"))
        connection.execute(text(f"DROP INDEX {index.name}"))
    assert len(differences(blank)) == 2


def test_constraints_equal_the_models(blank: Database) -> None:
    """Alembic compares neither checks nor foreign keys nor partial indexes: the databases do."""
    migrate(blank)
    migrated = _constraints(blank)
    downgrade(blank, "base")
    with blank.migrating() as connection:
        metadata.create_all(connection)
    assert migrated == _constraints(blank)


def _constraints(database: Database) -> dict[str, object]:
    inspector = inspect(database.engine)
    found: dict[str, object] = {}
    for table in sorted(metadata.tables):
        found[table] = {
            "checks": sorted(
                (str(check["name"]), "".join(str(check["sqltext"]).split()))
                for check in inspector.get_check_constraints(table)
            ),
            "uniques": sorted(
                (str(unique["name"]), tuple(unique["column_names"]))
                for unique in inspector.get_unique_constraints(table)
            ),
            "foreign": sorted(
                (tuple(key["constrained_columns"]), key["referred_table"])
                for key in inspector.get_foreign_keys(table)
            ),
            "indexes": sorted(
                (str(index["name"]), tuple(index["column_names"]), bool(index["unique"]))
                for index in inspector.get_indexes(table)
            ),
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"])
                for column in inspector.get_columns(table)
            },
        }
    return found


def test_audit_log_is_append_only_after_migrating(blank: Database) -> None:
    migrate(blank)
    blank.write(lambda s: audit.append(s, "case", 1, "open", CITIZEN, NOW))
    with blank.reading() as session:
        assert audit.verify(session) is None
    refused = ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event"]
    if blank.is_sqlite:
        refused.append("INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event")
    for statement in refused:
        with pytest.raises(DBAPIError, match="append-only"), blank.migrating() as connection:
            connection.execute(text(statement))


def test_downgrade_to_nothing_and_up_again(blank: Database) -> None:
    migrate(blank)
    downgrade(blank, "base")
    assert tables(blank) <= {"alembic_version"}
    assert triggers(blank) == 0
    assert not is_current(blank)
    migrate(blank)
    assert differences(blank) == []
    assert is_current(blank)


def test_every_single_step_can_be_taken_back(blank: Database) -> None:
    for revision in revisions():
        migrate(blank, revision)
        before = tables(blank)
        downgrade(blank, "-1")
        migrate(blank, revision)
        assert tables(blank) == before
    assert is_current(blank)


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory(str(HERE)).get_heads()) == 1


def test_migrating_twice_changes_nothing(blank: Database) -> None:
    migrate(blank)
    blank.write(lambda s: audit.append(s, "case", 1, "open", CITIZEN, NOW))
    migrate(blank)
    with blank.reading() as session:
        assert len(audit.events_of(session, "case", 1)) == 1


class Killed(Exception):
    """Stands for the process ending in the middle of a step."""


@pytest.mark.parametrize("after", [1, 9])
def test_killed_migration_leaves_nothing_and_can_be_run_again(blank: Database, after: int) -> None:
    seen = 0

    def die(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal seen
        seen += statement.lstrip().upper().startswith("CREATE TABLE")
        if seen > after:
            raise Killed

    event.listen(blank.engine, "before_cursor_execute", die)
    with pytest.raises(Killed):
        migrate(blank)
    event.remove(blank.engine, "before_cursor_execute", die)
    assert tables(blank) <= {"alembic_version"}
    assert not is_current(blank)
    migrate(blank)
    assert is_current(blank)
    assert differences(blank) == []


def test_unmigrated_database_is_not_current(blank: Database) -> None:
    assert not is_current(blank)


def test_database_of_a_later_program_is_not_current(blank: Database) -> None:
    migrate(blank)
    with blank.migrating() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not is_current(blank)


def test_steps_can_be_read_offline_by_name() -> None:
    """Every step says what it does: `xunda migrate` logs it, and a colleague reads it."""
    for step in ScriptDirectory(str(HERE)).walk_revisions():
        assert step.doc.strip()


def test_configuration_needs_no_file(blank: Database) -> None:
    config = configuration(blank)
    assert config.config_file_name is None
    command.upgrade(config, "head")
    assert is_current(blank)
