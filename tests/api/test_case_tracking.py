"""Following a case on its page, and what its citizen does there, with the real application."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.attachments.checks import FileKind
from assistant.attachments.models import Attachment, AttachmentPurpose
from assistant.attachments.store import attach
from assistant.attachments.vault import open_vault
from assistant.cases.following import Situation
from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case, CaseNote, Rating
from assistant.cases.opening import Receipt, local_date
from assistant.cases.reading import get_case_for_staff
from assistant.cases.states import CaseAction, CaseStatus
from assistant.disclosure.outcomes import Outcome
from assistant.letters.case_facts import facts_of
from assistant.letters.compose import compose
from assistant.letters.facts import LetterFacts
from assistant.letters.kinds import LetterKind
from assistant.letters.numbering import issue
from assistant.letters.of_case import send_with_letters
from assistant.letters.render import STYLE_HASH, pdf_is_possible
from assistant.letters.templates import load_templates
from assistant.service import Service, utc_now
from assistant.settings import PROJECT_DIR
from assistant.staff.models import Account
from assistant.staff.roles import CITIZEN, Actor, Role
from tests.attachments.samples import PDF, png
from tests.cases.roads import (
    INTERNAL,
    MISSING,
    PAYMENT,
    REPLY,
    ROADS,
    WHY_CONSULT,
    WHY_DECLINED,
    WHY_LAPSED,
    WHY_LONGER,
    WHY_SENT_ON,
    Way,
    travel,
)
from tests.letters.samples import finished

from .conftest import Browser

WRONG = "没有找到这件，请核对受理编号和查询码。"
STEPS = ("withdraw", "remind", "supplement", "identity", "rate", "file", "letter")
# Where a case of this kind calls the situation something of its own.
OWN_WORDS = {
    "inquiry_reopened": "正在重新办理",
    "application_accepted": "已收到，正在安排承办人",
}


@dataclass(frozen=True)
class People:
    handler: Actor
    reviewer: Actor
    operator: Actor
    signer: Actor
    supervisor: Actor


@pytest.fixture(scope="module")
def people(service: Service) -> People:
    """One of each role the roads need, without the cost of real passwords."""

    def hire(session: Session) -> dict[str, Actor]:
        accounts = {name: _account(name) for name in People.__annotations__}
        session.add_all(accounts.values())
        session.flush()
        return {name: account.actor for name, account in accounts.items()}

    return People(**service.db.write(hire))


def _account(name: str) -> Account:
    return Account(
        username=f"tracking_{name}",
        display_name=f"示例{name}",
        role=Role(name),
        password_hash="-",
        must_change_password=False,
        created_at=utc_now(),
    )


Journey = Callable[[str], Receipt]


@pytest.fixture
def on_road(service: Service, people: People) -> Journey:
    """The receipt of a case that stands at the end of a road today."""

    def go(name: str) -> Receipt:
        def work(session: Session) -> Receipt:
            receipt = travel(name, session, people, utc_now(), service.rules).receipt
            assert receipt is not None
            return receipt

        return service.db.write(work)

    return go


def key_of(receipt: Receipt) -> dict[str, str]:
    return {"number": receipt.receipt_no, "code": receipt.lookup_code}


def track(citizen: Browser, receipt: Receipt) -> Browser:
    return citizen.get("/track").submit("/track", **key_of(receipt))


def step(
    citizen: Browser,
    name: str,
    receipt: Receipt,
    files: list[tuple[str, tuple[str, bytes]]] | None = None,
    **values: str,
) -> Browser:
    given = key_of(receipt) | values
    return citizen._keep(citizen.client.post(f"/track/{name}", data=given, files=files))


def case_of(service: Service, receipt: Receipt) -> Case:
    with service.db.reading() as session:
        return session.get_one(Case, receipt.case_id)


def files_of(service: Service, receipt: Receipt) -> list[Attachment]:
    with service.db.reading() as session:
        query = select(Attachment).where(Attachment.case_id == receipt.case_id)
        return list(session.scalars(query.order_by(Attachment.id)))


def said(page: Browser) -> str:
    """What the page says about the step that was taken."""
    found = re.search(r'<div class="success"[^>]*>\s*<p>(.*?)</p>', page.text)
    return unescape(found[1]) if found else ""


def day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


@pytest.mark.parametrize("name", ROADS)
def test_page_of_every_state_says_where_the_case_stands(
    citizen: Browser, on_road: Journey, name: str
) -> None:
    receipt = on_road(name)
    page = track(citizen, receipt)
    assert page.status == 200
    head = re.search(r'<p class="status-words">([^<]+)</p>', page.text)
    assert head is not None
    assert head[1] == OWN_WORDS.get(name, Situation(ROADS[name][1]).label)
    for inside in (INTERNAL, WHY_CONSULT, "示例建设有限公司", "示例handler", "示例reviewer"):
        assert inside not in page.text
    assert receipt.lookup_code not in page.url


TELLS: list[tuple[str, list[str]]] = [
    ("application_submitted", ["第三十一条", "还没有开始计算", "交身份证明"]),
    ("application_supplementing", [MISSING, "以前补正", "停止计算", "第三十条", "提交补正"]),
    ("application_consulting_third_party", ["暂停计算", "第三十二条", "对方应在", "第15个工作日"]),
    ("application_consulting_co_maker", ["几个机关共同制作", "第三十四条"]),
    ("application_consulting_agency", ["征求其他机关的意见", "第三十三条第三款"]),
    (
        "application_fee_due",
        ["1100元", "31–100（70页）", "101–120（20页）", PAYMENT, "第20个工作日", "怎么缴"],
    ),
    ("application_extended", [WHY_LONGER, "原来应在", "延期期间", "第三十三条第二款"]),
    ("application_overdue", ["已经过了答复期限", "第五十一条", "第二十三条第一款第三项", "催办"]),
    ("application_sent", ["予以公开", REPLY, "登记送达日期以后"]),
    ("application_denied", ["第十六条第二款", "应当先", "第二十三条第一款第四项", "第四十五条"]),
    ("application_lapsed_supplement", [WHY_LAPSED, "第三十条", "重新申请", "不服怎么办"]),
    ("application_lapsed_fee", ["第四十二条", "不服怎么办"]),
    ("application_withdrawn", ["按您的意思撤回", "重新申请"]),
    ("inquiry_extended", [WHY_LONGER, "延长5个工作日"]),
    ("inquiry_overdue", ["已经过了答复期限", "催办"]),
    ("inquiry_merged", ["并在一起办理", "一并答复"]),
    ("inquiry_declined", [WHY_DECLINED, "12345"]),
    ("inquiry_transferred", [WHY_SENT_ON]),
    ("inquiry_sent", [REPLY, "您对这次答复满意吗"]),
    ("inquiry_rated", ["您给答复的评价", "非常满意"]),
    ("inquiry_reopened", ["上一次的答复", REPLY]),
]


@pytest.mark.parametrize(("name", "words"), TELLS, ids=[name for name, _ in TELLS])
def test_page_tells_why_and_until_when(
    citizen: Browser, on_road: Journey, name: str, words: list[str]
) -> None:
    page = track(citizen, on_road(name))
    assert [one for one in words if one not in page.text] == []


@pytest.mark.parametrize("name", ["application_withdrawn", "inquiry_sent", "inquiry_declined"])
def test_no_remedy_is_told_where_there_is_none(
    citizen: Browser, on_road: Journey, name: str
) -> None:
    assert "不服怎么办" not in track(citizen, on_road(name)).text


def test_remedies_are_dated_from_the_delivery(citizen: Browser, on_road: Journey) -> None:
    page = track(citizen, on_road("application_delivered"))
    today = local_date(utc_now())
    found = re.findall(r"<strong>(申请行政复议|直接提起行政诉讼)：(\d+年\d+月\d+日)", page.text)
    assert [name for name, _ in found] == ["申请行政复议", "直接提起行政诉讼"]
    last = date(*map(int, re.findall(r"\d+", found[0][1])))
    assert timedelta(60) <= last - today <= timedelta(75)
    assert "第60日" in page.text


def test_new_due_date_of_an_extension_is_the_one_shown(
    citizen: Browser, on_road: Journey, service: Service
) -> None:
    receipt = on_road("application_extended")
    due_on = case_of(service, receipt).due_on
    assert due_on is not None
    assert f"应在<strong>{day(due_on)}" in track(citizen, receipt).text


# Wrong keys ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("wrong", ["number", "code"])
def test_wrong_key_is_the_same_404_at_every_step(
    citizen: Browser, on_road: Journey, service: Service, name: str, wrong: str
) -> None:
    receipt = on_road("inquiry_sent")
    before = case_of(service, receipt).version
    bad = {"number": "XD20260101-9999-9", "code": "AAAAAAAAAAAAA"}[wrong]
    page = step(citizen, name, receipt, **{wrong: bad, "sure": "1", "score": "5", "file": "1"})
    assert (page.status, page.alert()) == (404, WRONG)
    assert REPLY not in page.text
    assert case_of(service, receipt).version == before


@pytest.mark.parametrize("name", STEPS)
def test_step_from_another_site_is_refused(
    citizen: Browser, on_road: Journey, service: Service, name: str
) -> None:
    receipt = on_road("inquiry_claimed")
    values = key_of(receipt) | {"sure": "1", "score": "5", "file": "1"}
    page = citizen.post(f"/track/{name}", values, **{"Sec-Fetch-Site": "cross-site"})
    assert page.status == 403
    assert case_of(service, receipt).status is CaseStatus.CLAIMED


def test_own_lookups_are_no_guesses(citizen: Browser, on_road: Journey) -> None:
    receipt = on_road("inquiry_claimed")
    assert [track(citizen, receipt).status for _ in range(12)] == [200] * 12


def test_steps_are_slowed_down_like_the_lookup(citizen: Browser, on_road: Journey) -> None:
    receipt = on_road("inquiry_claimed")
    statuses = [step(citizen, "remind", receipt, code="A").status for _ in range(12)]
    assert statuses == [404] * 10 + [429] * 2
    assert "retry-after" in citizen.headers


@pytest.mark.parametrize("name", STEPS)
def test_address_of_a_step_leads_back_to_the_lookup(citizen: Browser, name: str) -> None:
    page = citizen.get(f"/track/{name}")
    assert page.status == 200
    assert page.url.endswith("/track")


# Withdraw --------------------------------------------------------------------------------------


def test_withdrawing_asks_first_and_may_be_sent_twice(
    citizen: Browser, on_road: Journey, service: Service
) -> None:
    receipt = on_road("application_claimed")
    page = track(citizen, receipt).submit("/track/withdraw")
    assert "确定要撤回吗" in page.text
    assert case_of(service, receipt).status is CaseStatus.CLAIMED
    form = page.hidden("/track/withdraw") | {"reason": "已经在网上找到了"}
    page = citizen.post("/track/withdraw", form)
    assert (page.status, said(page)) == (200, "已经撤回，我们不再办理这件事。")
    assert case_of(service, receipt).outcome is Outcome.OTHER_OTHER
    version = case_of(service, receipt).version
    page = citizen.post("/track/withdraw", form)
    assert (page.status, page.alert()) == (200, "")
    assert "已经撤回了" in said(page)
    assert case_of(service, receipt).version == version


def test_withdrawing_too_late_shows_the_reply_instead(citizen: Browser, on_road: Journey) -> None:
    receipt = on_road("inquiry_sent")
    page = step(citizen, "withdraw", receipt, sure="1")
    assert page.status == 409
    assert "不能撤回" in page.alert()
    assert REPLY in page.text


# Remind ----------------------------------------------------------------------------------------


def test_reminding_is_told_to_the_handler_once_a_day(
    citizen: Browser, on_road: Journey, service: Service
) -> None:
    receipt = on_road("inquiry_overdue")
    page = track(citizen, receipt).submit("/track/remind")
    assert (page.status, said(page)) == (200, "已经替您催办，承办人会看到。")
    assert not page.has_form("/track/remind")
    assert f"您{day(local_date(utc_now()))}催办过" in page.text
    version = case_of(service, receipt).version
    page = step(citizen, "remind", receipt)
    assert page.status == 200
    assert "下一个工作日还可以再催" in said(page)
    assert case_of(service, receipt).version == version


def test_reminding_early_is_refused_and_dated(citizen: Browser, on_road: Journey) -> None:
    receipt = on_road("application_claimed")
    assert not track(citizen, receipt).has_form("/track/remind")
    page = step(citizen, "remind", receipt)
    assert page.status == 409
    assert re.search(r"\d+月\d+日起可以催办", page.alert())


# Supplement ------------------------------------------------------------------------------------


def test_supplement_with_files_is_kept_and_may_be_sent_twice(
    citizen: Browser, on_road: Journey, service: Service
) -> None:
    receipt = on_road("application_supplementing")
    form = track(citizen, receipt).hidden("/track/supplement") | {"text": "要2025年的批复。"}
    files = [("files", ("说明.pdf", PDF)), ("files", ("截图.png", png()))]
    for expected in ("补正已经收到。", "您的补正已经收到，不用再交。"):
        page = citizen._keep(citizen.client.post("/track/supplement", data=form, files=files))
        assert (page.status, said(page)) == (200, expected)
    assert case_of(service, receipt).status is CaseStatus.CLAIMED
    kept = files_of(service, receipt)
    assert [one.purpose for one in kept] == [AttachmentPurpose.SUPPLEMENT] * 2
    assert "您交了2个文件" in page.text
    assert "说明.pdf" not in page.text
    with service.db.reading() as session:
        query = select(CaseNote.text).where(
            CaseNote.case_id == receipt.case_id, CaseNote.action == CaseAction.RECEIVE_SUPPLEMENT
        )
        assert session.scalars(query).all() == ["要2025年的批复。"]


REFUSED: list[tuple[str, str, list[tuple[str, tuple[str, bytes]]], str]] = [
    ("empty", "", [], "内容太短"),
    ("long", "长" * 501, [], "内容太长"),
    ("program", "补正如下", [("files", ("a.exe", b"MZ\x90\x00"))], "只能上传"),
    ("false name", "补正如下", [("files", ("a.png", PDF))], "后缀"),
    ("nothing in it", "补正如下", [("files", ("a.pdf", b""))], "是空的"),
    ("big", "补正如下", [("files", ("a.pdf", PDF + b" " * 10 * 1024 * 1024))], "不能超过10MB"),
    (
        "many",
        "补正如下",
        [("files", (f"{n}.pdf", PDF + b"%d" % n)) for n in range(6)],
        "最多上传5个",
    ),
]


@pytest.mark.parametrize(
    ("text", "files", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_refused_supplement_is_told_beside_its_field_and_kept(
    citizen: Browser,
    on_road: Journey,
    service: Service,
    text: str,
    files: list[tuple[str, tuple[str, bytes]]],
    words: str,
) -> None:
    receipt = on_road("application_supplementing")
    page = step(citizen, "supplement", receipt, files, text=text)
    assert page.status == 422
    field = "files" if files else "text"
    fault = re.search(rf'id="{field}-fault">(.*?)</p>', page.text)
    assert fault is not None
    assert words in fault[1]
    assert re.search(rf">{text}</textarea>", page.text)
    assert case_of(service, receipt).status is CaseStatus.SUPPLEMENTING
    assert files_of(service, receipt) == []


def test_good_files_of_a_refused_supplement_must_be_chosen_again(
    citizen: Browser, on_road: Journey
) -> None:
    receipt = on_road("application_supplementing")
    page = step(citizen, "supplement", receipt, [("files", ("说明.pdf", PDF))], text="长" * 501)
    assert "内容太长" in page.alert()
    assert "没有保留，请重新选择" in page.text


# Identity --------------------------------------------------------------------------------------


def test_identity_may_be_handed_in_while_the_application_waits(
    citizen: Browser, on_road: Journey, service: Service
) -> None:
    receipt = on_road("application_submitted")
    assert step(citizen, "identity", receipt).status == 422
    page = step(citizen, "identity", receipt, [("files", ("身份证.png", png()))])
    assert (page.status, said(page)) == (200, "身份证明已经收到。")
    assert [one.purpose for one in files_of(service, receipt)] == [AttachmentPurpose.IDENTITY]
    assert not page.has_form("/track/identity")
    late = on_road("application_claimed")
    assert step(citizen, "identity", late, [("files", ("身份证.png", png()))]).status == 409
    assert files_of(service, late) == []


# Rating ----------------------------------------------------------------------------------------


def test_rating_is_taken_once(citizen: Browser, on_road: Journey, service: Service) -> None:
    receipt = on_road("inquiry_closed")
    form = track(citizen, receipt).hidden("/track/rate") | {"score": "4"}
    for expected in ("谢谢您的评价。", "您已经评价过这件，谢谢。"):
        page = citizen.post("/track/rate", form)
        assert (page.status, said(page)) == (200, expected)
    assert "<strong>满意</strong>" in page.text
    assert not page.has_form("/track/rate")
    with service.db.reading() as session:
        assert session.get_one(Rating, receipt.case_id).score == 4


@pytest.mark.parametrize("score", ["1", "2"])
def test_low_rating_without_a_reason_comes_back_and_with_one_reopens(
    citizen: Browser, on_road: Journey, service: Service, score: str
) -> None:
    receipt = on_road("inquiry_sent")
    page = step(citizen, "rate", receipt, score=score, reason="")
    assert page.status == 422
    assert re.search(r'id="reason-fault">.*写明哪里不满意', page.text)
    assert re.search(rf'id="score-{score}"[^>]* checked', page.text)
    assert case_of(service, receipt).status is CaseStatus.SENT
    page = step(citizen, "rate", receipt, score=score, reason="渠还是坏的")
    assert page.status == 200
    assert "正在重新办理" in page.text
    assert "上一次的答复" in page.text
    assert case_of(service, receipt).status is CaseStatus.ACCEPTED


@pytest.mark.parametrize("score", ["", "0", "6", "５", "x"])
def test_rating_that_is_none_is_refused(citizen: Browser, on_road: Journey, score: str) -> None:
    page = step(citizen, "rate", on_road("inquiry_sent"), score=score, reason="很好")
    assert page.status == 422
    assert re.search(r'id="score-fault">.*请选择一个评价', page.text)
    assert ">很好</textarea>" in page.text


# Files with the reply --------------------------------------------------------------------------


@pytest.fixture
def answered(service: Service, people: People) -> tuple[Receipt, int, int]:
    """An application answered with a file; the citizen's own picture lies beside it."""
    vault = open_vault(service.settings)

    def work(session: Session) -> tuple[Receipt, int, int]:
        way = Way(session, people, utc_now(), service.rules).open(CaseKind.DISCLOSURE)
        case = session.get_one(Case, way.case_id)
        citizen = (CITIZEN, AttachmentPurpose.IDENTITY, "身份证.png", png())
        way.confirm().claim()
        ours = (people.handler, AttachmentPurpose.REPLY, "批复 2025.pdf", PDF)
        made = [
            attach(session, vault, case, purpose, name, content, actor, way.now).id
            for actor, purpose, name, content in (citizen, ours)
        ]
        receipt = way.answer(Outcome.GRANTED).receipt
        assert receipt is not None
        return receipt, made[0], made[1]

    return service.db.write(work)


