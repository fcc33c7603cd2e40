"""The application of 条例第二十九条 and what is asked beside it: files, help, consent, and advice before filing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from api.security import MAX_BODY, MAX_UPLOAD
from assistant.attachments.models import Attachment, AttachmentPurpose
from assistant.cases.models import Case
from assistant.disclosure.form import ApplicantClass
from assistant.service import Service
from tests.attachments.samples import PDF, png

from .conftest import Browser

Files = list[tuple[str, tuple[str, bytes]]]
INFORMATION = "2025年青溪采砂许可批复"
COMPLAINT = "请查处青溪村非法采砂，要求严肃处理责任人"
APPLICATION = {
    "kind": "disclosure",
    "text": "",
    "information": INFORMATION,
    "delivery": "email",
    "applicant": "person",
    "contact_name": "张三",
    "contact_phone": "13812345678",
}
INQUIRY = {"kind": "suggestion", "text": "请在青溪桥头加装一盏路灯。"}


def hand_in(citizen: Browser, files: Files | None = None, **values: str) -> Browser:
    """The form sent as a browser sends it, with files."""
    form = citizen.get("/cases/new").hidden("/cases") | values
    return citizen._keep(citizen.client.post("/cases", data=form, files=files or []))


def again(citizen: Browser, files: Files | None = None, **values: str) -> Browser:
    """The form on the page before us, filled as it stands and sent once more."""
    form = citizen.hidden("/cases") | values
    return citizen._keep(citizen.client.post("/cases", data=form, files=files or []))


def case_of(service: Service, page: Browser) -> Case:
    with service.db.reading() as session:
        number = page.by_id("receipt-no")
        return session.scalars(select(Case).where(Case.receipt_no == number)).one()


def count_cases(service: Service) -> int:
    with service.db.reading() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def purposes(service: Service, case: Case) -> list[AttachmentPurpose]:
    with service.db.reading() as session:
        query = select(Attachment.purpose).where(Attachment.case_id == case.id)
        return list(session.scalars(query.order_by(Attachment.id)))


@pytest.mark.parametrize("applicant", ApplicantClass)
def test_every_class_of_applicant_may_apply(
    citizen: Browser, service: Service, applicant: ApplicantClass
) -> None:
    page = hand_in(citizen, **APPLICATION | {"applicant": applicant.value})
    details = case_of(service, page).details
    assert details is not None
    assert details["applicant"] == applicant.value


def test_identity_is_kept_where_it_is_handed_in_and_not_demanded(
    citizen: Browser, service: Service
) -> None:
    page = hand_in(citizen, **APPLICATION)
    assert page.status == 200
    assert "还没有交身份证明" in page.text
    files: Files = [("identity", ("身份证.png", png())), ("evidence", ("位置图.pdf", PDF))]
    page = hand_in(citizen, files, **APPLICATION)
    assert page.status == 200
    assert "您交的身份证明已经加密保存" in page.text
    kept = purposes(service, case_of(service, page))
    assert kept == [AttachmentPurpose.IDENTITY, AttachmentPurpose.EVIDENCE]


def test_file_fields_left_empty_are_no_files(citizen: Browser, service: Service) -> None:
    form = citizen.get("/cases/new").hidden("/cases") | APPLICATION
    lines = [
        f'--sep\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form.items()
    ]
    # What a browser sends for a chooser nobody touched.
    empty = 'Content-Disposition: form-data; name="identity"; filename=""\r\nContent-Type: application/octet-stream'
    body = "".join([*lines, f"--sep\r\n{empty}\r\n\r\n\r\n--sep--\r\n"]).encode()
    headers = {"Content-Type": "multipart/form-data; boundary=sep"}
    page = citizen._keep(citizen.client.post("/cases", content=body, headers=headers))
    assert page.status == 200
    assert purposes(service, case_of(service, page)) == []


def test_inquiry_takes_papers_but_no_identity(citizen: Browser, service: Service) -> None:
    files: Files = [("identity", ("身份证.png", png())), ("evidence", ("位置图.pdf", PDF))]
    page = hand_in(citizen, files, **INQUIRY)
    assert page.status == 200
    assert purposes(service, case_of(service, page)) == [AttachmentPurpose.EVIDENCE]


def test_form_with_files_sent_twice_keeps_them_once(citizen: Browser, service: Service) -> None:
    form = citizen.get("/cases/new").hidden("/cases") | APPLICATION
    files: Files = [("identity", ("身份证.png", png()))]
    pages = [
        citizen._keep(citizen.client.post("/cases", data=form, files=files)).by_id("receipt-no")
        for _ in range(2)
    ]
    assert pages[0] == pages[1]
    assert len(purposes(service, case_of(service, citizen))) == 1


REFUSED: list[tuple[str, str, Files, str]] = [
    ("program", "identity", [("identity", ("a.exe", b"MZ\x90\x00"))], "只能上传"),
    ("page", "evidence", [("evidence", ("a.png", b"<html></html>"))], "只能上传"),
    ("false name", "identity", [("identity", ("a.png", PDF))], "后缀"),
    ("nothing in it", "evidence", [("evidence", ("a.pdf", b""))], "是空的"),
    ("big", "identity", [("identity", ("a.pdf", PDF + b" " * 10 * 1024 * 1024))], "不能超过10MB"),
    (
        "many",
        "evidence",
        [("evidence", (f"{number}.pdf", PDF + b"%d" % number)) for number in range(6)],
        "最多上传5个",
    ),
]


@pytest.mark.parametrize(
    ("field", "files", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_refused_file_is_told_beside_its_field_and_every_word_kept(
    citizen: Browser, service: Service, field: str, files: Files, words: str
) -> None:
    before = count_cases(service)
    page = hand_in(citizen, files, **APPLICATION | {"help_needed": "请用大字"})
    assert page.status == 422
    assert words in page.alert()
    fault = re.search(rf'id="{field}-fault">(.*?)</p>', page.text)
    assert fault is not None
    assert words in fault[1]
    for kept in (INFORMATION, 'value="张三"', 'value="13812345678"', 'value="请用大字"'):
        assert kept in page.text
    assert re.search(r'id="delivery-email"[^>]* checked', page.text)
    assert count_cases(service) == before


def test_good_files_must_be_chosen_again_when_something_else_is_wrong(citizen: Browser) -> None:
    files: Files = [("identity", ("身份证.png", png()))]
    page = hand_in(citizen, files, **APPLICATION | {"contact_phone": "1"})
    assert page.status == 422
    assert re.search(r'id="identity-fault">.*没有保留，请重新选择', page.text)
    assert page.has_form("/cases")


def test_help_needed_is_kept_with_the_application(citizen: Browser, service: Service) -> None:
    page = hand_in(citizen, **APPLICATION | {"help_needed": "看不清小字，请打电话念给我听"})
    details = case_of(service, page).details
    assert details is not None
    assert details["help_needed"] == "看不清小字，请打电话念给我听"
    page = hand_in(citizen, **APPLICATION | {"help_needed": "长" * 101})
    assert page.status == 422
    assert 'id="help_needed-fault"' in page.text


@pytest.mark.parametrize(
    ("kind", "consent", "kept"),
    [
        ("suggestion", "yes", {"consent_publication": "yes"}),
        ("suggestion", "no", {"consent_publication": "no"}),
        ("suggestion", "", None),
        ("report", "yes", None),
    ],
)
def test_consent_is_kept_as_given(
    citizen: Browser, service: Service, kind: str, consent: str, kept: dict[str, str] | None
) -> None:
    values = INQUIRY | {"kind": kind, "consent": consent, "contact_phone": "13812345678"}
    assert case_of(service, hand_in(citizen, **values)).details == kept


# Advice before filing --------------------------------------------------------------------------


def test_complaint_in_the_form_of_an_application_is_told_so_once(
    citizen: Browser, service: Service
) -> None:
    before = count_cases(service)
    page = hand_in(citizen, **APPLICATION | {"information": COMPLAINT})
    assert page.status == 200
    assert "第三十九条第一款" in page.alert()
    assert COMPLAINT in page.text
    offered = re.findall(r'<button[^>]*name="go" value="(\w+)"', page.text)
    assert len(offered) == 2
    assert "disclosure" in offered
    assert count_cases(service) == before
    page = again(citizen, **APPLICATION | {"information": COMPLAINT, "go": "disclosure"})
    assert page.status == 200
    assert case_of(service, page).kind == "disclosure"
    assert count_cases(service) == before + 1


def test_sending_the_form_again_by_its_own_button_is_no_second_question(
    citizen: Browser, service: Service
) -> None:
    hand_in(citizen, **APPLICATION | {"information": COMPLAINT})
    page = again(citizen, **APPLICATION | {"information": COMPLAINT})
    assert case_of(service, page).kind == "disclosure"


def test_application_may_become_a_complaint_read_over_and_sent(
    citizen: Browser, service: Service
) -> None:
    before = count_cases(service)
    hand_in(citizen, **APPLICATION | {"information": COMPLAINT})
    other = next(
        go for go in re.findall(r'name="go" value="(\w+)"', citizen.text) if go != "disclosure"
    )
    page = again(citizen, **APPLICATION | {"information": COMPLAINT, "go": other})
    assert page.status == 200
    assert "还没有提交" in page.text
    assert re.search(rf'id="kind-{other}"[^>]* checked', page.text)
    assert f">{COMPLAINT}</textarea>" in page.text
    assert 'value="13812345678"' in page.text
    assert count_cases(service) == before
    page = again(citizen, kind=other, text=COMPLAINT, contact_phone="13812345678")
    case = case_of(service, page)
    assert (case.kind, case.text, case.details) == (other, COMPLAINT, None)


@pytest.mark.parametrize("go", ["proposal", "nonsense"])
def test_button_nobody_was_offered_changes_nothing(
    citizen: Browser, service: Service, go: str
) -> None:
    page = hand_in(citizen, **APPLICATION | {"go": go})
    assert case_of(service, page).kind == "disclosure"


def test_ordinary_application_is_not_held_up(citizen: Browser, service: Service) -> None:
    assert case_of(service, hand_in(citizen, **APPLICATION)).kind == "disclosure"


def test_what_is_wrong_is_told_before_any_advice(citizen: Browser) -> None:
    page = hand_in(citizen, **APPLICATION | {"information": COMPLAINT, "contact_phone": "1"})
    assert page.status == 422
    assert 'name="go"' not in page.text


def test_program_is_advised_and_filed_all_the_same(citizen: Browser) -> None:
    form = {"information": COMPLAINT, "delivery": "email", "help_needed": "请用大字"}
    body = {
        "kind": "disclosure",
        "text": COMPLAINT,
        "form_key": str(uuid4()),
        "contact_name": "张三",
        "contact_phone": "13812345678",
        "disclosure": form,
    }
    answer = citizen.client.post("/api/cases", json=body)
    assert answer.status_code == 201
    assert "第三十九条第一款" in answer.json()["advice"]
    body |= {
        "form_key": str(uuid4()),
        "disclosure": form | {"information": INFORMATION},
        "text": INFORMATION,
    }
    assert citizen.client.post("/api/cases", json=body).json()["advice"] is None


# Limits and addresses --------------------------------------------------------------------------


def a_heavy_form() -> Iterator[bytes]:
    """A well-formed beginning of a form whose one file never ends, without a Content-Length."""
    yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n'
    for _ in range(MAX_UPLOAD // MAX_BODY + 1):
        yield b"x" * MAX_BODY


@pytest.mark.parametrize("path", ["/cases", "/track/supplement", "/track/identity"])
def test_more_than_the_files_may_weigh_is_refused_unread(citizen: Browser, path: str) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    page = citizen._keep(citizen.client.post(path, content=a_heavy_form(), headers=headers))
    assert page.status == 413
    assert "最多50MB" in page.alert()
    heavy = headers | {"Content-Length": str(MAX_UPLOAD + 1)}
    assert citizen.client.post(path, content=b"x", headers=heavy).status_code == 413


@pytest.mark.parametrize("path", ["/chat", "/track", "/track/rate", "/api/cases", "/cases/new"])
def test_elsewhere_the_body_stays_small(citizen: Browser, path: str) -> None:
    assert citizen.client.post(path, content=b"x" * (MAX_BODY + 1)).status_code == 413


def test_nothing_of_a_case_is_in_any_address(citizen: Browser) -> None:
    page = hand_in(citizen, **APPLICATION)
    number, code = page.by_id("receipt-no"), page.by_id("lookup-code")
    tracked = citizen.get("/track").submit("/track", number=number, code=code)
    for shown in (page, tracked):
        addresses = unquote(" ".join(re.findall(r'(?:href|action|src)="([^"]*)"', shown.text)))
        for secret in (number, code, INFORMATION, "张三", "13812345678"):
            assert secret not in addresses


@pytest.mark.parametrize("path", ["/track", "/cases/new"])
def test_published_replies_are_one_step_away(citizen: Browser, path: str) -> None:
    assert 'href="/replies"' in citizen.get(path).text
