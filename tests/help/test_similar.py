"""Past cases beside a case, and likely duplicates, on both databases; never with anybody's data."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from assistant.cases import actions
from assistant.cases.kinds import CaseKind, Resolution
from assistant.cases.models import Case
from assistant.cases.opening import Receipt
from assistant.db import Database
from assistant.disclosure.form import ApplicantClass, Delivery, DisclosureForm
from assistant.disclosure.outcomes import Outcome
from assistant.help.similar import Duplicate, PastCase, SimilarCases
from assistant.language.encoder import default_encoder
from assistant.settings import settings
from tests.cases.conftest import NOW, Open, Staff
from tests.help.conftest import Reply

WELL = "我家菜地边上想打一口井浇菜，一天用不到两方水，请问要不要办取水许可？"
WELL_TOO = "想在自家菜地打口井浇菜，用水很少，需要办理取水许可吗？"
SAND = "村口的河道里夜里有人开着船抽沙，请来查一查。"


def similar(
    database: Database, receipt: Receipt, cases: SimilarCases | None = None, limit: int = 5
) -> list[PastCase]:
    with database.reading() as session:
        case = session.get_one(Case, receipt.case_id)
        return (cases or SimilarCases()).similar(session, case, limit)


def duplicates(database: Database, receipt: Receipt, days: int = 30) -> list[Duplicate]:
    with database.reading() as session:
        case = session.get_one(Case, receipt.case_id)
        return SimilarCases().duplicates(session, case, days)


def test_answered_case_is_shown_with_its_reply(
    database: Database, open_one: Open, reply: Reply
) -> None:
    past = open_one(text=WELL_TOO)
    reply(past, "家庭生活少量取水不用办取水许可。")
    open_one(text=SAND)
    [found] = similar(database, open_one(text=WELL))
    assert found.case_id == past.case_id
    assert found.receipt_no == past.receipt_no
    assert found.reply_text == "家庭生活少量取水不用办取水许可。"
    assert found.question == WELL_TOO
    assert found.replied_on == NOW.date()
    assert (found.outcome, found.resolution) == (None, Resolution.ANSWERED)
    assert found.ended == "已答复"
    assert 0.12 <= found.score < 1
    assert "取水许可" in found.why


def test_only_answered_cases_are_shown(
    database: Database, staff: Staff, open_one: Open, reply: Reply
) -> None:
    open_one(text=WELL_TOO)
    reopened = open_one(text=WELL_TOO)
    reply(reopened)
    current = open_one(text=WELL)
    cases = SimilarCases()
    assert [one.case_id for one in similar(database, current, cases)] == [reopened.case_id]
    database.write(lambda s: actions.reopen(s, staff.supervisor, reopened.case_id, "重新核实", NOW))
    assert similar(database, current, cases) == []
    reply(reopened, "核实后答复如下。")
    assert [one.reply_text for one in similar(database, current, cases)] == ["核实后答复如下。"]


def test_case_is_not_like_itself(database: Database, open_one: Open, reply: Reply) -> None:
    only = open_one(text=WELL)
    reply(only)
    assert similar(database, only) == []


def test_same_reply_is_shown_once_with_its_count(
    database: Database, staff: Staff, open_one: Open, reply: Reply
) -> None:
    main, merged, other = open_one(text=WELL_TOO), open_one(text=WELL_TOO), open_one(text=WELL_TOO)
    database.write(lambda s: actions.merge(s, staff.handler, merged.case_id, main.case_id, NOW))
    reply(main, "同一份答复。")
    reply(other, "另一份答复。")
    found = similar(database, open_one(text=WELL))
    assert [(one.reply_text, one.same_reply) for one in found] == [
        ("同一份答复。", 1),
        ("另一份答复。", 0),
    ]


def test_limit_is_kept_and_the_most_alike_come_first(
    database: Database, open_one: Open, reply: Reply
) -> None:
    for text, words in ((WELL_TOO, "甲"), (WELL, "乙"), (f"{WELL}谢谢", "丙")):
        reply(open_one(text=text), f"答复{words}。")
    found = similar(database, open_one(text=WELL), limit=2)
    assert [one.reply_text for one in found] == ["答复乙。", "答复丙。"]
    assert found[0].why == "内容几乎相同（100%）"


def test_applications_are_compared_by_what_they_ask_for(
    database: Database, open_one: Open, reply: Reply
) -> None:
    past = open_one(kind=CaseKind.DISCLOSURE, text="申请公开以下信息，请邮寄。")
    reply(past, "现予公开。")
    inquiry = open_one(text="请问2025年水资源公报在哪里看？")
    assert similar(database, inquiry) == []
    again = open_one(kind=CaseKind.DISCLOSURE, text="本人需要贵局的资料。")
    [found] = similar(database, again)
    assert found.case_id == past.case_id
    assert (found.outcome, found.ended) == (Outcome.GRANTED, Outcome.GRANTED.label)
    assert "水资源" in found.why


def test_report_is_shown_beside_reports_only(
    database: Database, open_one: Open, reply: Reply
) -> None:
    report = open_one(kind=CaseKind.REPORT, text=SAND)
    reply(report)
    assert similar(database, open_one(text=SAND)) == []
    assert len(similar(database, open_one(kind=CaseKind.REPORT, text=SAND))) == 1


PERSON = {
    "contact_name": "陈大勇",
    "contact_phone": "13912345678",
    "contact_email": "Dayong.Chen@example.com",
}
TELLING = (
    "我叫陈大勇，想在菜地边上打一口井浇菜，要不要办取水许可？"
    "电话139 1234 5678，身份证330102199001011234，邮箱dayong.chen@EXAMPLE.com，微信号chendy_1990。"
)
REPLYING = (
    "陈大勇：您好。陈先生，您于受理编号{number}中询问打井浇菜的取水许可，我们已拨打13912345678与您联系，"
    "并发信至dayong.chen@example.com。家庭生活少量取水不用办。"
)


def test_nothing_of_the_past_citizen_is_shown(
    database: Database, open_one: Open, reply: Reply
) -> None:
    past = open_one(text=TELLING, external_no="HL20260401-778899", **PERSON)
    reply(past, REPLYING.format(number=past.receipt_no) + "热线编号HL20260401-778899。")
    [found] = similar(database, open_one(text=WELL))
    shown = "\n".join((found.title, found.question, found.reply_text, found.why))
    secrets = (
        *("陈大勇", "大勇", "陈先生", "13912345678", "139 1234 5678", "12345678"),
        *("330102199001011234", "dayong", "example.com", "chendy_1990"),
        *(past.receipt_no, "HL20260401-778899"),
    )
    assert [secret for secret in secrets if secret.lower() in shown.lower()] == []
    assert "家庭生活少量取水不用办。" in found.reply_text
    assert "[姓名]先生" in found.reply_text


def test_title_is_not_cut_within_a_number(database: Database, open_one: Open, reply: Reply) -> None:
    """The case's own title ends after 40 characters, here in the middle of a telephone number."""
    text = "我想在菜地边上打一口井浇菜请问要不要办取水许可请您打我的电话" + "13700001111" + "告诉我"
    assert text[:40].endswith("1370000111")
    reply(open_one(text=text, contact_phone="13800005555"))
    [found] = similar(database, open_one(text=WELL))
    assert "137" not in found.title


