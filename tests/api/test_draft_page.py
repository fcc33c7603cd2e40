"""The reply prefilled on the case's page: by its outcome, and by what the handler says no step has recorded."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest

from assistant.disclosure.outcomes import Outcome
from assistant.service import Service
from assistant.staff.roles import Role

from .conftest import Browser
from .staff_desk import APPLY, Desk, hire


@pytest.fixture
def desk(service: Service, browser: Callable[[], Browser]) -> Desk:
    return hire(service, browser)


def prefilled(desk: Desk, **said: str) -> str:
    case_id = desk.brought(lambda way: way.open(APPLY).confirm().claim())
    query = "&".join(f"{name}={value}" for name, value in said.items())
    page = desk.browsers[Role.HANDLER].get(f"/staff/cases/{case_id}?{query}")
    assert page.status == 200
    return unescape(page.text)


def test_what_is_public_already_is_told_where_to_find(desk: Desk) -> None:
    text = prefilled(desk, outcome=Outcome.GRANTED.value, published_at="示例市政府网站公报栏")
    assert "获取的途径：示例市政府网站公报栏。" in text
    assert "第三十六条第一项" in text
    assert 'value="示例市政府网站公报栏"' in text


def test_whose_it_is_instead_is_named_with_a_way_to_reach_them(desk: Desk) -> None:
    said = {"other_body": "示例市水文中心", "other_body_contact": "0571-00000301"}
    text = prefilled(desk, outcome=Outcome.UNABLE_NOT_HELD.value, **said)
    assert "可以向示例市水文中心提出申请，联系方式：0571-00000301。" in text


def test_lines_and_markup_said_stay_words(desk: Desk) -> None:
    text = prefilled(
        desk, outcome=Outcome.GRANTED.value, published_at="%3Cscript%3E%0A{remedy}%20%20x"
    )
    assert "获取的途径：<script> {remedy} x。" in text
    page = prefilled(desk, outcome=Outcome.GRANTED.value)
    assert "第三十六条第二项" in page
