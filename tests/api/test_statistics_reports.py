"""Reports over the pages: drafted, checked, signed by another, published, corrected; and as everybody reads them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from xml.etree import ElementTree

import pytest

from api.public.reports import feed
from assistant.service import Service
from assistant.staff.roles import Role
from assistant.statistics.models import Report
from assistant.statistics.reports.building import Edits
from assistant.statistics.reports.wording import BLANK

from .conftest import Browser
from .staff_desk import words_of

ATOM = "{http://www.w3.org/2005/Atom}"
Staffing = Callable[[Role], Browser]


@dataclass
class Bureau:
    """Those who make reports."""

    publisher: Browser
    signer: Browser


@pytest.fixture
def bureau(staff: Staffing) -> Bureau:
    return Bureau(staff(Role.PUBLISHER), staff(Role.SIGNER))


def act(page: Browser, path: str, verb: str, **values: str) -> Browser:
    """One step with the form on the report's own page."""
    action = f"{path}/{verb}"
    hidden = page.get(path).hidden(action)
    return page.post(action, {**hidden, **values})


def draft(page: Browser, kind: str, year: str, quarter: str = "1") -> str:
    """A new report; the path of its page."""
    page.get("/staff/reports").submit("/staff/reports", kind=kind, year=year, quarter=quarter)
    found = re.search(r"/staff/reports/\d+$", page.url.split("#")[0])
    assert found, page.alert()
    return found[0]


def report_of(service: Service, path: str) -> Report:
    with service.db.reading() as session:
        return session.get_one(Report, int(path.rpartition("/")[2]))


def fill(page: Browser, service: Service, path: str) -> None:
    """Write out every text that has a blank, and enter every count."""
    for section in report_of(service, path).data["sections"]:
        for part in section["parts"]:
            if BLANK in part["text"]:
                text = re.sub("【[^】]*】", "已经做好", part["text"])
                act(page, path, "edit", part=part["key"], text=text)
                assert page.status == 200, page.alert()
    names = re.findall(r'name="(count\.[^"]+)"', page.get(path).text)
    if names:
        act(page, path, "enter", **dict.fromkeys(names, "0"))
        assert page.status == 200, page.alert()


def published(bureau: Bureau, service: Service, year: str, quarter: str) -> str:
    path = draft(bureau.publisher, "quarterly", year, quarter)
    fill(bureau.publisher, service, path)
    act(bureau.signer, path, "sign")
    assert "已签发" in bureau.signer.text, bureau.signer.alert()
    act(bureau.publisher, path, "publish")
    assert "看公众页面" in bureau.publisher.text, bureau.publisher.alert()
    return path


def test_from_draft_to_the_public(bureau: Bureau, service: Service, citizen: Browser) -> None:
    path = published(bureau, service, "2023", "4")
    public = path.removeprefix("/staff").replace("/reports", "/statistics/reports")
    assert public in citizen.get("/statistics/reports").text
    page = citizen.get(public)
    assert page.status == 200
    words = words_of(page)
    report = report_of(service, path)
    assert report.number in words
    assert "不是真实的统计" in words
    for section in report.data["sections"]:
        assert section["heading"] in words
    assert "一、" in words
    assert "已起草" not in words


def test_files_are_what_was_hashed(bureau: Bureau, service: Service, citizen: Browser) -> None:
    path = published(bureau, service, "2022", "1")
    public = path.removeprefix("/staff").replace("/reports", "/statistics/reports")
    text = citizen.get(public).text
    hashes = dict(
        zip(
            re.findall(rf'href="{public}/(\w+)"', text),
            re.findall(r'mono">([0-9a-f]{64})<', text),
            strict=True,
        )
    )
    assert {"html", "docx", "xlsx", "csv", "json"} <= hashes.keys()
    for format, digest in hashes.items():
        answer = citizen.client.get(f"{public}/{format}")
        assert answer.status_code == 200
        assert hashlib.sha256(answer.content).hexdigest() == digest
        is_page = format == "html"
        assert answer.headers["content-disposition"].startswith("inline" if is_page else "attach")
    page = citizen.client.get(f"{public}/html")
    policy = page.headers["content-security-policy"]
    assert "sha256-" in policy
    assert "'self'" not in policy
    assert citizen.get(f"{public}/exe").status == 422
    assert citizen.get("/statistics/reports/999999").status == 404