def test_memory_grows_with_the_cases(database: Database, open_one: Open, reply: Reply) -> None:
    cases = SimilarCases()
    current = open_one(text=WELL)
    with database.reading() as session:
        assert cases.refresh(session) == 1
        assert cases.refresh(session) == 0
    assert similar(database, current, cases) == []
    reply(open_one(text=WELL_TOO))
    assert len(similar(database, current, cases)) == 1
    assert len(cases) == 2


def test_case_committed_late_is_taken_in(database: Database, open_one: Open) -> None:
    """Numbers are given before the commit: a lower one may appear after a higher one was seen."""
    cases = SimilarCases()
    early, late = open_one(text=WELL), open_one(text=WELL_TOO)

    def renumber(receipt: Receipt, case_id: int) -> None:
        change = update(Case).where(Case.id == receipt.case_id).values(id=case_id)
        database.write(lambda session: session.execute(change))

    renumber(early, 90)
    renumber(late, 190)
    with database.reading() as session:
        assert cases.refresh(session) == 2
    renumber(open_one(text=SAND), 120)
    with database.reading() as session:
        assert cases.refresh(session) == 1
        assert cases.refresh(session) == 0
    assert len(cases) == 3


def test_same_telephone_or_email_is_a_likely_duplicate(database: Database, open_one: Open) -> None:
    by_phone = open_one(text=WELL_TOO)
    by_email = open_one(
        text=SAND, contact_phone=None, contact_email="A.B@example.com", contact_name="李四"
    )
    current = open_one(text=WELL, contact_email="a.b@example.com")
    found = {one.case_id: one for one in duplicates(database, current)}
    assert set(found) == {by_phone.case_id, by_email.case_id}
    phone, email = found[by_phone.case_id], found[by_email.case_id]
    assert (phone.same_contact, phone.likely) == (True, True)
    assert phone.reason.startswith("电话相同，内容相近")
    assert (email.same_contact, email.likely) == (True, False)
    assert email.reason == "电子邮箱相同，内容不同"


