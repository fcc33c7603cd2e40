"""The staff's pages: signing in, the queue, and a case's whole life between two people."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from assistant.service import Service
from assistant.staff.roles import Role

from .conftest import PASSWORD, Browser, new_account
from .staff_desk import composed

REPLY = "您好，水渠由镇里负责维修，我们已经转请他们处理。"
Staff = Callable[[Role], Browser]


def opened(citizen: Browser, kind: str = "help", **values: str) -> tuple[str, str]:
    """A case handed in; its number and code."""
    page = citizen.open_case(kind, contact_name="张小明", contact_phone="13812345678", **values)
    assert page.status == 200, page.alert()
    return page.by_id("receipt-no"), page.by_id("lookup-code")


def open_page(member: Browser, number: str) -> str:
    """Go to the case's page by way of the queue; returns its address."""
    member.get(f"/staff?words={number}")
    rows: list[tuple[str, str]] = re.findall(
        r'<a href="(/staff/cases/\d+)">.*?(XD[\d-]+)', member.text, re.DOTALL
    )
    address = next(address for address, found in rows if found == number)
    member.get(address)
    assert member.status == 200
    return address


@pytest.mark.parametrize("path", ["/staff", "/staff/cases/1", "/staff/password"])
def test_page_without_signing_in_shows_the_form(citizen: Browser, path: str) -> None:
    page = citizen.get(path)
    assert page.status == 401
    assert page.has_form("/staff/sign-in")
    assert "XD2" not in page.text


@pytest.mark.parametrize(
    "step", ["claim", "release", "draft", "approve", "return_draft", "sign", "send", "confirm"]
)
def test_step_without_signing_in_is_refused(citizen: Browser, step: str) -> None:
    page = citizen.post(f"/staff/cases/1/{step}", {"text": "写了很久的答复"})
    assert page.status == 401
    assert step != "draft" or "写了很久的答复" in page.text


def test_wrong_name_and_wrong_password_look_alike(citizen: Browser, service: Service) -> None:
    username = new_account(service, Role.HANDLER)
    first = citizen.sign_in(username, "wrong-password")
    one = (first.status, first.alert())
    second = citizen.sign_in("nobody", "wrong-password")
    assert (second.status, second.alert()) == one == (401, "用户名或密码不正确。")


def test_sign_in_without_a_token_is_refused(citizen: Browser, service: Service) -> None:
    username = new_account(service, Role.HANDLER)
    citizen.get("/staff/sign-in")
    page = citizen.post("/staff/sign-in", {"username": username, "password": PASSWORD})
    assert page.status == 403
    assert citizen.get("/staff").status == 401


def test_sign_in_attempts_are_limited_by_account(citizen: Browser) -> None:
    citizen.get("/staff/sign-in")
    form = citizen.hidden("/staff/sign-in")
    for _ in range(20):
        citizen.post("/staff/sign-in", {**form, "username": "somebody", "password": "x"})
    page = citizen.post("/staff/sign-in", {**form, "username": "SOMEBODY ", "password": "x"})
    assert page.status == 429
    assert "retry-after" in page.headers


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/cases/new", "/staff/x"]
)
def test_sign_in_leads_only_to_staff_pages(citizen: Browser, service: Service, target: str) -> None:
    username = new_account(service, Role.HANDLER)
    citizen.get("/staff/sign-in")
    citizen.client.follow_redirects = False
    page = citizen.submit("/staff/sign-in", username=username, password=PASSWORD, next=target)
    assert page.headers["location"] == "/staff"


def test_first_password_must_be_changed_before_anything_else(
    citizen: Browser, service: Service
) -> None:
    username = new_account(service, Role.HANDLER)
    page = citizen.sign_in(username, PASSWORD)
    assert page.url.endswith("/staff/password")
    assert citizen.get("/staff/cases/1").url.endswith("/staff/password")
    assert citizen.change_password("not-it-at-all", "own-password-2").status == 422
    assert citizen.change_password(PASSWORD, "short").status == 422
    page = citizen.change_password(PASSWORD, "own-password-2")
    assert page.status == 200
    assert page.url.endswith("/staff")


def test_signing_out_ends_the_session(staff: Staff) -> None:
    member = staff(Role.HANDLER)
    kept = dict(member.client.cookies)
    member.get("/staff").submit("/staff/sign-out")
    assert member.get("/staff").status == 401
    for name, value in kept.items():
        member.client.cookies.set(name, value)
    assert member.get("/staff").status == 401