def test_file_of_the_reply_is_handed_out_as_a_download(
    citizen: Browser, answered: tuple[Receipt, int, int]
) -> None:
    receipt, _, file_id = answered
    page = track(citizen, receipt)
    assert "批复 2025.pdf" in page.text
    form = page.hidden("/track/file")
    assert form["file"] == str(file_id)
    answer = citizen.client.post("/track/file", data=form)
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E6%89")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("which", ["identity", "unknown", "no number", "another's"])
def test_no_other_file_is_handed_out(
    citizen: Browser, on_road: Journey, answered: tuple[Receipt, int, int], which: str
) -> None:
    receipt, identity_id, reply_id = answered
    wanted = {"identity": str(identity_id), "unknown": "99999", "no number": "1; --"}
    if which == "another's":
        receipt, wanted[which] = on_road("application_sent"), str(reply_id)
    page = step(citizen, "file", receipt, file=wanted[which])
    assert page.status == 404
    assert page.headers["content-type"].startswith("text/html")


# Letters ---------------------------------------------------------------------------------------


@pytest.fixture
def lettered(service: Service, people: People) -> tuple[Receipt, int, int]:
    """An answered application with its letter, and one that went to a third party."""
    templates = load_templates(PROJECT_DIR / "responses" / "letters")

    def work(session: Session) -> tuple[Receipt, int, int]:
        way = Way(session, people, utc_now(), service.rules).open(CaseKind.DISCLOSURE)
        rules, shelf = service.rules, service.shelf
        way.confirm().claim()
        view = get_case_for_staff(session, way.case_id, local_date(way.now), rules)
        known = facts_of(session, view, shelf, rules, local_date(way.now), Outcome.GRANTED)
        way.draft(Outcome.GRANTED, finished(Outcome.GRANTED, known)).approve().sign()
        ours = send_with_letters(
            session, people.handler, way.case_id, shelf, templates, rules, way.now
        )[0]
        facts = LetterFacts(agency="示例市林业水利局", party_name="示例建设有限公司")
        theirs = issue(
            session,
            compose(LetterKind.THIRD_PARTY_CONSULTATION, facts, templates),
            case_id=way.case_id,
            author_id=people.handler.id,
            now=way.now,
        )
        assert way.receipt is not None
        return way.receipt, ours.id, theirs.id

    return service.db.write(work)


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("docx", b"PK"),
        pytest.param(
            "pdf",
            b"%PDF-",
            marks=pytest.mark.skipif(pdf_is_possible() is not None, reason=str(pdf_is_possible())),
        ),
    ],
)
def test_letter_to_the_citizen_is_handed_out(
    citizen: Browser, lettered: tuple[Receipt, int, int], form: str, start: bytes
) -> None:
    receipt, letter_id, _ = lettered
    page = track(citizen, receipt)
    assert page.hidden("/track/letter")["letter"] == str(letter_id)
    assert "示例建设有限公司" not in page.text
    given = key_of(receipt) | {"letter": str(letter_id), "form": form}
    answer = citizen.client.post("/track/letter", data=given)
    assert answer.status_code == 200
    assert answer.content.startswith(start)
    assert answer.headers["content-type"] == FileKind(form).media_type
    assert answer.headers["content-disposition"].endswith(f".{form}")


