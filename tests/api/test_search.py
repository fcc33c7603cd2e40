"""Search as people and programs meet it: the page without script, the JSON, and what neither keeps."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest

from api.limits import Limits
from assistant.service import Service
from assistant.staff.roles import Role

from .conftest import Browser
from .test_staff_pages import Staff

FIELDS = {
    "id",
    "kind",
    "title",
    "title_highlights",
    "snippet",
    "snippet_highlights",
    "matched",
    "score",
    "office",
    "office_title",
    "url",
    "sources",
    "effective_on",
    "verified_on",
    "expired",
}


def searched(visitor: Browser, query: str) -> dict[str, Any]:
    page = visitor.get(f"/api/search?{query}")
    assert page.status == 200, page.text
    found: dict[str, Any] = json.loads(page.text)
    return found


def test_search_answers_with_the_contract(citizen: Browser) -> None:
    found = searched(citizen, f"q={quote('取水许可')}&limit=3")
    assert found["query"] == "取水许可"
    assert found["total"] >= len(found["results"]) == 3
    first = found["results"][0]
    assert set(first) == FIELDS
    assert first["id"] == "service.water_permit"
    assert first["office_title"] == "水资源管理处"
    assert any("水法" in source for source in first["sources"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", first["verified_on"])
    assert [one["kind"] for one in found["kinds"]] == [
        "answer",
        "service",
        "office",
        "document",
        "notice",
        "reply",
    ]


def test_initials_are_understood(citizen: Browser) -> None:
    assert searched(citizen, "q=qsxk")["results"][0]["id"] == "service.water_permit"


def test_kinds_and_office_filter(citizen: Browser) -> None:
    words = quote("防火")
    found = searched(citizen, f"q={words}&kind=office&kind=service&limit=100")
    assert {one["kind"] for one in found["results"]} == {"office", "service"}
    found = searched(citizen, f"q={words}&office=office.fire&limit=100")
    assert {one["office"] for one in found["results"]} == {"office.fire"}
    assert searched(citizen, f"q={words}&office=")["total"] >= found["total"]


def test_pages_follow_one_another(citizen: Browser) -> None:
    words = quote("水")
    whole = searched(citizen, f"q={words}&limit=20")["results"]
    assert searched(citizen, f"q={words}&limit=10&offset=10")["results"] == whole[10:]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=",
        "q=%20%20",
        "q=%E2%80%8B",
        "q=" + "a" * 101,
        "q=a&kind=poem",
        "q=a&office=office.moon",
        "q=a&limit=0",
        "q=a&limit=101",
        "q=a&offset=-1",
    ],
)
def test_what_cannot_be_searched_is_a_problem_document(citizen: Browser, query: str) -> None:
    page = citizen.get(f"/api/search?{query}")
    assert page.status == 422
    assert page.headers["content-type"] == "application/problem+json"
    told = json.loads(page.text)
    assert re.search(r"[\u4e00-\u9fff]", told["title"])
    assert told["fields"]


def test_too_many_searches_have_to_wait(citizen: Browser, service: Service) -> None:
    rules = {**service.tuning.limits, "search_address": "2/minute"}
    citizen.client.app.state.limits = Limits(rules)  # type: ignore[attr-defined]
    assert [citizen.get("/api/search?q=qsxk").status for _ in range(3)] == [200, 200, 429]
    assert citizen.get("/search?q=qsxk").status == 429
    assert "retry-after" in citizen.headers
    assert citizen.get("/search").status == 200


def test_search_is_published(citizen: Browser) -> None:
    operation = json.loads(citizen.get("/api/openapi.json").text)["paths"]["/api/search"]["get"]
    assert {one["name"] for one in operation["parameters"]} == {
        "q",
        "kind",
        "office",
        "limit",
        "offset",
    }


def test_no_log_repeats_the_query(
    citizen: Browser, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for address in ("/api/search?q={}", "/search?q={}", "/search?q={}&kind=poem"):
        citizen.get(address.format(quote("张三的私事")))
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]
    assert not [
        one for one in ours if "张三" in one.getMessage() or "%E5%BC%A0" in one.getMessage()
    ]
    said = "".join(capfd.readouterr())
    assert "张三" not in said


# The page -------------------------------------------------------------------------------


def test_page_marks_what_matched(citizen: Browser) -> None:
    page = citizen.get(f"/search?q={quote('取水许可')}")
    assert "<mark>取水许可</mark>" in page.text
    assert re.search(r"<strong>\d+ 条结果</strong>", page.text)
    assert "autofocus" in page.text


def test_page_says_what_the_json_says(citizen: Browser) -> None:
    found = searched(citizen, "q=qsxk")
    page = citizen.get("/search?q=qsxk").text
    links = re.findall(r'<a class="result" href="([^"]+)">(.*?)</a>', page)
    titles = [unescape(re.sub(r"<[^>]+>", "", inner)) for _, inner in links]
    assert titles == [one["title"] for one in found["results"]]
    assert [unescape(href) for href, _ in links] == [one["url"] for one in found["results"]]


def test_every_result_leads_to_a_page(citizen: Browser) -> None:
    found = searched(citizen, f"q={quote('防火')}&limit=100")
    assert {one["kind"] for one in found["results"]} == {
        "answer",
        "service",
        "office",
        "document",
        "notice",
    }
    for one in found["results"]:
        page = citizen.get(one["url"])
        assert page.status == 200
        assert one["title"] in unescape(page.text)


def test_page_filters_by_links(citizen: Browser) -> None:
    page = citizen.get(f"/search?q={quote('防火')}")
    chip = re.search(r'<a href="(/search\?[^"]*kind=service)"', page.text)
    assert chip is not None
    chosen = citizen.get(unescape(chip[1]))
    assert 'name="kind" value="service"' in chosen.text
    assert set(re.findall(r'<span class="tag">([^<]+)</span>', chosen.text)) == {"办事事项"}


def test_page_turns(citizen: Browser) -> None:
    page = citizen.get(f"/search?q={quote('水')}")
    following = re.search(r'<a href="([^"]+)">下一页</a>', page.text)
    assert following is not None
    second = citizen.get(unescape(following[1]))
    assert "第2页" in second.text
    assert '<ol class="results" id="results" start="21">' in second.text


def test_page_of_a_mended_query_says_so(citizen: Browser) -> None:
    assert "按“采伐证”查找" in citizen.get(f"/search?q={quote('采发证')}").text


def test_nothing_found_says_what_to_do(citizen: Browser) -> None:
    page = citizen.get('/search?q=<script>alert(1)</script>"%27').text
    assert "没有找到" in page
    assert "<script>alert" not in page
    assert 'href="/cases/new"' in page
    assert 'href="tel:12345"' in page


def test_page_without_a_query_only_asks(citizen: Browser) -> None:
    page = citizen.get("/search")
    assert page.status == 200
    assert "条结果" not in page.text


@pytest.mark.parametrize("query", ["q=" + "a" * 101, "q=a&kind=poem", "q=a&page=0"])
def test_nonsense_is_refused_in_chinese(citizen: Browser, query: str) -> None:
    page = citizen.get(f"/search?{query}")
    assert page.status == 422
    assert re.search(r"[\u4e00-\u9fff]", page.alert())


def test_search_is_reachable_from_everywhere(citizen: Browser, staff: Staff) -> None:
    assert 'href="/search"' in citizen.get("/").text
    queue = staff(Role.HANDLER).get("/staff")
    assert 'href="/search"' in queue.text
    assert 'action="/search"' in queue.text


# One answer, one office -----------------------------------------------------------------


def test_answer_stands_with_its_sources_dates_and_office(citizen: Browser) -> None:
    page = citizen.get("/answers/disclosure.fees")
    assert "政府信息公开条例" in page.text
    assert "核对日期" in page.text
    assert 'href="/offices/office.disclosure"' in page.text
    assert "{office" not in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/answers/no.such",
        "/answers/service.felling",
        "/answers/smalltalk.greeting",
        "/answers/bureau",
        "/offices/office.moon",
        "/offices/disclosure.fees",
    ],
)
def test_what_is_no_answer_or_office_is_not_found(citizen: Browser, path: str) -> None:
    assert citizen.get(path).status == 404


def test_answer_past_its_date_is_not_given_out(
    citizen: Browser, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = service.shelf
    answer = shelf.records["disclosure.fees"]
    lapsed = answer.model_copy(update={"expires_on": date(2020, 1, 1)})
    monkeypatch.setitem(shelf.records, "disclosure.fees", lapsed)
    page = citizen.get("/answers/disclosure.fees")
    assert "过了有效期" in page.text
    assert "依据" not in page.text


def test_office_stands_with_its_items(citizen: Browser) -> None:
    page = citizen.get("/offices/office.fire")
    assert 'href="/services/service.fire_use"' in page.text
    assert "tel:" in page.text


def test_published_change_is_found_at_once(service: Service) -> None:
    """A new copy of what is published brings its own finder."""
    before = service.finder
    assert service.finder is before
    shelf = service.shelf
    try:
        service.shelf = replace(shelf)
        assert service.finder is not before
    finally:
        service.shelf = shelf
