"""Behind every cell its cases: for those who read all cases, and for nobody else."""

from __future__ import annotations

import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

from assistant.cases.intake import Channel
from assistant.cases.kinds import CaseKind
from assistant.service import Service, utc_now
from assistant.settings import SHANGHAI
from assistant.staff.roles import Role

from .conftest import Browser
from .staff_desk import Desk, hire, words_of

READERS = (Role.REVIEWER, Role.SIGNER, Role.SUPERVISOR, Role.AUDITOR)
YEAR = utc_now().astimezone(SHANGHAI).year


@pytest.fixture(scope="module")
def desk(application: TestClient, service: Service) -> Desk:
    app = application.app
    desk = hire(service, lambda: Browser(TestClient(app, headers={"Accept": "text/html"})))
    office = service.shelf.offices()[0].id
    desk.brought(lambda way: way.open(CaseKind.COMPLAINT, channel=Channel.HOTLINE))
    desk.brought(lambda way: way.open(CaseKind.COMPLAINT, office_id=office))
    desk.brought(lambda way: way.open(CaseKind.SUGGESTION).claim().answer())
    desk.brought(lambda way: way.open(CaseKind.DISCLOSURE).confirm())
    return desk


def links(page: Browser) -> list[tuple[str, int]]:
    """Every link into the cases, with the number it stands on."""
    found = re.findall(
        r'<a href="(/staff/figures/cases\?[^"]+)"><span[^>]*>[^<]*</span>(\d+)</a>', page.text
    )
    return [(unescape(address), int(number)) for address, number in found]


def cases_on(page: Browser, address: str) -> int:
    """How often the cases behind a cell were counted in it, page after page."""
    total = 0
    while address:
        page.get(address)
        assert page.status == 200
        body = page.text.split("<tbody>")[1] if "<tbody>" in page.text else ""
        rows = re.findall(r"<tr>.*?</tr>", body, re.DOTALL)
        total += sum(int((re.findall(r">(\d+)次<", row) or ["1"])[0]) for row in rows)
        older = re.search(r'href="([^"]+)">更早的', page.text)
        address = unescape(older[1]) if older else ""
    return total


def test_behind_every_number_stand_as_many_cases(desk: Desk) -> None:
    page = desk.browsers[Role.AUDITOR]
    found = links(page.get("/staff/figures"))
    assert len(found) > 8
    for address, number in found:
        assert cases_on(page, address) == number, address


def test_numbers_of_the_forms_lead_to_their_cases_too(desk: Desk) -> None:
    page = desk.browsers[Role.SIGNER].get("/staff/figures")
    found = re.findall(r'<td class="number"><a href="([^"]+table=[^"]+)">(\d+)</a>', page.text)
    assert len(found) >= 4  # received and carried out, of a class and in all
    for address, number in found:
        assert cases_on(page, unescape(address)) == int(number), address


def test_numbers_that_stand_alone_lead_to_their_cases(desk: Desk) -> None:
    page = desk.browsers[Role.REVIEWER].get("/staff/figures")
    tile = r'<dd>(\d+)<a class="small behind" href="([^"]+)">看这些件'
    found = {unescape(address): int(number) for number, address in re.findall(tile, page.text)}
    assert len(found) >= 8
    assert found[f"/staff/figures/cases?period={YEAR}&measure=open"] > 0
    for address, number in found.items():
        assert cases_on(page, address) == number, address


def test_number_of_a_form_is_called_as_the_form_calls_it(desk: Desk) -> None:
    query = f"period={YEAR}&table=applications&row=granted&column=person"
    page = desk.browsers[Role.SUPERVISOR].get(f"/staff/figures/cases?{query}")
    assert f"{YEAR}年，三、本年度办理结果，（一）予以公开，自然人" in words_of(page)


def test_cell_names_what_it_is(desk: Desk) -> None:
    page = desk.browsers[Role.SUPERVISOR].get(
        f"/staff/figures/cases?period={YEAR}&kind=complaint&channel=hotline"
    )
    assert f"{YEAR}年，收到，投诉，热线" in words_of(page)
    assert "/staff/cases/" in page.text


@pytest.mark.parametrize("role", list(Role))
def test_only_readers_of_all_cases_come_in(desk: Desk, role: Role) -> None:
    page = desk.browsers[role]
    status = 200 if role in READERS else 403
    assert page.get("/staff/figures").status == status
    assert page.get(f"/staff/figures/cases?period={YEAR}").status == status
    assert ('href="/staff/figures"' in page.get("/staff/rules").text) is (role in READERS)


@pytest.mark.parametrize("path", ["/staff/figures", f"/staff/figures/cases?period={YEAR}"])
def test_the_public_never_does(citizen: Browser, path: str) -> None:
    page = citizen.get(path)
    assert "/staff/cases/" not in page.text
    assert page.has_form("/staff/sign-in")
    assert "/staff/figures/cases" not in citizen.get("/statistics").text


@pytest.mark.parametrize(
    "query",
    ["", "period=x", f"period={YEAR}&measure=nonsense", f"period={YEAR}&kind=nonsense",
     f"period={YEAR}&table=applications&row=granted", f"period={YEAR}&table=lost&row=granted&column=person",
     f"period={YEAR}&month=202301", f"period={YEAR}&channel=drum", f"period={YEAR}&measure=followed"],
)  # fmt: skip
def test_nonsense_is_no_cell(desk: Desk, query: str) -> None:
    page = desk.browsers[Role.AUDITOR].get(f"/staff/figures/cases?{query}")
    assert page.status in (404, 422)


def test_dashboard_says_what_is_about_to_be_late(desk: Desk) -> None:
    today = (
        utc_now().astimezone(SHANGHAI).date()
    )  # the nearest is shown first, whatever else there is
    case_id = desk.brought(lambda way: way.open(CaseKind.CONSULTATION, external_due_on=today))
    page = desk.browsers[Role.SUPERVISOR].get("/staff/overview")
    words = words_of(page)
    assert page.status == 200
    assert "马上要超期的" in words
    assert f'href="/staff/cases/{case_id}"' in page.text
    row = re.search(r"今天</th>(.*?)</tr>", page.text, re.DOTALL)
    assert row
    received = int(re.findall(r'number">(\d+)<', row[1])[0])
    assert received >= 4
