"""The judge is judged: questions are read as labelled, and every measure can fail."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.knowledge.shelf import Shelf
from assistant.language.encoder import Encoder
from assistant.settings import Tuning
from assistant.training.evaluate import (
    BARS,
    BadGolden,
    Judged,
    Question,
    decide,
    hear,
    judge,
    read_golden,
)
from assistant.training.evaluate.curve import THRESHOLDS, threshold_curve
from assistant.training.evaluate.groups import confusions, group, histogram
from assistant.training.evaluate.judging import leaks
from assistant.training.evaluate.report import FAULTS, Evaluation, as_data, faults
from assistant.training.evaluate.score import score
from tests.fixtures_service import NOW

ASKED = Question(
    "q1",
    "泵要哪些件",
    ("answered",),
    ("service.pump",),
    not_answers=("service.hose",),
    facts=(("图", "圖"), ("表",)),
    register="standard",
    topic="泵·件",
    set="answered",
)
GOOD = Judged(ASKED, "answered", "service.pump", "图和表", 0.9)
DANGER = Question("e1", "x", ("handover",), reason="emergency", set="emergencies")
CHATTER = Question("n1", "x", ("smalltalk", "unanswerable"), set="must_not_answer")
ALARM = Judged(DANGER, "handover", "emergency.x", "", 0.0, "emergency")
CHAT = Judged(CHATTER, "smalltalk", None, "", 0.2)


def written(folder: Path, *items: dict[str, Any] | str, name: str = "answered") -> Path:
    lines = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in items]
    (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


# Reading


def test_labels_are_read(tmp_path: Path) -> None:
    item = {
        "id": "t1",
        "text": "水",
        "outcome": ["out_of_scope", "handover"],
        "answer": ["a", "b"],
        "not": ["c"],
        "facts": [["x", "y"]],
        "masked": ["z"],
        "register": "typo",
        "topic": "取水许可·材料",
        "reason": "emergency",
    }
    [question] = read_golden(written(tmp_path, item, name="near_twins"))
    assert question == Question(
        "t1",
        "水",
        ("out_of_scope", "handover"),
        ("a", "b"),
        ("c",),
        (("x", "y"),),
        "typo",
        "取水许可·材料",
        "emergency",
        "near_twins",
        ("z",),
    )
    assert question.outcome == "out_of_scope"
    assert question.matter == "取水许可"
    assert not question.may_answer


@pytest.mark.parametrize(
    ("given", "judged_by"),
    [("a", ("a",)), (["a", "b"], ("a", "b")), (["a", None], ()), (None, ()), ([None], ())],
)
def test_guessed_ids_are_not_judged_by(
    tmp_path: Path, given: object, judged_by: tuple[str, ...]
) -> None:
    item = {"id": "q1", "text": "水", "outcome": "answered", "answer": given, "facts": [["x"]]}
    [question] = read_golden(written(tmp_path, item))
    assert question.answers == judged_by
    assert question.facts == (("x",),)


def test_dialogue_is_read_turn_by_turn(tmp_path: Path) -> None:
    turns = [{"text": "一", "outcome": "answered"}, {"text": "二", "outcome": "smalltalk"}]
    item = {"id": "d1", "register": "dialect", "topic": "甲", "turns": turns}
    first, second = read_golden(written(tmp_path, item, name="dialogues"))
    assert (first.id, first.continues, second.id, second.continues) == ("d1.0", False, "d1.1", True)
    assert {first.register, second.register} == {"dialect"}
    assert first.topic == second.topic == first.matter == "甲"


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        '{"id": "q2"}',
        '{"id": "q2", "text": "水", "outcome": "nonsense"}',
        '{"id": "q2", "text": "水", "outcome": "answered", "facts": [3]}',
    ],
)
def test_bad_line_is_named(tmp_path: Path, line: str) -> None:
    good = {"id": "q1", "text": "水", "outcome": "answered"}
    with pytest.raises(BadGolden, match=r"answered\.jsonl 第 2 行"):
        read_golden(written(tmp_path, good, line))


def test_no_folder_is_no_questions(tmp_path: Path) -> None:
    assert read_golden(tmp_path / "nowhere") == []


# Judging


def test_all_good_is_all_well() -> None:
    found = score([GOOD, ALARM, CHAT])
    assert found.passed
    assert found.as_metrics() == {
        "count": 3,
        **{bar.name: 1.0 if bar.at_least else 0.0 for bar in BARS},
    }
    assert all(one.right and not faults(one) for one in found.judged)


# Each measure alone, and the reply that fails it.
FAILING: dict[str, tuple[Judged, str]] = {
    "outcome": (replace(GOOD, outcome="clarification", answer_id=None), "outcome"),
    "answer": (replace(GOOD, answer_id="service.other"), "answer"),
    "facts": (replace(GOOD, reply="只有图"), "facts"),
    "confident_error": (replace(GOOD, answer_id="service.other"), "answer"),
    "must_not_answered": (replace(CHAT, outcome="answered", answer_id="a"), "must_not"),
    "emergencies_missed": (replace(ALARM, outcome="unanswerable", reason=None), "emergency"),
    "twins_confused": (replace(GOOD, answer_id="service.hose"), "twin"),
    "leaked": (
        replace(GOOD, question=replace(ASKED, masked=("张三",)), leaked=("张三",)),
        "leaked",
    ),
}


@pytest.mark.parametrize("bar", BARS, ids=lambda bar: bar.name)
def test_every_measure_can_fail(bar: Any) -> None:
    wrong, fault = FAILING[bar.name]
    found = score([wrong])
    assert not bar.is_met(getattr(found, bar.name))
    assert not found.passed
    assert not wrong.right
    assert fault in faults(wrong)
    assert fault in FAULTS


def test_any_acceptable_outcome_is_right() -> None:
    assert replace(CHAT, outcome="unanswerable").right
    assert not replace(CHAT, outcome="handover").right


def test_facts_are_any_of_each_group() -> None:
    assert replace(GOOD, reply="圖 表").facts_present
    assert replace(GOOD, reply="图圖").missing_facts == (("表",),)


def test_one_right_record_of_a_compound_reply_is_enough() -> None:
    several = replace(GOOD, answer_id="service.hose", parts=("service.hose", "service.pump"))
    assert several.right
    assert not several.twin
    assert not replace(several, parts=("service.hose", "service.other")).answer_right


def test_without_ids_the_twin_and_the_facts_are_still_judged() -> None:
    guessed = replace(ASKED, answers=())
    anything = replace(GOOD, question=guessed, answer_id="service.other")
    assert anything.right
    assert replace(anything, reply="").confident_error
    assert replace(anything, answer_id="service.hose").confident_error


def test_unsure_is_wrong_but_no_confident_error() -> None:
    unsure = replace(GOOD, outcome="clarification", answer_id="service.hose")
    assert not unsure.right
    assert not unsure.confident_error
    assert not unsure.twin


def test_danger_handed_over_as_anything_else_is_missed() -> None:
    for_another = replace(ALARM, reason="asked_for_human")
    assert for_another.outcome_right
    assert for_another.emergency_missed
    assert not for_another.right


def test_facts_of_an_outcome_only_accepted_are_not_asked_for() -> None:
    either = replace(ASKED, outcomes=("answered", "clarification"))
    assert replace(GOOD, question=either, outcome="clarification", reply="").right


def test_leaks_are_found_in_any_spelling() -> None:
    text = "我叫王小明，打１３８００００１３５７，泵坏了"
    kept = Question("p1", text, ("answered",), masked=("13800001357", "王小明"))
    assert leaks(kept) == ()
    assert leaks(replace(kept, masked=("泵坏了",))) == ("泵坏了",)


# Counting


def test_groups_come_worst_first_and_ask_only_what_can_be_asked() -> None:
    wrong = replace(GOOD, answer_id="service.other")
    judged = [GOOD, wrong, CHAT]
    worst, best = group(judged, "set")
    assert (worst.name, worst.count, worst.right, worst.answer) == ("answered", 2, 0.5, 0.5)
    assert (best.name, best.right, best.answer, best.facts) == ("must_not_answer", 1.0, None, None)
    assert [one.name for one in group(judged, "topic")] == ["泵", ""]
    assert {one.name for one in group(judged, "outcome")} == {"answered", "smalltalk"}


def test_confusions_count_pairs() -> None:
    unsure = replace(GOOD, outcome="clarification")
    other = replace(GOOD, answer_id="service.other")
    again = replace(unsure, question=replace(ASKED, id="q2"))
    found = confusions([GOOD, CHAT, unsure, other, again])
    assert [(one.expected, one.given, one.questions) for one in found] == [
        ("answered", "clarification", ("q1", "q2")),
        ("service.pump", "service.other", ("q1",)),
    ]


def test_histogram_leaves_out_what_was_never_ranked() -> None:
    bins = histogram([GOOD, replace(GOOD, confidence=1.0, answer_id="x"), ALARM, CHAT])
    assert [(one.low, one.right, one.wrong) for one in bins if one.right + one.wrong] == [
        (0.2, 1, 0),
        (0.9, 1, 1),
    ]


def test_nothing_judged_is_no_crash() -> None:
    assert score([]).passed
    assert confusions([]) == []


# The whole way


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> list[Question]:
    turns = [
        {"text": "取水许可要哪些材料", "outcome": "answered", "answer": "service.water_permit"},
        {"text": "那要几天", "outcome": "answered", "answer": "service.water_permit"},
    ]
    items: list[dict[str, Any]] = [
        {"id": "d1", "turns": turns},
        {"id": "d2", "turns": [turns[1] | {"outcome": "clarification", "answer": None}]},
        {"id": "e1", "text": "山上起火了", "outcome": "handover", "reason": "emergency"},
    ]
    return read_golden(written(tmp_path_factory.mktemp("golden"), *items))


def test_dialogue_remembers_and_forgets_between_dialogues(
    asked: list[Question], shelf: Shelf, encoder: Encoder, tuning: Tuning
) -> None:
    found = judge(asked, shelf, None, encoder, tuning, NOW)
    by_id = {one.question.id: one for one in found.judged}
    assert by_id["d1.1"].answer_id == "service.water_permit"
    assert by_id["d2.0"].answer_id != "service.water_permit"
    assert not by_id["e1"].emergency_missed


def test_higher_threshold_never_answers_more(
    asked: list[Question], shelf: Shelf, encoder: Encoder, tuning: Tuning
) -> None:
    heard = hear(asked, shelf, None, encoder)
    curve = threshold_curve(asked, heard, shelf, tuning, NOW)
    assert tuple(point.threshold for point in curve) == THRESHOLDS
    assert [p.answered for p in curve] == sorted((p.answered for p in curve), reverse=True)
    assert all(point.right <= point.answered for point in curve)


def test_data_keep_their_keys(
    asked: list[Question], shelf: Shelf, encoder: Encoder, tuning: Tuning
) -> None:
    heard = hear(asked, shelf, None, encoder)
    judged = [FAILING["answer"][0], *decide(asked, heard, shelf, tuning, NOW)]
    curve = tuple(threshold_curve(asked, heard, shelf, tuning, NOW))
    data = as_data(
        Evaluation(score(judged), curve, "g", None, 0.45, datetime(2026, 1, 2, tzinfo=UTC))
    )
    assert json.loads(json.dumps(data)) == data
    assert list(data) == [
        *("at", "golden", "model", "answer_at", "passed", "overall", "bars"),
        *("by_set", "by_outcome", "by_register", "by_topic"),
        *("confusions", "curve", "confidence", "failures"),
    ]
    assert data["passed"] is False
    assert set(data["bars"]) == {bar.name for bar in BARS} == set(data["overall"]) - {"count"}
    assert data["failures"][0]["wrong"] == ["answer"]
    assert data["failures"][0]["expected"]["answers"] == ["service.pump"]
