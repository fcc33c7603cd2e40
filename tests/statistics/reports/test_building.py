"""What a report says, from real cases, entered figures and the catalogue, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from assistant.cases.calendar import ANNOUNCED
from assistant.cases.kinds import CaseKind
from assistant.cases.workdays import Calendar
from assistant.disclosure.form import ApplicantClass, Delivery, DisclosureForm
from assistant.disclosure.outcomes import Outcome
from assistant.errors import Invalid
from assistant.knowledge.content import Document
from assistant.statistics.gathering import gather_all
from assistant.statistics.models import CaseDay
from assistant.statistics.periods import Quarter, Year
from assistant.statistics.reports.building import NO_EDITS, Edits, Publisher, build
from assistant.statistics.reports.checks import check
from assistant.statistics.reports.kinds import ReportKind, period_of, previous_of
from assistant.statistics.reports.tables import canonical, hash_of, table_of
from tests.cases.roads import Way
from tests.statistics.reports.conftest import BUREAU, NOW, QUARTERS, YEAR, Desk, a_year, values

ANNUAL, QUARTERLY = ReportKind.ANNUAL, ReportKind.QUARTERLY
# A Monday, 09:30 in Shanghai.
APRIL = datetime(2026, 4, 27, 1, 30, tzinfo=UTC)
COMPANY_FORM = DisclosureForm("2025年水资源公报", ApplicantClass.COMPANY, Delivery.EMAIL)


def real_cases(desk: Desk) -> None:
    """One granted after nine days; a company's that waits for an opinion; one of the year's last second."""
    desk.do(
        lambda s: (
            Way(s, desk.staff, APRIL)
            .open(CaseKind.DISCLOSURE)
            .confirm()
            .claim()
            .wait(9)
            .answer(Outcome.GRANTED, "经审查，您申请的信息已公开，见我局网站。")
        )
    )
    desk.do(
        lambda s: (
            Way(s, desk.staff, APRIL)
            .open(CaseKind.DISCLOSURE, disclosure=COMPANY_FORM)
            .confirm()
            .claim()
            .consult()
        )
    )
    last_second = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
    desk.do(lambda s: Way(s, desk.staff, last_second).open(CaseKind.DISCLOSURE).confirm())
    gather_all(desk.database, NOW)


def test_real_applications_come_to_the_form_cell_by_cell(desk: Desk) -> None:
    real_cases(desk)
    with desk.database.reading() as session:
        assert session.scalar(select(func.count(CaseDay.id)))
        year = build(session, ANNUAL, YEAR, BUREAU)
        quarters = [build(session, QUARTERLY, quarter, BUREAU) for quarter in QUARTERS]
    nonzero = {
        key[1:]: value for key, value in values(year).items() if key[0] == "applications" and value
    }
    assert nonzero == {
        ("received", "person"): 2,
        ("received", "company"): 1,
        ("received", "total"): 3,
        ("granted", "person"): 1,
        ("granted", "total"): 1,
        ("closed", "person"): 1,
        ("closed", "total"): 1,
        ("carried_out", "person"): 1,
        ("carried_out", "company"): 1,
        ("carried_out", "total"): 2,
    }
    second, last = values(quarters[1]), values(quarters[3])
    assert second["applications", "received", "total"] == 2
    assert last["applications", "received", "person"] == 1  # 31 December 23:59:59 is still 2026
    # 28 April to 6 May without the five days of 劳动节 (1 to 5 May): 28, 29, 30 April and 6 May.
    assert second["figures", "median_days", "value"] == 4
    assert second["figures", "on_time_rate", "value"] == 100
    assert second["figures", "replied", "value"] == 1
    sums = [one for one in check(year, None, quarters) if one.expected is not None]
    assert sums == []
    for before, after in pairwise(quarters):
        assert [one for one in check(after, before) if one.expected is not None] == []


def test_texts_say_the_figures(desk: Desk) -> None:
    a_year(desk)
    with desk.database.reading() as session:
        data = build(session, ANNUAL, YEAR, BUREAU)
    texts = {part["key"]: part["text"] for one in data["sections"] for part in one["parts"]}
    said = texts["overall.on_request"]
    assert "2026年新收政府信息公开申请5件，其中自然人3件，法人或其他组织2件；上年结转1件。" in said
    assert "办结4件：予以公开2件，部分公开1件，不予公开0件，无法提供1件" in said
    assert "结转下年度继续办理2件。" in said
    assert texts["others.fees"] == "2026年没有收取政府信息公开信息处理费。"
    assert data["period_sentence"] == "本报告所列数据的统计期限自2026年1月1日起至12月31日止。"
    assert [one["heading"] for one in data["sections"]] == [
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ]
    contests = values(data)
    assert contests["contests", "total", "reconsideration.total"] == 1
    assert contests["contests", "total", "litigation_direct.pending"] == 1


def test_quarter_shows_each_figure_with_unit_and_definition(desk: Desk) -> None:
    with desk.database.reading() as session:
        data = build(session, QUARTERLY, QUARTERS[0], BUREAU)
    table = table_of(data, "figures")
    assert table is not None
    assert all(row["unit"] and row["definition"] for row in table["rows"])
    empty = {row["key"]: row["values"] for row in table["rows"]}
    assert empty["on_time_rate"] == [None]  # nothing to have a share of
    assert empty["late"] == [0]
    assert data["title"] == "示例市林业水利局2026年第一季度依申请公开办理情况"


def a_document(id: str, topic: str, on: date, interprets: str | None = None) -> Document:
    return Document(
        id=id, title="某某文件", index="SL-1", summary="概述。", created_on=on, category=1,
        topic=topic, office="office.general", interprets=interprets,
    )  # fmt: skip


def test_catalogue_is_counted_until_somebody_enters(desk: Desk) -> None:
    documents = (
        a_document("document.a", "水资源公报", date(2026, 12, 31)),
        a_document("document.b", "水资源公报", date(2025, 12, 31)),
        a_document("document.c", "行政规范性文件", date(2026, 3, 1)),
        a_document("document.d", "行政规范性文件", date(2026, 3, 1)),
        a_document("document.e", "政策解读", date(2026, 3, 1), "document.c"),
    )
    publisher = Publisher("示例市林业水利局", True, documents)
    with desk.database.reading() as session:
        counted = build(session, ANNUAL, YEAR, publisher)
        edits = Edits({}, {"topics.water_bulletin.count": 5})
        entered = build(session, ANNUAL, YEAR, publisher, edits)
    assert values(counted)["topics", "water_bulletin", "count"] == 1
    assert values(entered)["topics", "water_bulletin", "count"] == 5
    assert "制发行政规范性文件2件，其中1件已经公开解读材料" in canonical(counted)
    assert "水资源公报5件" in canonical(entered)


def test_report_says_what_it_rests_on(desk: Desk) -> None:
    a_year(desk)
    with desk.database.reading() as session:
        data = build(session, ANNUAL, YEAR, BUREAU)
        later = build(session, ANNUAL, Year(2027), BUREAU)
        imported = Calendar({**ANNOUNCED, 2027: ANNOUNCED[2026]})
        known = build(session, ANNUAL, Year(2027), BUREAU, NO_EDITS, imported)
    assert data["log"]["seq"] == 8
    assert len(data["log"]["hash"]) == 64
    assert data["sample"] is True
    assert data["calendar_provisional"] is False
    assert later["calendar_provisional"] is True  # no notice of 2027 is out
    assert known["calendar_provisional"] is False
    assert len(hash_of(data)) == 64
    assert hash_of(data) != hash_of({**data, "title": "别的"})


def test_periods_are_read_and_follow_each_other() -> None:
    assert period_of("2026-Q3") == Quarter(2026, 3)
    assert period_of("2026") == Year(2026)
    assert previous_of(Quarter(2026, 1)) == Quarter(2025, 4)
    assert previous_of(Year(2026)) == Year(2025)
    for wrong in ("2026-Q5", "26", "2026-10", ""):
        with pytest.raises(Invalid):
            period_of(wrong)
