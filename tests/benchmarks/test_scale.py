"""The second bureau, its phrasings and its verdict: what needs neither the data of others nor a clock."""

from __future__ import annotations

import json
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.knowledge.content import Answer, Office
from assistant.knowledge.files import Loaded, load
from assistant.language.text import bare, normalise
from benchmarks.scale import phrasings, taipei
from benchmarks.scale.prepare import content_of, write_files
from benchmarks.scale.tables import BARS, verdict
from benchmarks.scale.taipei import Question, strip_html
from benchmarks.scale.vectors import CachedEncoder

ROW = {
    "id": "GIP_1",
    "dept": "臺北市動物保護處",
    "question": "我的寵物過世了，該怎麼處理？",
    "answer": "<p>請洽<b>本處</b>。</p><p>電話：1999 &amp; 02</p>",
    "keywords": ["寵物", ""],
    "date": "2016-05-02",
}


@pytest.fixture(scope="module")
def questions() -> list[Question]:
    asked = ("如何申請市民帳號", "公園可以搭帳篷嗎", "停車費怎麼繳", "路樹倒了要通知誰", "外捐")
    return [
        Question(f"taipei.gip_{n}", f"示例{n % 2}處", text, f"答{n}", ("市民",), date(2016, 1, 1))
        for n, text in enumerate(asked)
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("沒有標記", "沒有標記"),
        ("<p>一</p><p>二<br>三</p>", "一\n二\n三"),
        ("A< 0.6，B <0.8 不扣款", "A< 0.6，B <0.8 不扣款"),
        ("甲&nbsp;乙 &lt;丙&gt;", "甲 乙 <丙>"),
        ("<style>p{}</style>看<a href='x'>這裡</a><script>alert(1)</script>", "看這裡"),
        ("一\n\n\n 二 ", "一\n二"),
        ("<ul><li>甲</li><li>乙</li></ul>", "甲\n乙"),
        ("", ""),
    ],
)
def test_html_is_left_out_and_numbers_stay(text: str, shown: str) -> None:
    assert strip_html(text) == shown


def test_a_row_becomes_a_question(tmp_path: Path) -> None:
    file = tmp_path / "faq.jsonl"
    empty = ROW | {"id": "GIP_2", "answer": ""}
    lines = [json.dumps(row, ensure_ascii=False) for row in (ROW, empty)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    first, second = taipei.read_questions(file)
    assert first.id == "taipei.gip_1"
    assert first.answer == "請洽本處。\n電話：1999 & 02"
    assert first.keywords == ("寵物",)
    assert second.answer == taipei.NO_ANSWER


def test_departments_become_offices_and_each_answer_names_its_own(
    questions: list[Question],
) -> None:
    records = [record for _, record in taipei.records_of(questions)]
    offices = {record.id: record.title for record in records if isinstance(record, Office)}
    answers = [record for record in records if isinstance(record, Answer)]
    assert taipei.GENERAL in offices
    assert sorted(offices.values()) == sorted([taipei.CITY, "示例0處", "示例1處"])
    assert [offices[answer.office] for answer in answers] == [q.department for q in questions]
    assert [answer.text for answer in answers] == [q.answer for q in questions]


def test_a_long_question_is_shortened_for_its_title() -> None:
    long = Question("taipei.gip_9", "某處", "問" * 90, "答", (), date(2016, 1, 1))
    titles = [r.title for _, r in taipei.records_of([long]) if isinstance(r, Answer)]
    assert titles == ["問" * 59 + "…"]


def test_what_is_written_is_what_the_import_reads(
    questions: list[Question], tmp_path: Path
) -> None:
    content = content_of(questions, 120)
    write_files(content, tmp_path)
    again: Loaded = load(tmp_path)
    assert again.examples == content.examples
    assert [r for _, r in again.records] == [r for _, r in content.records]
    assert again.lookups == content.lookups
    assert again.phrases == content.phrases
    assert taipei.names_in(again.records) + sum(map(len, again.examples.values())) == 120


def test_a_small_size_takes_answers_from_the_whole_file(questions: list[Question]) -> None:
    assert taipei.spread(questions, 2) == [questions[0], questions[2]]
    assert taipei.spread(questions, 9) == questions


def test_the_same_phrasings_in_every_run_and_none_twice(questions: list[Question]) -> None:
    few, many = (phrasings.generate(questions, wanted) for wanted in (40, 400))
    assert sum(map(len, few.values())) == 40
    assert sum(map(len, many.values())) == 400
    assert phrasings.generate(questions, 40) == few
    for answer_id, texts in many.items():
        assert texts[: len(few[answer_id])] == few[answer_id]
        assert len({bare(normalise(text)) for text in texts}) == len(texts)
        assert all(text.strip() == text and "\n" not in text for text in texts)


def test_messages_are_no_phrasings_on_record(questions: list[Question]) -> None:
    known = phrasings.generate(questions, 400)
    asked = list(islice(phrasings.messages(questions, known), 100))
    assert all(text not in known[meant] for text, meant in asked)
    assert asked == list(islice(phrasings.messages(questions, known), 100))


def test_searches_say_something(questions: list[Question]) -> None:
    typed = list(islice(phrasings.searches(questions), 200))
    assert all(bare(text) for text, _ in typed)
    assert any(text.isascii() for text, _ in typed)  # initials


class _Counting:
    name, dimensions = "counting", 2

    def __init__(self) -> None:
        self.seen: list[str] = []

    def encode(self, texts: Any) -> Any:
        self.seen += texts
        return np.array([[len(text), 1] for text in texts], dtype=np.float32)


def test_a_text_is_encoded_once_and_kept(tmp_path: Path) -> None:
    inner, file = _Counting(), tmp_path / "some" / "vectors.npz"
    encoder = CachedEncoder(inner, file)
    assert encoder.encode(["a", "bcd", "a"]).tolist() == [[1, 1], [3, 1], [1, 1]]
    encoder.save()
    again = CachedEncoder(inner, file)
    assert again.encode(["bcd", "ef"]).tolist() == [[3, 1], [2, 1]]
    assert inner.seen == ["a", "bcd", "ef"]
    assert again.seconds_each > 0


def _row(phrasings: int, **changed: float) -> dict[str, float]:
    held = {"turn_p95_ms": 10.0, "search_p95_ms": 5.0, "load_seconds": 9.0, "load_peak_mb": 900.0}
    return {"phrasings": phrasings, **held, **changed}


def test_bars_are_judged_by_the_largest_size() -> None:
    found = verdict([_row(100_000, turn_p95_ms=30.0), _row(1_000)], 5)
    assert found["holds"]
    assert found["bars"]["turn_p95_ms"]["value"] == 3.0
    assert [row["phrasings"] for row in found["rows"]] == [1_000, 100_000]


@pytest.mark.parametrize("bar", BARS, ids=lambda bar: bar.key)
def test_each_bar_can_fail(bar: Any) -> None:
    too_much = bar.most * 10.1 if bar.is_growth else bar.most
    found = verdict([_row(1_000), _row(100_000, **{bar.key: too_much})], 5)
    assert not found["holds"]
    assert [key for key, one in found["bars"].items() if not one["holds"]] == [bar.key]
