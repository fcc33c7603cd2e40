"""Whose matter it is: by listed words alone, and taught by closed cases; silent where nothing tells.

`routing.jsonl` holds letters written for this test. Every second one teaches, the others judge; the listed words were
completed with only the teaching half in view.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from assistant.cases import actions
from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.db import Database
from assistant.help.keywords import BadKeywords, Keywords, read_keywords
from assistant.help.router import advise, closed_cases, lessons_of, train
from assistant.help.routing import ELSEWHERE, Example, Routing, learn
from assistant.knowledge.content import Notice
from assistant.knowledge.shelf import Shelf
from tests.cases.conftest import NOW, Open, Staff
from tests.fixtures_service import golden_texts
from tests.help.conftest import Reply

KIND = CaseKind.CONSULTATION
ITEMS: list[dict[str, Any]] = [
    json.loads(line)
    for line in Path(__file__).with_name("routing.jsonl").read_text(encoding="utf-8").splitlines()
]
OURS = [item for item in ITEMS if item.get("office")]
THEIRS = [item for item in ITEMS if "elsewhere" in item]
NOBODYS = [item["text"] for item in ITEMS if "office" in item and item["office"] is None]
TEACHING, JUDGING = OURS[::2], OURS[1::2]
EXAMPLES = [Example(item["text"], item["office"], KIND) for item in TEACHING]


@pytest.fixture(scope="module")
def untaught(keywords: Keywords, plain_shelf: Shelf) -> Routing:
    return Routing(keywords, [office.id for office in plain_shelf.offices()])


@pytest.fixture(scope="module")
def taught(keywords: Keywords, plain_shelf: Shelf) -> Routing:
    return learn(keywords, EXAMPLES, lessons_of(plain_shelf), [o.id for o in plain_shelf.offices()])


def share_within(routing: Routing, items: Sequence[dict[str, Any]], first: int) -> float:
    """How often the right office is among the `first` likeliest."""
    hits = (
        item["office"] in [one.office_id for one in routing.rank(item["text"], KIND)[:first]]
        for item in items
    )
    return sum(hits) / len(items)


def test_letters_are_many_and_even() -> None:
    assert len(OURS) >= 200
    counts = dict.fromkeys((item["office"] for item in OURS), 0)
    for item in JUDGING:
        counts[item["office"]] += 1
    assert len(counts) == 13
    assert set(counts.values()) == {9}
    assert len({item["text"] for item in ITEMS}) == len(ITEMS)


def test_letters_are_no_golden_questions() -> None:
    scores = process.cdist(
        [item["text"] for item in ITEMS], golden_texts(), scorer=fuzz.ratio, dtype=np.uint8
    )
    assert scores.max() < 80


def test_listed_words_alone_find_most(untaught: Routing) -> None:
    assert share_within(untaught, JUDGING, 1) >= 0.65
    right = [
        item
        for item in JUDGING
        if (found := untaught.suggest(item["text"], KIND)) and found[0].office_id == item["office"]
    ]
    assert len(right) >= 0.6 * len(JUDGING)


def test_closed_cases_teach_the_rest(taught: Routing) -> None:
    assert share_within(taught, JUDGING, 1) >= 0.85
    assert share_within(taught, JUDGING, 3) >= 0.95


def test_what_is_suggested_is_seldom_wrong(taught: Routing) -> None:
    found = [(item["office"], taught.suggest(item["text"], KIND)) for item in JUDGING]
    sure = [(office, offices) for office, offices in found if offices]
    assert len(sure) >= 0.8 * len(found)
    assert sum(offices[0].office_id == office for office, offices in sure) >= 0.9 * len(sure)


@pytest.mark.parametrize("text", [*NOBODYS, "你好", "谢谢", "我要投诉", "请尽快处理，谢谢！", ""])
def test_nothing_is_suggested_for_nothing(untaught: Routing, taught: Routing, text: str) -> None:
    for routing in (untaught, taught):
        assert routing.suggest(text, KIND) == []
        assert routing.elsewhere(text, KIND) is None


def test_shares_are_a_distribution_and_reasons_stand_in_the_text(taught: Routing) -> None:
    for item in JUDGING:
        ranked = taught.rank(item["text"], KIND)
        assert {one.office_id for one in ranked} == set(taught.offices)
        assert sum(one.share for one in ranked) == pytest.approx(1.0, abs=0.01)
        assert [one.share for one in ranked] == sorted((o.share for o in ranked), reverse=True)
        for one in ranked:
            assert all(word in item["text"] and not word.isdigit() for word in one.because)


def test_reason_is_the_word_that_tells(untaught: Routing, taught: Routing) -> None:
    text = "村口夜里有人在采砂，麻烦来看看。"
    for routing in (untaught, taught):
        best = routing.suggest(text, KIND)[0]
        assert best.office_id == "office.rivers"
        assert best.because[0] == "采砂"


def test_learning_again_gives_the_same(
    keywords: Keywords, taught: Routing, plain_shelf: Shelf
) -> None:
    again = learn(
        keywords, EXAMPLES, lessons_of(plain_shelf), [o.id for o in plain_shelf.offices()]
    )
    for item in JUDGING[::5]:
        assert again.rank(item["text"], KIND) == taught.rank(item["text"], KIND)


def test_few_cases_leave_the_listed_words_alone(keywords: Keywords) -> None:
    routing = learn(keywords, EXAMPLES[:40])
    assert routing.case_count == 0
    text = JUDGING[0]["text"]
    assert routing.rank(text, KIND) == Routing(keywords).rank(text, KIND)


def test_office_with_few_cases_keeps_to_its_words(keywords: Keywords) -> None:
    """Four letters about a new word teach nothing, five do."""
    new = [
        Example(f"关于蓝藻治理的第{number}封来信", "office.rivers", KIND) for number in "一二三四五"
    ]
    rest = [one for one in EXAMPLES if one.office_id != "office.rivers"]
    few, enough = learn(keywords, [*rest, *new[:4]]), learn(keywords, [*rest, *new])
    assert few.case_count == len(rest)
    assert enough.case_count == len(rest) + 5

    def share(routing: Routing) -> float:
        ranked = routing.rank("蓝藻治理的来信", KIND)
        return next(one.share for one in ranked if one.office_id == "office.rivers")

    assert share(few) < 0.15
    assert share(enough) > 2 * share(few)


def test_cases_of_offices_that_are_gone_are_left_out(keywords: Keywords) -> None:
    gone = [Example(one.text, "office.gone", KIND) for one in EXAMPLES]
    routing = learn(keywords, [*EXAMPLES, *gone])
    assert routing.case_count == len(EXAMPLES)
    assert "office.gone" not in routing.offices


def test_application_belongs_to_the_disclosure_office(untaught: Routing, taught: Routing) -> None:
    text = "申请公开水库除险加固工程的批复。"
    for routing in (untaught, taught):
        best = routing.suggest(text, CaseKind.DISCLOSURE)[0]
        assert best.office_id == "office.disclosure"
        assert "依申请公开" in best.because or "申请公开" in best.because


def test_other_bodies_matters_are_hinted_at(untaught: Routing, taught: Routing) -> None:
    for routing in (untaught, taught):
        hints = [(item["elsewhere"], routing.elsewhere(item["text"], KIND)) for item in THEIRS]
        right = [hint for notice_id, hint in hints if hint and hint.notice_id == notice_id]
        assert len(right) >= 0.85 * len(THEIRS)
        assert all(hint.because for hint in right)
        false = [item["text"] for item in JUDGING if routing.elsewhere(item["text"], KIND)]
        assert len(false) <= 0.02 * len(JUDGING)


def test_no_office_of_ours_is_named_for_what_is_surely_anothers(taught: Routing) -> None:
    text = "小区门口的下水道堵了，窨井盖也丢了，一下雨马路积水。"
    assert taught.elsewhere(text, KIND) is not None
    assert taught.suggest(text, KIND) == []


# --- the listed words themselves


def test_every_label_exists_and_every_office_has_words(
    keywords: Keywords, plain_shelf: Shelf
) -> None:
    assert set(keywords.offices) == {office.id for office in plain_shelf.offices()}
    for notice_id in keywords.elsewhere:
        notice = plain_shelf.get(notice_id)
        assert isinstance(notice, Notice)
        assert notice.body
    assert set(keywords.kinds.values()) <= set(keywords.offices)


def test_longest_word_hides_those_inside_it() -> None:
    words = Keywords({"a": {"林权": 3.0}}, {"b": {"林权证": 3.0}})
    assert words.spoken("林权证过户").scores == {"b": 3.0}
    assert words.spoken("林权流转，林權流轉").words == {"a": {"林权": 3.0}}


def write(folder: Path, text: str) -> Path:
    path = folder / "routing.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("offices: [", "读不出来"),
        ("a: 1", "缺少 offices"),
        ("offices: {a: [词]}", "matters"),
        ("offices: {a: {words: [词]}}", "matters"),
        ("offices: {a: {matters: [3]}}", "不是词"),
        ("offices: {a: {matters: [水库], signs: [水库]}}", "写了两次"),
        ("offices: {a: {matters: [水库]}}\nkinds: {gossip: a}", "没有这种类别"),
    ],
)
def test_wrong_file_is_refused_in_words(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadKeywords, match=told):
        read_keywords(write(tmp_path, text))


def test_missing_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(BadKeywords, match="读不出来"):
        read_keywords(tmp_path / "none.yaml")


# --- from the database


def test_only_closed_cases_teach(
    database: Database, staff: Staff, open_one: Open, reply: Reply
) -> None:
    answered, elsewhere, still_open, withdrawn = (
        open_one(text=text) for text in ("河道里采砂", "自来水停水", "水库漏水", "不问了，谢谢")
    )
    application = open_one(kind=CaseKind.DISCLOSURE, text="申请公开预算")

    def settle(session: Session) -> None:
        for one in (answered, still_open, withdrawn):
            actions.assign(session, staff.operator, one.case_id, "office.rivers", NOW)
        actions.transfer(session, staff.operator, elsewhere.case_id, "请联系供水企业", NOW)
        actions.withdraw(session, staff.operator, withdrawn.case_id, NOW)

    database.write(settle)
    reply(answered)
    reply(application)
    with database.reading() as session:
        assert closed_cases(session) == [
            Example("河道里采砂", "office.rivers", KIND),
            Example("自来水停水", ELSEWHERE, KIND),
        ]
        assert closed_cases(session, limit=1) == [Example("自来水停水", ELSEWHERE, KIND)]


def test_advice_is_told_in_words(
    database: Database, open_one: Open, keywords: Keywords, plain_shelf: Shelf
) -> None:
    sand, tap = open_one(text="有人在河道里偷偷采砂。"), open_one(text="家里自来水停水三天了。")
    with database.reading() as session:
        routing = train(session, plain_shelf, keywords)
        ours, theirs = (
            advise(routing, plain_shelf, session.get_one(Case, one.case_id)) for one in (sand, tap)
        )
    assert ours.elsewhere is None
    best = ours.offices[0]
    assert (best.office_id, best.title) == ("office.rivers", plain_shelf.title("office.rivers"))
    assert best.why.startswith(f"{best.title}，把握")
    assert "采砂" in best.why
    assert theirs.offices == ()
    assert theirs.elsewhere is not None
    assert theirs.elsewhere.notice_id == "elsewhere.tap_water"
    assert theirs.elsewhere.why.startswith("可能不是本局职责：")
    assert "供水企业" in theirs.elsewhere.why
    assert "自来水" in theirs.elsewhere.why
