"""`xunda report` in a real process: the contract of design.md §7, and files as they were published."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.db import Database
from assistant.staff.accounts import create_account
from assistant.staff.passwords import PasswordHash
from assistant.staff.roles import SYSTEM, Actor, Role
from assistant.statistics.models import ReportFile
from assistant.statistics.reports import life, publishing
from assistant.statistics.reports.kinds import Format, ReportKind
from assistant.statistics.reports.opening import enter_opening
from assistant.statistics.reports.template import load_template
from tests.fixtures_service import Prepared
from tests.statistics.reports.conftest import BUREAU, NOW, PERSON, QUARTERS
from tests.test_cli import sentence_of, xunda


@pytest.fixture
def data_dir(prepared: Prepared, tmp_path: Path) -> Path:
    return prepared.copy_to(tmp_path).data_dir


def published_quarter(session: Session) -> int:
    """One application of January, and the first quarter's report with it."""

    def hire(name: str, role: Role) -> Actor:
        return create_account(session, SYSTEM, name, name, role, PasswordHash("x"), NOW).actor

    publisher, signer = hire("publisher", Role.PUBLISHER), hire("signer", Role.SIGNER)
    enter_opening(session, publisher, date(2026, 1, 5), "received", PERSON, 4, "2026年台账", NOW)
    report = life.draft(session, publisher, ReportKind.QUARTERLY, QUARTERS[0], BUREAU, NOW)
    life.sign_off(session, signer, report.id, report.data_hash, NOW)
    prepared = publishing.prepare(session, publisher, report.id, NOW)
    return publishing.publish(session, publisher, prepared, NOW).id


def test_annual_prints_25_rows_of_seven_numbers(data_dir: Path) -> None:
    done = xunda("report", "annual", "--year", "2026", "--json", data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    rows = load_template("annual-2021-30").applications.rows
    assert [(row["key"], row["label"]) for row in told["rows"]] == [
        (row.key, row.label) for row in rows
    ]
    assert [row["values"] for row in told["rows"]] == [[0] * 7] * 25
    assert told["published"] is None


@pytest.mark.usefixtures("without_pdf")
def test_quarterly_and_the_files_of_a_published_one(data_dir: Path, tmp_path: Path) -> None:
    database = Database(Prepared(data_dir).settings.url)
    report_id = database.write(published_quarter)
    with database.reading() as session:
        stored = {file.format: file.content for file in session.scalars(select(ReportFile))}
    database.close()

    done = xunda(
        "report", "quarterly", "--year", "2026", "--quarter", "1", "--json", data_dir=data_dir
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["rows"][0]["values"] == [4, 0, 0, 0, 0, 0, 4]
    assert told["rows"][24]["values"] == [4, 0, 0, 0, 0, 0, 4]
    assert told["violations"] == []
    assert told["published"]["number"] == "政务公开季报〔2027〕1号"

    folder = tmp_path / "out"
    done = xunda("report", "files", "--id", str(report_id), str(folder), data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    written = {path.suffix[1:]: path.read_bytes() for path in folder.iterdir()}
    assert written == stored
    assert set(written) == {one.value for one in Format if one is not Format.PDF}
    assert hashlib.sha256(written["docx"]).hexdigest() in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("annual", "--year", "1999"), "年份"),
        (("quarterly", "--year", "2026", "--quarter", "5"), "季度"),
        (("files", "--id", "77", "out"), "没有找到"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(
    data_dir: Path, arguments: tuple[str, ...], told: str
) -> None:
    assert told in sentence_of(xunda("report", *arguments, data_dir=data_dir))


def test_table_for_people(data_dir: Path) -> None:
    done = xunda("report", "annual", "--year", "2026", data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    assert "四、结转下年度继续办理" in done.stdout