def test_nearly_the_same_text_is_a_likely_duplicate(database: Database, open_one: Open) -> None:
    twin = open_one(text=WELL + "谢谢！", contact_phone="13700000001")
    open_one(text=SAND, contact_phone="13700000002")
    [found] = duplicates(database, open_one(text=WELL))
    assert found.case_id == twin.case_id
    assert (found.same_contact, found.likely, found.can_merge) == (False, True, True)
    assert found.score >= 0.6
    assert found.reason.startswith("内容")


def test_same_matter_in_other_words_is_seen_by_its_meaning(
    database: Database, open_one: Open
) -> None:
    told = "有人在示例溪上游夜里偷偷挖沙，大卡车进出，已经半个月了，要求查处。"
    again = "示例溪上游半夜有人挖沙，卡车来来往往，请你们去查一查。"
    first = open_one(text=told, contact_phone="13700000001")
    open_one(text="示例溪下游的护栏被车撞坏了，请来修。", contact_phone="13700000002")
    second = open_one(text=again, contact_phone="13700000003")
    with database.reading() as session:
        case = session.get_one(Case, second.case_id)
        assert SimilarCases().duplicates(session, case) == []
        encoder = default_encoder(settings().encoder_cache)
        [found] = SimilarCases(encoder).duplicates(session, case)
    assert found.case_id == first.case_id
    assert (found.likely, found.can_merge, found.reason) == (True, True, "说的像是同一件事")


def test_applications_are_never_joined_by_meaning(database: Database, open_one: Open) -> None:
    for year in ("2024", "2025"):
        wanted = f"申请公开{year}年度示例市水资源公报及其编制说明全文。"
        asked = DisclosureForm(wanted, ApplicantClass.PERSON, Delivery.EMAIL)
        receipt = open_one(
            kind=CaseKind.DISCLOSURE, disclosure=asked, contact_phone=f"1370000{year}"
        )
    with database.reading() as session:
        case = session.get_one(Case, receipt.case_id)
        plain = SimilarCases().duplicates(session, case)
        assert SimilarCases(default_encoder()).duplicates(session, case) == plain


def test_likely_ones_come_first(database: Database, open_one: Open) -> None:
    open_one(text="想咨询信息公开年报在哪里看。")
    twin = open_one(text=WELL, contact_phone="13700000001")
    both = open_one(text=WELL)
    found = duplicates(database, open_one(text=WELL))
    assert [one.case_id for one in found][:2] == [both.case_id, twin.case_id]
    assert [one.likely for one in found] == [True, True, False]


def test_old_cases_count_while_they_are_open(
    database: Database, open_one: Open, reply: Reply
) -> None:
    long_ago = NOW - timedelta(days=45)
    still_open = open_one(long_ago, text=WELL)
    answered = open_one(long_ago, text=WELL)
    reply(answered)
    recently = open_one(NOW - timedelta(days=20), text=WELL)
    reply(recently)
    current = open_one(text=WELL)
    found = {one.case_id: one.can_merge for one in duplicates(database, current)}
    assert found == {still_open.case_id: True, recently.case_id: False}
    longer = {one.case_id for one in duplicates(database, current, days=60)}
    assert longer == {*found, answered.case_id}


def test_merged_ones_are_no_news(database: Database, staff: Staff, open_one: Open) -> None:
    main, merged, third = open_one(text=WELL), open_one(text=WELL), open_one(text=WELL)
    database.write(lambda s: actions.merge(s, staff.handler, merged.case_id, main.case_id, NOW))
    assert [one.case_id for one in duplicates(database, main)] == [third.case_id]
    assert [one.case_id for one in duplicates(database, merged)] == [third.case_id]


def test_duplicate_shows_no_personal_data(database: Database, open_one: Open) -> None:
    open_one(text=TELLING, **PERSON)
    current = open_one(text=WELL, contact_phone=PERSON["contact_phone"])
    [found] = duplicates(database, current)
    shown = f"{found.title}{found.reason}"
    assert "13912345678" not in shown
    assert "陈大勇" not in shown


@pytest.mark.parametrize("kind", [CaseKind.DISCLOSURE, CaseKind.REPORT])
def test_other_families_are_never_merged(
    database: Database, open_one: Open, kind: CaseKind
) -> None:
    """A report is of the same family and may be; an application is answered on its own."""
    open_one(kind=kind, text=WELL)
    [found] = duplicates(database, open_one(text=WELL))
    assert found.same_contact
    assert found.can_merge is (kind is CaseKind.REPORT)
