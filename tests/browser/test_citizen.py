"""A citizen's application in a real browser, on a phone and without script: advised, filed with a file, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.attachments.samples import PDF, png
from tests.browser.conftest import Running
from tests.browser.visits import DESK, PHONE, visiting

INFORMATION = "2025年青溪采砂许可批复"
COMPLAINT = "请查处青溪村非法采砂，要求严肃处理责任人"


def fill_in(page: Page, information: str) -> None:
    page.goto("/cases/new?kind=disclosure")
    page.locator("#information").fill(information)
    page.get_by_label("电子文件，电子邮件发送").check()
    page.locator("#contact_name").fill("张三")
    page.locator("#contact_phone").fill("13800001234")


def send(page: Page) -> None:
    page.get_by_role("button", name="提交").last.click()


def a_file(name: str, content: bytes) -> list[FilePayload]:
    return [{"name": name, "mimeType": "application/octet-stream", "buffer": content}]


def test_application_with_proof_is_filed_followed_and_withdrawn_without_script(
    chromium: Browser, running: Running, shots: Path
) -> None:
    with visiting(chromium, running, PHONE, script=False) as page:
        fill_in(page, INFORMATION)
        page.locator("#identity").set_input_files(a_file("身份证.png", png()))
        page.locator("#help_needed").fill("看不清小字，请打电话")
        page.screenshot(path=shots / "13-application.png", full_page=True)
        send(page)
        expect(page.get_by_text("您交的身份证明已经加密保存")).to_be_visible()
        number = page.locator("#receipt-no").inner_text().strip()
        code = page.locator("#lookup-code").inner_text().strip()
        page.goto("/track")
        page.locator("#number").fill(number)
        page.locator("#code").fill(code.lower())
        page.get_by_role("button", name="查询").click()
        expect(page.get_by_text("已提交，等待双方确认")).to_be_visible()
        expect(page.get_by_text("您交了1个文件")).to_be_visible()
        page.screenshot(path=shots / "14-application-status.png", full_page=True)
        page.get_by_role("button", name="撤回申请").click()
        page.get_by_role("button", name="确定撤回").click()
        expect(page.get_by_text("您已撤回")).to_be_visible()
        page.screenshot(path=shots / "15-withdrawn.png", full_page=True)
        assert code not in page.url


def test_complaint_is_advised_on_before_it_is_filed(
    chromium: Browser, running: Running, shots: Path
) -> None:
    with visiting(chromium, running, PHONE, script=False) as page:
        fill_in(page, COMPLAINT)
        send(page)
        expect(page.get_by_role("heading", name="先请您看一下")).to_be_visible()
        page.screenshot(path=shots / "16-advice.png", full_page=True)
        page.get_by_role("button", name="改为").click()
        expect(page.locator("#text")).to_have_value(COMPLAINT)
        expect(page.locator("#information")).to_be_hidden()
        send(page)
        expect(page.locator("#receipt-no")).to_be_visible()
        expect(page.get_by_text("以前答复您").first).to_be_visible()


def test_refused_file_is_told_beside_its_field(chromium: Browser, running: Running) -> None:
    with visiting(chromium, running, DESK) as page:
        fill_in(page, INFORMATION)
        page.locator("#identity").set_input_files(a_file("身份证.png", PDF))
        send(page)
        expect(page.locator("#identity-fault")).to_contain_text("后缀")
        expect(page.locator("#information")).to_have_value(INFORMATION)
        expect(page.locator(".fault-summary")).to_be_focused()


def test_question_about_publishing_is_put_where_something_may_be_published(
    chromium: Browser, running: Running
) -> None:
    with visiting(chromium, running, DESK) as page:
        page.goto("/cases/new")
        for kind, is_asked in [("建议", True), ("举报", False), ("依申请公开", False)]:
            page.get_by_label(kind, exact=True).check()
            assert page.locator("#consent-yes").is_visible() is is_asked


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("senior", [False, True], ids=["standard", "senior"])
def test_form_of_an_application_fits_its_screen(
    chromium: Browser, running: Running, size: dict[str, int], senior: bool
) -> None:
    with visiting(chromium, running, size) as page:
        page.goto("/cases/new?kind=disclosure")
        if senior:
            page.get_by_role("button", name="长辈版").click()
            expect(page.get_by_role("button", name="标准版")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