def test_letter_is_shown_with_its_style_and_nothing_else_from_anywhere(
    citizen: Browser, lettered: tuple[Receipt, int, int]
) -> None:
    receipt, letter_id, _ = lettered
    given = key_of(receipt) | {"letter": str(letter_id), "form": "html"}
    answer = citizen.client.post("/track/letter", data=given)
    assert answer.status_code == 200
    assert "<style>" in answer.text
    assert "<script" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert f"style-src '{STYLE_HASH}';" in policy
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize(
    "which", ["third party's", "unknown", "no number", "no format", "another's"]
)
def test_no_other_letter_is_handed_out(
    citizen: Browser, on_road: Journey, lettered: tuple[Receipt, int, int], which: str
) -> None:
    receipt, ours, theirs = lettered
    numbers = {"third party's": str(theirs), "unknown": "99999", "no number": "１"}
    if which == "another's":
        receipt = on_road("application_sent")
    form = "odt" if which == "no format" else "docx"
    page = step(citizen, "letter", receipt, letter=numbers.get(which, str(ours)), form=form)
    assert page.status == 404
    assert page.headers["content-type"].startswith("text/html")


# Programs --------------------------------------------------------------------------------------


def post_json(citizen: Browser, name: str, receipt: Receipt, **values: object) -> tuple[int, dict]:  # type: ignore[type-arg]
    body = {"receipt_no": receipt.receipt_no, "lookup_code": receipt.lookup_code} | values
    answer = citizen.client.post(f"/api/cases/{name}", json=body, headers={"Accept": "*/*"})
    return answer.status_code, answer.json()