def test_what_does_not_add_up_is_named_and_keeps_it_from_being_signed(
    bureau: Bureau, service: Service, citizen: Browser
) -> None:
    path = draft(bureau.publisher, "annual", "2022")
    assert "处对不上" in bureau.publisher.text
    act(bureau.signer, path, "sign")
    assert bureau.signer.status == 409
    assert "还不能签发" in bureau.signer.alert()
    assert (
        citizen.get(path.removeprefix("/staff").replace("/reports", "/statistics/reports")).status
        == 404
    )
    act(bureau.publisher, path, "enter", **{"count.documents.regulations.made": "x"})
    assert bureau.publisher.status == 422
    assert "请填数字" in bureau.publisher.alert()


def test_nobody_signs_what_they_wrote(service: Service, staff: Staffing) -> None:
    supervisor = staff(Role.SUPERVISOR)
    path = draft(supervisor, "quarterly", "2022", "2")
    fill(supervisor, service, path)
    act(supervisor, path, "sign")
    assert supervisor.status == 403
    assert "另一个人签发" in supervisor.alert()


def test_a_change_after_the_look_is_refused(bureau: Bureau, service: Service) -> None:
    path = draft(bureau.publisher, "quarterly", "2022", "3")
    fill(bureau.publisher, service, path)
    hidden = bureau.signer.get(path).hidden(f"{path}/sign")
    parts = [part for one in report_of(service, path).data["sections"] for part in one["parts"]]
    act(bureau.publisher, path, "edit", part=parts[0]["key"], text="另写一段。")
    bureau.signer.post(f"{path}/sign", hidden)
    assert bureau.signer.status == 409
    assert "已经变化" in bureau.signer.alert()


def test_correction_shows_what_it_changed(
    bureau: Bureau, service: Service, citizen: Browser
) -> None:
    path = published(bureau, service, "2021", "1")
    opening = {"on": "2021-02-03", "row": "received", "applicant": "person", "count": "7"}
    entered = bureau.publisher.get("/staff/reports/opening").submit(
        "/staff/reports/opening", source="2021年台账第三页", **opening
    )
    assert "2021年台账第三页" in entered.text
    act(bureau.publisher, path, "correct", note="少算了台账里的七件")
    second = bureau.publisher.url.split("testserver")[1].split("#")[0]
    assert second != path
    act(bureau.signer, second, "sign")
    assert bureau.signer.status == 200, bureau.signer.alert()
    act(bureau.publisher, second, "publish")
    public = second.removeprefix("/staff").replace("/reports", "/statistics/reports")
    page = citizen.get(public)
    words = words_of(page)
    assert "少算了台账里的七件" in words
    assert "这一版改了什么" in words
    assert re.search(r"<del>0</del>.*?<ins>7</ins>", page.text, re.DOTALL)
    first = path.removeprefix("/staff").replace("/reports", "/statistics/reports")
    assert "这一版已经被更正" in citizen.get(first).text
    listed = citizen.get("/statistics/reports").text
    assert "已被更正" in listed
    entries = {
        entry.findtext(f"{ATOM}title"): entry
        for entry in ElementTree.fromstring(citizen.get("/statistics/feed.atom").text).iter(
            f"{ATOM}entry"
        )
    }
    corrected = next(entry for title, entry in entries.items() if title and "更正" in title)
    assert corrected.findtext(f"{ATOM}summary") == "少算了台账里的七件"


