"""`xunda` as its users meet it: exit codes, one plain sentence, and the JSON contracts, in a real process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli import app
from assistant import audit
from assistant.db import Database
from assistant.settings import PROJECT_DIR, inherited_environment
from assistant.staff.roles import SYSTEM
from tests.fixtures_service import NOW, Prepared

XUNDA = Path(sys.executable).with_name("xunda")
CONTRACT = {"text", "outcome", "reason", "answer_id", "reply", "sources", "candidates", "case"}
OUTCOMES = {
    "answered",
    "clarification",
    "smalltalk",
    "out_of_scope",
    "handover",
    "unanswerable",
    "error",
}


def xunda(
    *arguments: str, data_dir: Path, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the installed command on a data directory of its own."""
    return subprocess.run(
        [str(XUNDA), *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        cwd=PROJECT_DIR,
        env={
            **inherited_environment(),
            "XUNDA_DATA_DIR": str(data_dir),
            "NO_COLOR": "1",
            "COLUMNS": "400",
            **environment,
        },
    )


def sentence_of(done: subprocess.CompletedProcess[str]) -> str:
    """What a refused command says: one plain sentence, and no traceback."""
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("✗")]
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.fixture(scope="module")
def copied(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared data directory of this module's own; no classifier in it."""
    return prepared.copy_to(tmp_path_factory.mktemp("cli")).data_dir


@pytest.fixture(scope="module")
def answers(copied: Path) -> list[dict[str, Any]]:
    """One dry run over good lines, bad lines and a conversation; starting costs seconds, so it is shared."""
    lines = [
        '{"text": "取水许可要哪些材料", "conversation": "c1"}',
        '{"text": "那要几天", "conversation": "c1"}',
        '{"text": "那要几天", "conversation": "c2"}',
        "not json",
        '["a", "list"]',
        '{"nothing": 1}',
        '{"text": 5}',
        '{"text": ""}',
        json.dumps({"text": "水" * 501}, ensure_ascii=False),
        "[" * 100_000,
        '{"text": "我的手机13800001357，采伐证怎么办"}',
        '{"text": "山上起火了！"}',
        '{"text": "\\ud800取水许可怎么办"}',
        "",
        '{"text": "取水许可收费吗", "conversation": {"odd": [1]}}',
    ]
    done = xunda("ask", "--json", "--dry-run", data_dir=copied, stdin="\n".join(lines) + "\n")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_line_but_the_empty_one_is_answered(answers: list[dict[str, Any]]) -> None:
    assert len(answers) == 14
    assert all(set(answer) == CONTRACT for answer in answers)
    assert {answer["outcome"] for answer in answers} <= OUTCOMES


def test_answer_keeps_the_contract(answers: list[dict[str, Any]]) -> None:
    answer = answers[0]
    assert answer["text"] == "取水许可要哪些材料"
    assert (answer["outcome"], answer["answer_id"]) == ("answered", "service.water_permit")
    assert "材料" in answer["reply"]
    assert any("水法" in source for source in answer["sources"])
    assert answer["case"] is None
    for candidate in answer["candidates"]:
        assert set(candidate) == {"id", "title", "score"}


def test_conversation_is_remembered_by_its_name(answers: list[dict[str, Any]]) -> None:
    assert answers[1]["answer_id"] == "service.water_permit"
    assert "时限" in answers[1]["reply"]
    assert answers[2]["answer_id"] != "service.water_permit"


@pytest.mark.parametrize("place", range(3, 10))
def test_bad_line_is_answered_as_an_error(answers: list[dict[str, Any]], place: int) -> None:
    answer = answers[place]
    assert answer["outcome"] == "error"
    assert answer["reason"] == "invalid"
    assert answer["reply"]
    assert answer["case"] is None


def test_personal_data_are_masked_in_the_echo(answers: list[dict[str, Any]]) -> None:
    assert "13800001357" not in json.dumps(answers[10], ensure_ascii=False)


def test_danger_gets_its_number(answers: list[dict[str, Any]]) -> None:
    assert (answers[11]["outcome"], answers[11]["reason"]) == ("handover", "emergency")
    assert "119" in answers[11]["reply"]


def test_lone_surrogate_is_no_crash(answers: list[dict[str, Any]]) -> None:
    assert answers[12]["answer_id"] == "service.water_permit"
    assert answers[12]["text"] == "取水许可怎么办"


def test_conversation_may_be_named_by_anything(answers: list[dict[str, Any]]) -> None:
    assert answers[13]["answer_id"] == "service.water_permit"


def messages_in(data_dir: Path) -> int:
    from sqlalchemy import func, select

    from assistant.conversation.models import Message
    from assistant.db import Database

    database = Database(f"sqlite:///{data_dir / 'xunda.db'}")
    with database.reading() as session:
        count = session.scalar(select(func.count()).select_from(Message)) or 0
    database.close()
    return count


def test_dry_run_stores_nothing(answers: list[dict[str, Any]], prepared: Prepared) -> None:
    assert messages_in(prepared.data_dir) == 0


def test_asking_stores_every_turn(prepared: Prepared, tmp_path: Path) -> None:
    data_dir = prepared.copy_to(tmp_path).data_dir
    lines = (
        '{"text": "取水许可", "conversation": "a"}\n{"text": "要几天", "conversation": "a"}\nbad\n'
    )
    done = xunda("ask", "--json", data_dir=data_dir, stdin=lines)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["outcome"] for answer in answers] == ["answered", "answered", "error"]
    assert messages_in(data_dir) == 2