def test_case_lives_through_the_pages_with_three_staff(citizen: Browser, staff: Staff) -> None:
    number, code = opened(citizen)
    handler, reviewer, signer = staff(Role.HANDLER), staff(Role.REVIEWER), staff(Role.SIGNER)
    case = open_page(handler, number)
    assert "138****5678" in handler.text
    assert "13812345678" not in handler.text
    handler.submit(f"{case}/claim")
    assert "已认领" in handler.text
    assert "13812345678" in handler.text
    handler.submit(f"{case}/draft", text=REPLY)
    assert "等待另一位同事审核" in handler.text
    assert not handler.has_form(f"{case}/approve")
    reviewer.get(case).submit(f"{case}/return_draft", note="请写明联系电话")
    handler.get(case)
    assert "请写明联系电话" in handler.text
    handler.submit(f"{case}/draft", text=f"{REPLY}电话：0571-00000110。")
    reviewer.get(case).submit(f"{case}/approve")
    assert "审核通过" in reviewer.text
    assert not handler.get(case).has_form(f"{case}/send")
    assert "等待签发人签发" in handler.text
    signer.get(case).submit(f"{case}/sign")
    assert "已签发" in signer.text
    assert REPLY not in citizen.get("/track").submit("/track", number=number, code=code).text
    handler.get(case).submit(f"{case}/send")
    assert "答复已发出" in handler.text
    page = citizen.get("/track").submit("/track", number=number, code=code)
    assert page.status == 200
    assert f"{REPLY}电话：0571-00000110。" in page.text
    assert "已答复" in page.text
    assert "测试审核人" not in page.text


def test_disclosure_needs_an_outcome_and_both_reviews(citizen: Browser, staff: Staff) -> None:
    form = {"information": "2025年采砂许可批复", "delivery": "email", "applicant": "person"}
    number, code = opened(citizen, "disclosure", text="", **form)
    operator, handler = staff(Role.OPERATOR), staff(Role.HANDLER)
    reviewer, signer = staff(Role.REVIEWER), staff(Role.SIGNER)
    case = open_page(operator, number)
    assert "13812345678" in operator.text
    operator.submit(f"{case}/confirm")
    assert "从今天起算" in operator.text
    handler.get(case).submit(f"{case}/claim")
    words = "经检索，本机关没有您申请的信息。"
    assert handler.submit(f"{case}/draft", text=words).status == 422
    assert "必须选择办理结果" in handler.alert()
    assert f"{words}</textarea>" in handler.text
    assert handler.submit(f"{case}/draft", text=words, outcome="unable_not_held").status == 422
    assert "第1行" in handler.alert()
    assert "《政府信息公开条例》" in handler.alert()
    text = composed(handler.get(f"{case}?outcome=unable_not_held"))
    handler.submit(f"{case}/draft", text=text, outcome="unable_not_held")
    assert handler.status == 200, handler.alert()
    assert "还要有：保密审查、合法性审查" in reviewer.get(case).text
    assert not reviewer.has_form(f"{case}/approve")
    reviewer.submit(f"{case}/secrecy_review", agrees="yes")
    reviewer.submit(f"{case}/legality_review", agrees="no")
    assert "不同意时请写明意见" in reviewer.alert()
    reviewer.submit(f"{case}/legality_review", agrees="no", note="没有写依据")
    assert "合法性审查还有不同意见" in reviewer.text
    assert "没有写依据" in reviewer.text
    reviewer.submit(f"{case}/legality_review", agrees="yes")
    reviewer.submit(f"{case}/approve")
    signer.get(case).submit(f"{case}/sign")
    handler.get(case).submit(f"{case}/send")
    assert handler.status == 200, handler.alert()
    page = citizen.get("/track").submit("/track", number=number, code=code)
    assert "无法提供：本机关不掌握相关政府信息" in page.text
    assert "申请行政复议" in page.text


def test_step_without_the_sessions_token_is_refused(citizen: Browser, staff: Staff) -> None:
    number, _ = opened(citizen)
    handler, other = staff(Role.HANDLER), staff(Role.HANDLER)
    case = open_page(handler, number)
    form = handler.hidden(f"{case}/claim")
    foreign = other.get(case).hidden(f"{case}/claim")["csrf"]
    for token in ("", "x", foreign):
        page = handler.post(f"{case}/claim", {**form, "csrf": token})
        assert page.status == 403
    assert handler.get(case).has_form(f"{case}/claim")


def test_stale_page_is_a_conflict_that_keeps_the_draft(citizen: Browser, staff: Staff) -> None:
    number, _ = opened(citizen)
    handler, reviewer = staff(Role.HANDLER), staff(Role.REVIEWER)
    case = open_page(handler, number)
    handler.submit(f"{case}/claim").submit(f"{case}/draft", text=REPLY)
    old = handler.hidden(f"{case}/draft")
    reviewer.get(case).submit(f"{case}/return_draft", note="请改一改")
    page = handler.post(f"{case}/draft", {**old, "text": "我改好的新稿子"})
    assert page.status == 409
    assert "退回修改" in page.alert()
    assert "我改好的新稿子</textarea>" in page.text
    assert REPLY in page.text


