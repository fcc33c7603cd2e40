"""The chat by plain forms: what a browser without script can do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from .conftest import Browser

QUESTION = "取水许可要准备哪些材料"


def test_question_is_answered_with_its_sources(citizen: Browser) -> None:
    page = citizen.get("/").submit("/chat", text=QUESTION)
    assert page.status == 200
    assert page.url.endswith("/#latest")
    assert QUESTION in page.text
    for word in ("依据", "生效日期", "核对日期", "处室", "有帮助吗", "示例数据"):
        assert word in page.text
    assert 'role="log"' in page.text
    assert 'aria-live="polite"' in page.text


def test_empty_conversation_offers_examples(citizen: Browser) -> None:
    assert "大家常问" in citizen.get("/").text
    assert "大家常问" not in citizen.submit("/chat", text=QUESTION).text


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("", 422, "您还没有写问题"),
        ("  \u200b\n", 422, "您还没有写问题"),
        ("a" * 100_000, 422, "问题太长了"),
        ("长" * 501, 422, "问题太长了"),
    ],
)
def test_bad_question_is_refused_and_kept(
    citizen: Browser, text: str, status: int, words: str
) -> None:
    page = citizen.get("/").submit("/chat", text=text)
    assert page.status == status
    assert words in page.alert()
    assert text.strip() in page.text
    assert 'data-turn="1"' not in citizen.get("/").text


def test_question_from_an_expired_form_is_kept(citizen: Browser) -> None:
    citizen.get("/")
    page = citizen.post("/chat", {"text": QUESTION, "csrf": "1.0"})
    assert page.status == 403
    assert "表单已经过期" in page.alert()
    assert f">{QUESTION}</textarea>" in page.text
    assert page.submit("/chat", text=QUESTION).status == 200


def test_question_without_a_form_token_is_refused(citizen: Browser) -> None:
    citizen.get("/")
    assert citizen.post("/chat", {"text": QUESTION}).status == 403
    assert 'data-turn="1"' not in citizen.get("/").text


def test_anothers_form_token_is_refused(browser: Callable[[], Browser]) -> None:
    mine, theirs = browser(), browser()
    mine.get("/")
    token = theirs.get("/").hidden("/chat")["csrf"]
    assert mine.post("/chat", {"text": QUESTION, "csrf": token}).status == 403


def test_markup_in_a_question_is_text(citizen: Browser) -> None:
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{7*7}}"
    page = citizen.get("/").submit("/chat", text=bad)
    assert page.status == 200
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "{{7*7}}" in page.text


def test_same_message_sent_twice_is_one_turn(citizen: Browser) -> None:
    form = citizen.get("/").hidden("/chat")
    # The first form of the page is an example's; the composer's carries the key.
    key = re.search(r'name="message_key" value="(\w+)"', citizen.text)
    assert key
    values = {**form, "message_key": key[1], "text": QUESTION}
    citizen.post("/chat", values)
    assert citizen.post("/chat", values).text.count("<article") == 1


def test_rating_is_taken_once_thanked_and_only_for_ones_own(
    citizen: Browser, browser: Callable[[], Browser]
) -> None:
    citizen.get("/").submit("/chat", text=QUESTION)
    page = citizen.submit("/chat/rating", helpful="1")
    assert "谢谢您的评价" in page.text
    stranger = browser()
    token = stranger.get("/").hidden("/chat")["csrf"]
    values = {"csrf": token, "turn": "1", "helpful": "0"}
    assert stranger.post("/chat/rating", values).status == 404


def test_ending_the_conversation_forgets_it_here(citizen: Browser) -> None:
    citizen.get("/").submit("/chat", text=QUESTION)
    page = citizen.submit("/chat/end")
    assert page.status == 200
    assert "<article" not in page.text


def test_too_many_questions_say_how_long_to_wait(citizen: Browser) -> None:
    citizen.get("/")
    for _ in range(15):
        assert citizen.submit("/chat", text=QUESTION).status == 200
    page = citizen.submit("/chat", text=QUESTION)
    assert page.status == 429
    assert "12345" in page.alert()
    assert 1 <= int(page.headers["retry-after"]) <= 60
    assert f">{QUESTION}</textarea>" in page.text


@pytest.mark.parametrize("body", ["{", "[]", "null", '{"text": 5}', '{"text": ""}', "{}", ""])
def test_broken_json_is_a_problem_in_chinese(citizen: Browser, body: str) -> None:
    answer = citizen.client.post(
        "/api/chat", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert re.search(r"[\u4e00-\u9fff]", answer.json()["detail"])


def test_json_answer_has_what_the_page_shows(citizen: Browser) -> None:
    told = citizen.client.post("/api/chat", json={"text": QUESTION}).json()
    page = citizen.get("/")
    assert told["turn"] == 1
    assert json.dumps(told["title"], ensure_ascii=False).strip('"') in page.text
    assert told["office_phone"] in page.text


def test_request_from_another_site_is_refused(citizen: Browser) -> None:
    answer = citizen.client.post(
        "/api/chat", json={"text": QUESTION}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