def test_feed_is_atom(bureau: Bureau, service: Service, citizen: Browser) -> None:
    published(bureau, service, "2020", "2")
    answer = citizen.client.get("/statistics/feed.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    top = ElementTree.fromstring(answer.text)
    entries = list(top.iter(f"{ATOM}entry"))
    for node in (top, *entries):
        for name in ("id", "title", "updated"):
            assert node.findtext(f"{ATOM}{name}"), name
    assert "示例数据" in (top.findtext(f"{ATOM}title") or "")
    times = [entry.findtext(f"{ATOM}updated") or "" for entry in entries]
    assert times == sorted(times, reverse=True)
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids))
    assert ElementTree.fromstring(feed(service, [])).findtext(f"{ATOM}updated")


def test_reports_are_listed_for_programs(
    bureau: Bureau, service: Service, citizen: Browser
) -> None:
    path = published(bureau, service, "2020", "3")
    listed = json.loads(citizen.get("/api/statistics/reports").text)
    assert listed["sample"] is True
    mine = next(one for one in listed["reports"] if one["period"] == "2020-Q3")
    assert mine["url"].endswith(path.rpartition("/")[2])
    data = citizen.client.get(mine["files"]["json"]).json()
    assert data
    text = citizen.get(mine["url"]).text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found
    marked = json.loads(unescape(found[1]))
    assert (marked["@type"], marked["temporalCoverage"]) == ("Dataset", "2020-07-01/2020-09-30")


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.HANDLER])
def test_those_without_a_part_see_no_drafts(staff: Staffing, role: Role) -> None:
    member = staff(role)
    assert member.get("/staff/reports").status == 403
    assert member.get("/staff/reports/opening").status == 403


def test_who_may_only_look_has_no_forms(staff: Staffing, bureau: Bureau) -> None:
    path = draft(bureau.publisher, "quarterly", "2019", "2")
    auditor = staff(Role.AUDITOR)
    page = auditor.get(path)
    assert page.status == 200
    assert not re.search(rf'action="{path}/', page.text)
    assert not auditor.get("/staff/reports").has_form("/staff/reports")
    csrf = re.search(r'name="csrf" value="([^"]+)"', auditor.text)
    assert csrf
    assert auditor.post(f"{path}/redraft", {"csrf": csrf[1]}).status == 403


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on": "gestern"}, "日期"),
        ({"count": "many"}, "件数"),
        ({"count": "0"}, "不为零"),
        ({"row": "nonsense"}, "没有这一行"),
        ({"applicant": ""}, "选择"),
        ({"source": ""}, "太短"),
    ],
)
def test_what_is_entered_wrongly_comes_back(
    staff: Staffing, wrong: dict[str, str], field: str
) -> None:
    publisher = staff(Role.PUBLISHER)
    right = {
        "on": "2018-03-03", "row": "received", "applicant": "person", "count": "3", "source": "台账",
    }  # fmt: skip
    page = publisher.get("/staff/reports/opening").submit(
        "/staff/reports/opening", **(right | wrong)
    )
    assert page.status == 422
    assert field in page.alert()
    kept = {**right, **wrong}["on"]
    assert f'value="{kept}"' in page.text


def test_edits_are_kept_apart_from_figures(bureau: Bureau, service: Service) -> None:
    path = draft(bureau.publisher, "annual", "2019")
    part = report_of(service, path).data["sections"][0]["parts"][0]["key"]
    act(bureau.publisher, path, "edit", part=part, text="自己写的一段。")
    assert "（改过）" in bureau.publisher.text
    assert Edits.read(report_of(service, path).edits).texts == {part: "自己写的一段。"}
    act(bureau.publisher, path, "redraft")
    assert "自己写的一段。" in bureau.publisher.text
    act(bureau.publisher, path, "edit", part=part, text="")
    assert Edits.read(report_of(service, path).edits).texts == {}