def test_one_question_as_an_argument_gives_the_reply(copied: Path) -> None:
    done = xunda("ask", "--dry-run", "取水许可收费吗", data_dir=copied)
    assert done.returncode == 0
    assert "收费" in done.stdout
    assert not done.stdout.lstrip().startswith("{")


def test_asking_before_anything_is_imported_is_one_sentence(tmp_path: Path) -> None:
    assert xunda("migrate", data_dir=tmp_path).returncode == 0
    done = xunda("ask", "--json", data_dir=tmp_path, stdin='{"text": "您好"}\n')
    assert "import" in sentence_of(done)
    assert done.stdout == ""


def test_asking_before_anything_is_migrated_is_one_sentence(tmp_path: Path) -> None:
    done = xunda("ask", "--json", data_dir=tmp_path, stdin='{"text": "您好"}\n')
    assert "migrate" in sentence_of(done)


def test_due_counts_and_explains(tmp_path: Path) -> None:
    done = xunda("due", "--kind", "disclosure.reply", "--received", "2026-12-04", data_dir=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["due_on"] > "2026-12-31"
    assert isinstance(told["provisional"], bool)
    assert len(told["days"]) >= 20
    assert all(isinstance(day, dict) for day in told["days"])


# domain.md §3.3: received, then the ends of 5, 7, 15, 20 and 40 working days.
DUE_KINDS = (
    "licence.correction",
    "disclosure.correction_notice",
    "disclosure.third_party",
    "disclosure.reply",
)
DUE_VECTORS = (
    "2026-02-12→02-26/02-28/03-11/03-18/04-16",
    "2026-02-14→02-28/03-03/03-13/03-20/04-20",
    "2026-04-27→05-07/05-09/05-20/05-27/06-25",
    "2026-09-19→09-24/09-29/10-15/10-22/11-19",
    "2026-09-28→10-10/10-13/10-23/10-30/11-27",
)


@pytest.mark.parametrize("vector", DUE_VECTORS)
def test_due_gives_the_vectors_of_the_domain_reference(vector: str) -> None:
    received, _, ends = vector.partition("→")
    *within, extended = (f"2026-{day}" for day in ends.split("/"))
    assert [told_due(kind, received) for kind in DUE_KINDS] == [(day, False) for day in within]
    # An extension of 20 working days counts on from the first end.
    assert told_due("disclosure.extension", within[-1]) == (extended, False)


def test_due_crosses_into_the_unannounced_year_where_the_reference_says_so() -> None:
    assert told_due("disclosure.reply", "2026-12-03") == ("2026-12-31", False)
    assert told_due("disclosure.reply", "2026-12-04") == ("2027-01-04", True)


def told_due(kind: str, received: str) -> tuple[str, bool]:
    """What `xunda due` prints, asked in this process: two dozen starts of another would take a minute."""
    done = CliRunner().invoke(app, ["due", "--kind", kind, "--received", received])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    return told["due_on"], told["provisional"]


def test_due_is_settled_where_the_calendar_is_published(tmp_path: Path) -> None:
    done = xunda("due", "--kind", "disclosure.reply", "--received", "2026-03-02", data_dir=tmp_path)
    told = json.loads(done.stdout)
    assert (told["due_on"], told["provisional"]) == ("2026-03-30", False)


@pytest.mark.parametrize("received", ["2026-13-01", "yesterday", "04/12/2026", "2026-02-30", ""])
def test_due_of_a_wrong_date_is_one_sentence(tmp_path: Path, received: str) -> None:
    done = xunda("due", "--kind", "disclosure.reply", "--received", received, data_dir=tmp_path)
    assert "2026-12-04" in sentence_of(done)
    assert done.stdout == ""


def test_due_of_an_unknown_kind_is_one_sentence(tmp_path: Path) -> None:
    done = xunda("due", "--kind", "no.such", "--received", "2026-12-04", data_dir=tmp_path)
    sentence_of(done)
    assert done.stdout == ""


def test_migrate_twice_is_well(tmp_path: Path) -> None:
    first = xunda("migrate", data_dir=tmp_path)
    again = xunda("migrate", data_dir=tmp_path)
    assert (first.returncode, again.returncode) == (0, 0)
    assert "已更新" in first.stderr
    assert "已是最新" in again.stderr


def test_export_writes_the_shipped_files(copied: Path, tmp_path: Path) -> None:
    done = xunda("knowledge", "export", str(tmp_path / "out"), data_dir=copied)
    assert done.returncode == 0, done.stderr
    for name in ("responses/phrases.yml", "responses/bureau.yml", "nlu_data/aspects.yml"):
        assert (tmp_path / "out" / name).read_bytes() == (PROJECT_DIR / name).read_bytes()


def test_import_of_bad_knowledge_names_file_and_record(copied: Path, tmp_path: Path) -> None:
    (tmp_path / "responses").mkdir()
    (tmp_path / "responses" / "odd.yml").write_text("records:\n  - id: a.b\n    kind: answer\n")
    said = sentence_of(xunda("knowledge", "import", str(tmp_path), data_dir=copied))
    assert "odd.yml" in said
    assert "a.b" in said


@pytest.mark.parametrize("name", ["empty", "missing"])
def test_import_of_nothing_is_one_sentence(copied: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    sentence_of(xunda("knowledge", "import", str(tmp_path / name), data_dir=copied))


def test_audit_of_an_untouched_log_is_well(copied: Path) -> None:
    done = xunda("audit", "verify", data_dir=copied)
    assert done.returncode == 0
    assert "完整" in done.stderr


def test_audit_names_the_first_broken_entry(prepared: Prepared, tmp_path: Path) -> None:
    import pysqlite3

    data_dir = prepared.copy_to(tmp_path).data_dir
    connection = pysqlite3.connect(str(data_dir / "xunda.db"))
    connection.execute("UPDATE audit_head SET seq = 3, hash = 'x'")
    connection.commit()
    connection.close()
    assert "第 1 条" in sentence_of(xunda("audit", "verify", data_dir=data_dir))


def test_audit_names_the_first_of_several_broken_entries(
    prepared: Prepared, tmp_path: Path
) -> None:
    import pysqlite3

    data_dir = prepared.copy_to(tmp_path).data_dir
    database = Database(f"sqlite:///{data_dir / 'xunda.db'}")
    for number in range(5):
        database.write(lambda s, n=number: audit.append(s, "case", n, "open", SYSTEM, NOW))
    database.close()
    connection = pysqlite3.connect(str(data_dir / "xunda.db"))
    [last] = connection.execute("SELECT max(seq) FROM audit_event").fetchone()
    connection.execute("DROP TRIGGER audit_event_no_update")
    connection.execute(f"UPDATE audit_event SET action = 'close' WHERE seq >= {last - 2}")
    connection.commit()
    connection.close()
    assert f"第 {last - 2} 条" in sentence_of(xunda("audit", "verify", data_dir=data_dir))


def test_doctor_finds_a_prepared_machine_fit(copied: Path) -> None:
    done = xunda("doctor", data_dir=copied)
    assert done.returncode == 0, done.stderr
    assert "✗ 分类器" in done.stderr  # missing and said, but no reason not to run


def test_doctor_finds_an_empty_database_unfit(tmp_path: Path) -> None:
    done = xunda("doctor", data_dir=tmp_path)
    assert done.returncode == 1
    assert "migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_finds_a_damaged_database_and_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "xunda.db").write_bytes(b"damaged" * 5000)
    done = xunda("doctor", data_dir=tmp_path)
    assert done.returncode == 1
    assert "备份" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("migrate",),
        ("audit", "verify"),
        ("knowledge", "export", "out"),
        ("ask", "--json"),
        ("train",),
    ],
)
def test_damaged_database_is_one_sentence(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "xunda.db").write_bytes(b"damaged" * 5000)
    sentence_of(xunda(*arguments, data_dir=tmp_path, stdin='{"text": "您好"}\n'))