def test_older_tab_does_not_overwrite_a_newer_draft(citizen: Browser, staff: Staff) -> None:
    number, _ = opened(citizen)
    handler = staff(Role.HANDLER)
    case = open_page(handler, number)
    handler.submit(f"{case}/claim").submit(f"{case}/draft", text=REPLY)
    old = handler.hidden(f"{case}/draft")
    handler.submit(f"{case}/draft", text=f"{REPLY}第二稿，更完整。")
    page = handler.post(f"{case}/draft", {**old, "text": "旧页面上的稿子"})
    assert page.status == 409
    assert "旧页面上的稿子</textarea>" in page.text
    assert "第二稿，更完整。" in page.text


def test_second_claim_says_who_was_first(citizen: Browser, staff: Staff) -> None:
    number, _ = opened(citizen)
    first, second = staff(Role.HANDLER), staff(Role.HANDLER)
    case = open_page(first, number)
    old = second.get(case).hidden(f"{case}/claim")
    first.submit(f"{case}/claim")
    page = second.post(f"{case}/claim", old)
    assert page.status == 409
    assert "认领" in page.alert()
    assert "13812345678" not in page.text


def test_nobody_approves_their_own_words(citizen: Browser, staff: Staff) -> None:
    number, _ = opened(citizen)
    reviewer = staff(Role.REVIEWER)
    case = open_page(reviewer, number)
    reviewer.submit(f"{case}/claim").submit(f"{case}/draft", text=REPLY)
    assert not reviewer.has_form(f"{case}/approve")
    form = reviewer.hidden(f"{case}/draft")
    page = reviewer.post(f"{case}/approve", {**form, "seen_hash": "0" * 64})
    assert page.status in (403, 409)


def test_markup_in_a_case_is_text_for_staff(citizen: Browser, staff: Staff) -> None:
    bad = '<script>alert(1)</script><img src=x onerror=alert(1)>"'
    number, _ = opened(citizen, text=bad)
    handler = staff(Role.HANDLER)
    queue = handler.get("/staff").text
    open_page(handler, number)
    for text in (queue, handler.text):
        assert "<script>alert" not in text
        assert "<img" not in text
    assert "&lt;script&gt;" in handler.text


def test_queue_tells_urgency_in_words_and_filters(citizen: Browser, staff: Staff) -> None:
    number, _ = opened(citizen)
    handler = staff(Role.HANDLER)
    assert number in handler.get("/staff?kind=help").text
    assert "个工作日" in handler.text
    assert number not in handler.get("/staff?kind=suggestion").text
    assert number not in handler.get("/staff?mine=1").text
    assert number not in handler.get("/staff?status=sent").text
    assert number not in handler.get("/staff?overdue=1").text
    assert handler.get("/staff?status=nonsense&kind=nonsense").status == 200


def test_unknown_case_or_step_is_not_found(staff: Staff) -> None:
    handler = staff(Role.HANDLER)
    assert handler.get("/staff/cases/999999").status == 404
    assert handler.post("/staff/cases/999999/claim", {}).status in (403, 404)
    assert handler.post("/staff/cases/1/nonsense", {}).status == 404


def test_due_date_explains_itself_day_by_day_and_folded(citizen: Browser, staff: Staff) -> None:
    number, _ = opened(citizen, "consultation")
    handler = staff(Role.HANDLER)
    open_page(handler, number)
    folded = re.search(
        r"<details class=\"working\"(?! open)[^>]*>.*?</details>", handler.text, re.DOTALL
    )
    assert folded is not None
    assert "到期日是怎么算出来的" in folded[0]
    assert "第1个工作日" in folded[0] or "第1天" in folded[0]


def test_help_stands_beside_the_reply_and_one_key_puts_it_in(
    citizen: Browser, staff: Staff
) -> None:
    number, _ = opened(citizen, "consultation", text="我家想打一口井浇菜，要不要办取水许可？")
    handler = staff(Role.HANDLER)
    case = open_page(handler, number)
    assert "水资源管理处" in handler.text
    handler.submit(f"{case}/claim")
    assert "可以参考的" in handler.text
    assert 'data-insert="answer-1"' in handler.text
    assert "按 Alt 加数字" in handler.text


def test_after_a_step_the_next_case_is_offered(citizen: Browser, staff: Staff) -> None:
    first, _ = opened(citizen)
    second, _ = opened(citizen)
    operator = staff(Role.OPERATOR)
    assert second in operator.get(f"/staff?words={second}").text
    case = open_page(operator, first)
    operator.submit(f"{case}/accept")
    following = re.search(r'下一件等您办的：<a href="([^"]+)"', operator.text)
    assert following
    assert following[1] != case
