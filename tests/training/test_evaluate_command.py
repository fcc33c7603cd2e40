"""`xunda evaluate` in a real process, on a handful of questions of our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fixtures_service import Prepared
from tests.test_cli import sentence_of, xunda

LINES = [
    {
        "id": "q1",
        "text": "取水许可要哪些材料",
        "outcome": "answered",
        "answer": "service.water_permit",
        "facts": [["没有人会说的话"]],
        "register": "standard",
        "topic": "取水许可·材料",
    },
    {"id": "e1", "text": "山上起火了", "outcome": "handover", "reason": "emergency"},
]


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("golden")
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in LINES)
    (folder / "answered.jsonl").write_text(text, encoding="utf-8")
    return folder


def test_json_and_html_at_once(prepared: Prepared, golden: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    done = xunda(
        *("evaluate", "--json", "--golden", str(golden), "--html", str(page)),
        data_dir=prepared.data_dir,
    )
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert data["overall"]["count"] == 2
    assert data["overall"]["facts"] == 0.0
    assert data["bars"]["facts"]["met"] is False
    assert data["overall"]["emergencies_missed"] == 0.0
    assert data["model"] is None
    assert [one["id"] for one in data["failures"]] == ["q1"]
    assert data["failures"][0]["missing_facts"] == [["没有人会说的话"]]
    assert "<!doctype html>" in page.read_text(encoding="utf-8")


def test_tables_in_the_terminal(prepared: Prepared, golden: Path) -> None:
    done = xunda("evaluate", "--golden", str(golden), data_dir=prepared.data_dir)
    assert done.returncode == 0, done.stderr
    for words in ("总体", "要点齐全率", "≥ 95%", "✗", "✓", "按题集", "规范书面", "缺少要点"):
        assert words in done.stdout
    quiet = xunda(
        "evaluate", "--golden", str(golden), "--failures", "0", data_dir=prepared.data_dir
    )
    assert "缺少要点" not in quiet.stdout
    assert "还有 1 道没有做对" in quiet.stdout


def test_nothing_to_judge_by_is_one_sentence(prepared: Prepared, tmp_path: Path) -> None:
    done = xunda("evaluate", "--golden", str(tmp_path), data_dir=prepared.data_dir)
    assert "没有评测题" in sentence_of(done)


def test_bad_question_is_named(prepared: Prepared, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"id": "q1"}\n', encoding="utf-8")
    done = xunda("evaluate", "--golden", str(tmp_path), data_dir=prepared.data_dir)
    assert "x.jsonl 第 1 行" in sentence_of(done)


def test_unprepared_database_is_one_sentence(golden: Path, tmp_path: Path) -> None:
    done = xunda("evaluate", "--golden", str(golden), data_dir=tmp_path)
    assert "xunda migrate" in sentence_of(done)