def test_unreachable_database_server_is_one_sentence(tmp_path: Path) -> None:
    url = "postgresql://xunda:secret@127.0.0.1:1/xunda"
    said = sentence_of(xunda("migrate", data_dir=tmp_path, XUNDA_DATABASE_URL=url))
    assert "secret" not in said


def test_settings_hide_the_password(tmp_path: Path) -> None:
    url = "postgresql://xunda:hunter2@127.0.0.1/xunda"
    done = xunda("settings", data_dir=tmp_path, XUNDA_DATABASE_URL=url)
    assert done.returncode == 0
    assert "hunter2" not in done.stdout
    assert json.loads(done.stdout)["data_dir"] == str(tmp_path)


def test_training_without_rasa_is_one_sentence(prepared: Prepared, tmp_path: Path) -> None:
    data_dir = prepared.copy_to(tmp_path).data_dir
    done = xunda("train", data_dir=data_dir, XUNDA_RASA_PYTHON=str(tmp_path / "no" / "python"))
    assert "Rasa" in sentence_of(done)


def test_unknown_command_is_no_success(tmp_path: Path) -> None:
    assert xunda("frobnicate", data_dir=tmp_path).returncode != 0


def test_data_are_for_their_owner_only(tmp_path: Path) -> None:
    assert xunda("migrate", data_dir=tmp_path / "new").returncode == 0
    assert (tmp_path / "new" / "xunda.db").stat().st_mode & 0o077 == 0