@pytest.mark.parametrize("name", ROADS)
def test_lookup_tells_programs_the_same(citizen: Browser, on_road: Journey, name: str) -> None:
    status, found = post_json(citizen, "lookup", on_road(name))
    assert status == 200
    assert found["situation"] == ROADS[name][1]
    assert WHY_CONSULT not in str(found)
    assert "示例建设有限公司" not in str(found)


def test_lookup_gives_fee_consultation_and_remedies(citizen: Browser, on_road: Journey) -> None:
    _, fee = post_json(citizen, "lookup", on_road("application_fee_due"))
    assert (fee["fee"]["amount"], fee["told"]["charge_fee"]) == (1100, PAYMENT)
    _, asked = post_json(citizen, "lookup", on_road("application_consulting_co_maker"))
    assert asked["consultation"]["party"].startswith("共同制作机关")
    _, ended = post_json(citizen, "lookup", on_road("application_delivered"))
    assert [one["label"] for one in ended["remedy_dates"]] == ["申请行政复议", "直接提起行政诉讼"]
    assert ended["may"] == {"withdraw": False, "remind": False, "supplement": False, "rate": False}


@pytest.mark.parametrize(
    ("name", "road", "values", "situation"),
    [
        ("withdraw", "inquiry_claimed", {"reason": "不用了"}, "withdrawn"),
        ("remind", "inquiry_overdue", {}, "claimed"),
        ("supplement", "application_supplementing", {"text": "要2025年的"}, "claimed"),
        ("rate", "inquiry_sent", {"score": 5}, "sent"),
        ("rate", "inquiry_sent", {"score": 1, "reason": "没有修好"}, "accepted"),
    ],
)
def test_program_takes_each_step_once(
    citizen: Browser,
    on_road: Journey,
    name: str,
    road: str,
    values: dict[str, object],
    situation: str,
) -> None:
    receipt = on_road(road)
    status, first = post_json(citizen, name, receipt, **values)
    assert (status, first["done"], first["case"]["situation"]) == (200, True, situation)
    status, again = post_json(citizen, name, receipt, **values)
    assert (status, again["done"]) == (200, False)
    assert again["case"] == first["case"]


@pytest.mark.parametrize("name", ["lookup", "withdraw", "remind", "supplement", "rate"])
def test_program_with_a_wrong_code_gets_the_same_404(
    citizen: Browser, on_road: Journey, name: str
) -> None:
    receipt = on_road("inquiry_sent")
    values = {"lookup_code": "AAAAAAAAAAAAA", "text": "补正", "score": 5}
    status, problem = post_json(citizen, name, receipt, **values)
    assert (status, problem["detail"]) == (404, WRONG)


def test_program_is_refused_what_a_page_refuses(citizen: Browser, on_road: Journey) -> None:
    receipt = on_road("inquiry_sent")
    assert post_json(citizen, "withdraw", receipt)[0] == 409
    assert post_json(citizen, "remind", receipt)[0] == 409
    assert post_json(citizen, "supplement", receipt, text="补正")[0] == 409
    assert post_json(citizen, "rate", receipt, score=2)[0] == 422
    assert post_json(citizen, "rate", receipt, score=9)[0] == 422
