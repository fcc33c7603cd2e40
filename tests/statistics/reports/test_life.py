"""From draft to published and corrected: who may, what is refused, what stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from assistant import audit
from assistant.errors import Conflict, Forbidden, Invalid, NotFound
from assistant.statistics.periods import Quarter, Year
from assistant.statistics.reports import life, publishing, reading
from assistant.statistics.reports.kinds import Format, ReportKind, ReportStatus
from assistant.statistics.reports.tables import hash_of
from tests.statistics.reports.conftest import BUREAU, NOW, QUARTERS, YEAR, Desk, a_year, values

pytestmark = pytest.mark.usefixtures("without_pdf")
ANNUAL, QUARTERLY = ReportKind.ANNUAL, ReportKind.QUARTERLY
EVERYBODY = (
    "handler",
    "reviewer",
    "operator",
    "signer",
    "publisher",
    "supervisor",
    "auditor",
    "administrator",
)


def actions_of(desk: Desk, report_id: int) -> list[str]:
    with desk.database.reading() as session:
        assert audit.verify(session) is None
        return [entry.action for entry in audit.events_of(session, "report", report_id)]


def test_whole_way(desk: Desk) -> None:
    a_year(desk)
    report = desk.published(ANNUAL, YEAR)
    assert report.status == ReportStatus.PUBLISHED
    assert report.number == "政务公开年报〔2027〕1号"
    assert report.published_at == NOW
    assert report.signed_hash == report.data_hash == hash_of(report.data)
    steps = actions_of(desk, report.id)
    assert steps[0] == "draft"
    assert steps[-2:] == ["sign", "publish"]
    with desk.database.reading() as session:
        (entry,) = reading.published_reports(session)
        view = reading.get_published(session, report.id)
        assert entry.is_newest
        assert (entry.number, entry.period, entry.version) == (report.number, YEAR, 1)
        assert entry.title == "示例市林业水利局2026年政府信息公开工作年度报告"
        assert {file.format for file in view.files} == set(Format) - {Format.PDF}
        assert reading.changes_in(session, report.id) is None
        assert reading.read_file(session, report.id, Format.HTML).startswith(b"<!doctype html>")


def test_numbers_go_on_within_year_and_series(desk: Desk) -> None:
    first = desk.published(QUARTERLY, QUARTERS[0])
    second = desk.published(QUARTERLY, QUARTERS[1])
    annual = desk.published(ANNUAL, YEAR)
    assert [one.number for one in (first, second, annual)] == [
        "政务公开季报〔2027〕1号",
        "政务公开季报〔2027〕2号",
        "政务公开年报〔2027〕1号",
    ]


@pytest.mark.parametrize("role", [r for r in EVERYBODY if r not in ("publisher", "supervisor")])
def test_others_may_not_draft_edit_enter_or_correct(desk: Desk, role: str) -> None:
    by = getattr(desk.staff, role)
    report = desk.draft(ANNUAL, YEAR)
    seen = report.data_hash
    steps = (
        lambda s: life.draft(s, by, QUARTERLY, QUARTERS[0], BUREAU, NOW),
        lambda s: life.redraft(s, by, report.id, BUREAU, NOW),
        lambda s: life.edit_text(s, by, report.id, "problems.found", "无。", seen, BUREAU, NOW),
        lambda s: life.enter_counts(s, by, report.id, {}, seen, BUREAU, NOW),
        lambda s: life.correct(s, by, report.id, "更正。", BUREAU, NOW),
    )
    for step in steps:
        with pytest.raises(Forbidden):
            desk.do(step)
    assert actions_of(desk, report.id) == ["draft"]


@pytest.mark.parametrize("role", [r for r in EVERYBODY if r not in ("signer", "supervisor")])
def test_others_may_not_sign(desk: Desk, role: str) -> None:
    report = desk.complete(desk.draft(ANNUAL, YEAR))
    by, seen = getattr(desk.staff, role), report.data_hash
    with pytest.raises(Forbidden):
        desk.do(lambda s: life.sign_off(s, by, report.id, seen, NOW))


@pytest.mark.parametrize("role", [r for r in EVERYBODY if r != "publisher"])
def test_others_may_not_publish(desk: Desk, role: str) -> None:
    report = desk.signed(QUARTERLY, QUARTERS[0])
    by = getattr(desk.staff, role)
    with desk.database.reading() as session:
        with pytest.raises(Forbidden):
            publishing.prepare(session, by, report.id, NOW)
        prepared = publishing.prepare(session, desk.staff.publisher, report.id, NOW)
    with pytest.raises(Forbidden):
        desk.do(lambda s: publishing.publish(s, by, prepared, NOW))


@pytest.mark.parametrize("role", EVERYBODY)
def test_drafts_are_read_by_those_who_have_part_in_them(desk: Desk, role: str) -> None:
    report = desk.draft(ANNUAL, YEAR)
    by = getattr(desk.staff, role)
    with desk.database.reading() as session:
        if role in ("handler", "operator"):
            for read in (
                lambda: reading.get_report(session, by, report.id),
                lambda: reading.all_reports(session, by),
            ):
                with pytest.raises(Forbidden):
                    read()
        else:
            assert reading.get_report(session, by, report.id).id == report.id
            assert len(reading.all_reports(session, by)) == 1


def test_who_had_a_hand_in_it_does_not_sign_it(desk: Desk) -> None:
    """Neither the drafter nor an editor, also when somebody else touched it last."""
    by = desk.staff.supervisor
    report = desk.do(lambda s: life.draft(s, by, QUARTERLY, QUARTERS[0], BUREAU, NOW))
    seen = report.data_hash
    with pytest.raises(Forbidden, match="另一个人"):
        desk.do(lambda s: life.sign_off(s, by, report.id, seen, NOW))
    report = desk.edit(report, "overall.on_request", "本季度没有收到申请。")
    seen = report.data_hash
    with pytest.raises(Forbidden, match="另一个人"):
        desk.do(lambda s: life.sign_off(s, by, report.id, seen, NOW))
    assert desk.sign(report).signed_by == desk.staff.signer.id


def test_what_does_not_hold_is_not_signed_and_named(desk: Desk) -> None:
    report = desk.draft(ANNUAL, YEAR)
    with pytest.raises(Conflict) as refused:
        desk.sign(report)
    wrong = refused.value.details["violations"]
    assert isinstance(wrong, list)
    assert "第二十条第（一）项，规章，本年制发件数：还没有填写。" in wrong
    assert "五、存在的主要问题及改进情况，（一）存在的主要问题：还有没写完的地方。" in wrong
    desk.enter("granted", 1, date(2026, 3, 3))  # answered without having been received
    report = desk.complete(report)
    with pytest.raises(Conflict, match="四、结转下年度继续办理，自然人：不能是负数"):
        desk.sign(report)


def test_signing_needs_what_was_seen(desk: Desk) -> None:
    report = desk.complete(desk.draft(QUARTERLY, QUARTERS[0]))
    seen = report.data_hash
    desk.edit(report, "overall.on_request", "后来改了。")
    with pytest.raises(Conflict, match="刷新"):
        desk.do(lambda s: life.sign_off(s, desk.staff.signer, report.id, seen, NOW))
    with pytest.raises(Conflict, match="刷新"):
        desk.do(
            lambda s: life.edit_text(
                s, desk.staff.publisher, report.id, "overall.on_request", "旧", seen, BUREAU, NOW
            )
        )


def test_any_change_voids_the_signature(desk: Desk) -> None:
    report = desk.signed(ANNUAL, YEAR)
    by, which = desk.staff.publisher, report.id
    for change in (
        lambda s, seen: life.redraft(s, by, which, BUREAU, NOW),
        lambda s, seen: life.edit_text(s, by, which, "others.fees", "无。", seen, BUREAU, NOW),
        lambda s, seen: life.enter_counts(
            s, by, which, {"item_5.licences.decisions": 77}, seen, BUREAU, NOW
        ),
    ):
        seen = report.data_hash
        report = desk.do(lambda s, change=change, seen=seen: change(s, seen))
        assert report.status == ReportStatus.DRAFT
        assert (report.signed_by, report.signed_at, report.signed_hash) == (None, None, None)
        with desk.database.reading() as session, pytest.raises(Conflict, match="签发以后"):
            publishing.prepare(session, by, which, NOW)
        report = desk.sign(report)


def test_redraft_takes_new_figures_and_keeps_what_people_gave(desk: Desk) -> None:
    report = desk.draft(ANNUAL, YEAR)
    seen, by = report.data_hash, desk.staff.publisher
    counts = {"item_8.charges.amount": 12.5, "topics.suggestions_handled.count": 4}
    report = desk.do(lambda s: life.enter_counts(s, by, report.id, counts, seen, BUREAU, NOW))
    report = desk.edit(report, "problems.found", "解读形式还不够多。")
    desk.enter("received", 3, date(2026, 2, 10))
    report = desk.do(lambda s: life.redraft(s, by, report.id, BUREAU, NOW))
    found = values(report.data)
    assert found["applications", "received", "total"] == 3
    assert found["item_8", "charges", "amount"] == 12.5
    texts = {
        part["key"]: part["text"]
        for part in (p for s in report.data["sections"] for p in s["parts"])
    }
    assert texts["problems.found"] == "解读形式还不够多。"
    assert "主办人大代表建议4件" in texts["others.suggestions"]
    assert "新收政府信息公开申请3件" in texts["overall.on_request"]
    report = desk.edit(report, "problems.found", "")  # given back to the figures
    assert "【请写明存在的主要问题】" in str(report.data["sections"])


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("item_5.licences.decisions", -1),
        ("item_5.licences.decisions", 1.5),
        ("item_8.charges.amount", 0.00001),
        ("item_5.licences", 1),
        ("applications.received.person", 1),
    ],
)
def test_counts_that_cannot_be_are_refused(desk: Desk, key: str, number: float) -> None:
    report = desk.draft(ANNUAL, YEAR)
    seen, by = report.data_hash, desk.staff.publisher
    with pytest.raises(Invalid):
        desk.do(lambda s: life.enter_counts(s, by, report.id, {key: number}, seen, BUREAU, NOW))


def test_only_a_period_that_is_over_is_published(desk: Desk) -> None:
    """31 December 23:59:59 in Shanghai is too early, a second later it is not."""
    report = desk.signed(QUARTERLY, QUARTERS[3])
    last = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
    with pytest.raises(Conflict, match="还没有结束"):
        desk.publish(report, last)
    done = desk.publish(report, last + timedelta(seconds=1))
    assert done.number == "政务公开季报〔2027〕1号"


def test_a_period_is_drafted_once_and_by_its_kind(desk: Desk) -> None:
    desk.draft(ANNUAL, YEAR)
    with pytest.raises(Conflict, match="已经起草过"):
        desk.draft(ANNUAL, YEAR)
    with pytest.raises(Invalid):
        desk.draft(ANNUAL, Quarter(2026, 1))
    with pytest.raises(Invalid):
        desk.draft(QUARTERLY, YEAR)


def test_what_was_prepared_is_what_is_published(desk: Desk) -> None:
    """Another report took the number, or the report changed: prepare again."""
    first = desk.signed(QUARTERLY, QUARTERS[0])
    with desk.database.reading() as session:
        prepared = publishing.prepare(session, desk.staff.publisher, first.id, NOW)
    desk.published(QUARTERLY, QUARTERS[1])
    with pytest.raises(Conflict, match="重新准备"):
        desk.do(lambda s: publishing.publish(s, desk.staff.publisher, prepared, NOW))
    assert desk.publish(first).number == "政务公开季报〔2027〕2号"
    with pytest.raises(Conflict, match="已经公布"):
        desk.do(lambda s: publishing.publish(s, desk.staff.publisher, prepared, NOW))


def test_published_is_not_touched_by_any_verb(desk: Desk) -> None:
    report = desk.published(QUARTERLY, QUARTERS[0])
    seen, by, part = report.data_hash, desk.staff.publisher, "overall.on_request"
    for step in (
        lambda s: life.redraft(s, by, report.id, BUREAU, NOW),
        lambda s: life.edit_text(s, by, report.id, part, "改。", seen, BUREAU, NOW),
        lambda s: life.sign_off(s, desk.staff.signer, report.id, seen, NOW),
    ):
        with pytest.raises(Conflict, match="已经公布"):
            desk.do(step)


def test_correction_is_a_new_version_with_its_difference(desk: Desk) -> None:
    a_year(desk)
    old = desk.published(QUARTERLY, QUARTERS[0])
    before = dict(old.data)
    desk.enter("received", 2, date(2026, 3, 9))
    desk.enter("denied_process", 1, date(2026, 3, 30))
    new = desk.correct(old)
    assert (new.version, new.note, new.number) == (2, "补录漏统计的一件。", None)
    with desk.database.reading() as session:  # while it is drafted the old one stands
        assert reading.newest_published(session, QUARTERLY, QUARTERS[0]).id == old.id  # type: ignore[union-attr]
        with pytest.raises(NotFound):
            reading.get_published(session, new.id)
    with pytest.raises(Conflict, match="已经在更正"):
        desk.correct(old)
    new = desk.publish(desk.sign(new))
    with desk.database.reading() as session:
        listed = reading.published_reports(session, QUARTERLY)
        change = reading.changes_in(session, new.id)
        view = reading.get_published(session, new.id)
        kept = reading.get_published(session, old.id).data
    assert kept == before
    assert [(one.version, one.is_newest) for one in listed] == [(2, True), (1, False)]
    assert [one.id for one in view.versions] == [new.id, old.id]
    assert change is not None
    assert change.texts == ()  # the edited text was carried over
    moved = {one.cell.key[1:]: (one.old, one.new) for one in change.cells}
    assert moved == {
        ("received", "person"): (3, 5),
        ("received", "total"): (3, 5),
        ("denied_process", "person"): (0, 1),
        ("denied_process", "total"): (0, 1),
        ("closed", "person"): (2, 3),
        ("closed", "total"): (2, 3),
        ("carried_out", "person"): (2, 3),
        ("carried_out", "total"): (2, 3),
    }
    with pytest.raises(Conflict, match="最新一版"):
        desk.correct(old)


def test_year_is_compared_with_its_published_quarters(desk: Desk) -> None:
    """A figure entered after a quarter was published has to be published there first."""
    a_year(desk)
    quarters = [desk.published(QUARTERLY, quarter) for quarter in QUARTERS]
    desk.enter("received", 1, date(2026, 5, 20))
    annual = desk.complete(desk.draft(ANNUAL, YEAR))
    with pytest.raises(Conflict, match="应等于已公布的四个季度之和，应为3，现为4"):
        desk.sign(annual)
    desk.publish(desk.sign(desk.correct(quarters[1])))
    with pytest.raises(Conflict, match="应等于第四季度公布的结转数"):
        desk.sign(annual)
    for later in quarters[2:]:
        desk.publish(desk.sign(desk.correct(later)))
    assert desk.publish(desk.sign(annual)).number == "政务公开年报〔2027〕1号"


def test_year_begins_with_what_the_year_before_published(desk: Desk) -> None:
    desk.enter("received", 2, date(2025, 12, 30))
    desk.published(ANNUAL, Year(2025))
    desk.enter("received", 1, date(2025, 12, 31))
    annual = desk.complete(desk.draft(ANNUAL, YEAR))
    with pytest.raises(Conflict, match="二、上年结转政府信息公开申请数量，自然人：应等于上期"):
        desk.sign(annual)