def test_search_keeps_the_contract(copied: Path) -> None:
    done = xunda("search", "--json", "qsxk", "--kind", "service", "--limit", "3", data_dir=copied)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["query"] == "qsxk"
    assert told["total"] >= 1
    first = told["results"][0]
    assert (first["id"], first["url"]) == (
        "service.water_permit",
        "/services/service.water_permit",
    )
    start, end = first["title_highlights"][0]
    assert first["title"][start:end] == "取水许可"
    assert {one["kind"] for one in told["results"]} == {"service"}


def test_search_of_nothing_known_is_well(copied: Path) -> None:
    done = xunda("search", "--json", "量子力学", data_dir=copied)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["results"] == []


def test_search_prints_a_table(copied: Path) -> None:
    done = xunda("search", "防汛办电话", data_dir=copied)
    assert done.returncode == 0, done.stderr
    assert "水旱灾害防御处" in done.stdout
    assert "/offices/office.flood" in done.stdout
    assert "条结果" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("  ",), "请输入"),
        (("水" * 101,), "100"),
        (("采伐", "--kind", "poem"), "service"),
        (("采伐", "--office", "office.moon"), "处室"),
    ],
)
def test_refused_search_is_one_sentence(
    copied: Path, arguments: tuple[str, ...], told: str
) -> None:
    done = xunda("search", "--json", *arguments, data_dir=copied)
    assert told in sentence_of(done)
    assert done.stdout == ""


def test_search_before_the_first_import_is_one_sentence(tmp_path: Path) -> None:
    assert xunda("migrate", data_dir=tmp_path).returncode == 0
    assert "import" in sentence_of(xunda("search", "--json", "采伐", data_dir=tmp_path))
