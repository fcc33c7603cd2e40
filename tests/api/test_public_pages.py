"""What everybody may read, what every answer carries, and what is refused."""

from __future__ import annotations

import json
import re

import pytest

from api.citizens import router as citizens_router
from assistant.knowledge.content import Material
from assistant.knowledge.content import Service as ServiceItem
from assistant.service import Service

from .conftest import Browser

PAGES = (
    "/",
    "/cases/new",
    "/cases/new?kind=disclosure",
    "/track",
    "/catalogue",
    "/services",
    "/services/service.felling",
    "/search",
    "/search?q=qsxk",
    "/search?q=nothing+of+the+kind",
    "/answers/disclosure.fees",
    "/answers/emergency.forest_fire",
    "/offices/office.fire",
    "/statistics",
    "/statistics?year=2026",
    "/statistics?year=2025&quarter=4",
    "/statistics/reports",
    "/staff/sign-in",
)


@pytest.mark.parametrize("path", PAGES)
def test_page_is_whole_without_script(citizen: Browser, path: str) -> None:
    page = citizen.get(path)
    assert page.status == 200
    assert page.text.count("<h1") == 1
    assert 'lang="zh-CN"' in page.text
    assert 'href="#main"' in page.text
    assert 'id="main"' in page.text
    assert "示例数据" in page.text
    assert "12345" in page.text


@pytest.mark.parametrize("path", [*PAGES, "/nope", "/static/xunda.css", "/api/statistics"])
def test_response_carries_the_security_headers(citizen: Browser, path: str) -> None:
    headers = citizen.get(path).headers
    assert "'unsafe-inline'" not in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert re.fullmatch(r"[A-Za-z0-9._-]{8,64}", headers["x-request-id"])


@pytest.mark.parametrize("path", PAGES)
def test_page_has_nothing_the_policy_forbids(citizen: Browser, path: str) -> None:
    text = citizen.get(path).text
    assert not re.search(r"<[^>]*\sstyle\s*=", text)
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)(?! type=\"application/ld\+json\">)", text)
    assert not re.search(r"<(?:script|link|img)[^>]*(?:src|href)=\"https?:", text)


@pytest.mark.parametrize("path", PAGES)
def test_every_field_has_a_label(citizen: Browser, path: str) -> None:
    text = citizen.get(path).text
    fields = re.findall(r'<(?:input|textarea|select)\b(?![^>]*type="hidden")[^>]*>', text)
    named = [re.search(r'\bid="([^"]+)"', field) for field in fields]
    assert all(named)
    missing = [one[1] for one in named if one and f'for="{one[1]}"' not in text]
    assert missing == []


def test_static_file_may_be_kept(citizen: Browser) -> None:
    page = citizen.get("/")
    found = re.search(r'href="(/static/xunda\.css\?v=\w+)"', page.text)
    assert found
    assert "max-age" in citizen.get(found[1]).headers["cache-control"]


def test_unknown_page_offers_ways_on(citizen: Browser) -> None:
    page = citizen.get("/nope")
    assert page.status == 404
    assert page.alert() == "没有这个页面。"
    assert page.headers["x-request-id"] in page.text
    assert 'href="tel:12345"' in page.text


def test_unknown_service_is_not_found(citizen: Browser) -> None:
    assert citizen.get("/services/office.general").status == 404
    assert citizen.get("/services/..%2f..%2fetc").status == 404


def test_every_service_has_a_page_with_its_materials(citizen: Browser, service: Service) -> None:
    for item in service.shelf.services():
        page = citizen.get(f"/services/{item.id}")
        assert page.status == 200, item.id
        assert all(material.name in page.text for material in _escapable(item))
        assert "{bureau" not in page.text


def _escapable(item: ServiceItem) -> list[Material]:
    # Names without a character that the page writes as an entity.
    return [one for one in item.materials if not re.search(r"[&<>'\"]", one.name)]


@pytest.mark.parametrize("wanted", ["预算", "預算", " 2025 预算 ", "SL-2025-003", "ＳＬ-2025-003"])
def test_catalogue_search_finds(citizen: Browser, wanted: str) -> None:
    page = citizen.get(f"/catalogue?q={wanted}")
    assert page.status == 200
    assert "SL-2025-003" in page.text


def test_catalogue_search_finding_nothing_says_what_to_do(citizen: Browser) -> None:
    page = citizen.get('/catalogue?q=<script>alert(1)</script>"')
    assert page.status == 200
    assert "没有找到" in page.text
    assert "<script>alert" not in page.text
    assert "/cases/new?kind=disclosure" in page.text


def test_health_and_readiness(citizen: Browser) -> None:
    assert json.loads(citizen.get("/healthz").text) == {"status": "ok"}
    ready = json.loads(citizen.get("/readyz").text)
    assert ready["status"] == "ready"
    assert ready["knowledge_revision"] >= 1


@pytest.mark.parametrize(
    "path",
    [
        "/statistics?year=abc",
        "/statistics?year=99999",
        "/statistics?quarter=2",
        "/statistics?year=2026&quarter=5",
    ],
)
def test_nonsense_in_an_address_is_refused_in_chinese(citizen: Browser, path: str) -> None:
    page = citizen.get(path)
    assert page.status == 422
    assert re.search(r"[\u4e00-\u9fff]", page.alert())


def test_senior_mode_is_remembered_and_returns_to_the_page(citizen: Browser) -> None:
    page = citizen.get("/catalogue?q=预算").submit("/senior")
    assert page.url.endswith("/catalogue?q=%E9%A2%84%E7%AE%97")
    assert 'class="senior' in page.text
    assert 'class="senior' in citizen.get("/track").text


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
def test_senior_mode_leads_nowhere_else(citizen: Browser, back: str) -> None:
    citizen.client.follow_redirects = False
    page = citizen.post("/senior", {"on": "1", "back": back})
    assert not page.headers.get("location", "/").startswith(("http", "//", "/\\"))


def test_pages_stay_out_of_the_published_contract(citizen: Browser) -> None:
    assert citizens_router.routes
    paths = json.loads(citizen.get("/api/openapi.json").text)["paths"]
    assert {"/api/chat", "/api/cases", "/api/cases/lookup", "/api/statistics"} <= set(paths)
    assert not [path for path in paths if path.startswith(("/staff", "/cases", "/track"))]
