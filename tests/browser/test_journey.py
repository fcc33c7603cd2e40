"""The main job in a real browser: asked, answered, asked again, a case left, replied to by two, read, counted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Running
from tests.browser.visits import DESK, PHONE, come_back, sign_in, visiting

STORY = "我家屋后河堤被大水冲开一段，想请你们派人来看看。"
REPLY = "您好。我们11月23日上午到现场查看，两天内修好。河湖管理处。"


def ask(page: Page, text: str) -> None:
    page.locator("textarea[name=text]").fill(text)
    page.get_by_role("button", name="提问").click()
    expect(page.get_by_text(text).last).to_be_visible()


def figures(page: Page) -> dict[str, int]:
    """What the public JSON says now; asked from the page, as a reader would."""
    page.goto("/statistics")
    found = page.evaluate("fetch('/api/statistics').then(answer => answer.json())")
    values = {one["key"]: one["value"] for one in found["figures"]}
    return {name: values[name] for name in ("questions", "received", "closed")}


def open_from_queue(page: Page, receipt_no: str) -> None:
    page.goto("/staff")
    page.locator("tr, li", has_text=receipt_no).get_by_role("link").first.click()
    expect(page.get_by_text(receipt_no).first).to_be_visible()


@pytest.fixture(scope="module")
def journey(chromium: Browser, running: Running, shots: Path) -> dict[str, str | dict[str, int]]:
    """The whole way once; the tests look at what it led to."""
    seen: dict[str, str | dict[str, int]] = {}
    with visiting(chromium, running, DESK) as page:
        seen["before"] = figures(page)
    with visiting(chromium, running, PHONE) as page:
        page.goto("/")
        page.screenshot(path=shots / "01-welcome.png")
        ask(page, "取水许可要哪些材料")
        expect(page.get_by_text("取水许可申请书").first).to_be_visible()
        page.screenshot(path=shots / "02-answer.png")
        ask(page, "那要几天")
        expect(page.get_by_text("45个工作日").first).to_be_visible()
        page.screenshot(path=shots / "03-follow-up.png")
        page.get_by_role("button", name="有帮助").last.click()
        expect(page.get_by_text("谢谢您的评价")).to_be_visible()
        ask(page, "我要找人工")
        page.get_by_role("link", name="留言给工作人员").last.click()
        page.get_by_label("求助").check()
        page.locator("#text").fill(STORY)
        page.locator("#contact_phone").fill("13800001234")
        page.screenshot(path=shots / "04-form.png", full_page=True)
        page.get_by_role("button", name="提交").click()
        seen["receipt_no"] = page.locator("#receipt-no").inner_text().strip()
        seen["code"] = page.locator("#lookup-code").inner_text().strip()
        seen["address"] = page.url
        page.screenshot(path=shots / "05-receipt.png", full_page=True)
    receipt_no, code = str(seen["receipt_no"]), str(seen["code"])
    with visiting(chromium, running, DESK) as page:
        sign_in(page, "handler1", running)
        page.screenshot(path=shots / "06-queue.png", full_page=True)
        open_from_queue(page, receipt_no)
        page.get_by_role("button", name="认领").click()
        page.get_by_label("拟写答复").fill(REPLY)
        page.get_by_role("button", name="送审", exact=True).click()
        expect(page.get_by_text(REPLY).first).to_be_visible()
        seen["own_approval"] = str(page.get_by_role("button", name="审核通过").count())
    with visiting(chromium, running, DESK) as page:
        sign_in(page, "reviewer1", running)
        open_from_queue(page, receipt_no)
        page.screenshot(path=shots / "07-review.png", full_page=True)
        page.get_by_role("button", name="审核通过").click()
        send = page.get_by_role("button", name="发出答复")
        seen["reviewer_may_send"] = str(send.count())
    with visiting(chromium, running, DESK) as page:
        sign_in(page, "signer1", running)
        open_from_queue(page, receipt_no)
        page.get_by_role("button", name="签发", exact=True).click()
    with visiting(chromium, running, DESK) as page:
        come_back(page, "handler1")
        open_from_queue(page, receipt_no)
        page.get_by_role("button", name="发出答复").click()
        expect(page.get_by_text("答复已发出")).to_be_visible()
    with visiting(chromium, running, PHONE, script=False) as page:
        page.goto("/track")
        page.locator("#number").fill(receipt_no)
        page.locator("#code").fill(code)
        page.get_by_role("button", name="查询").click()
        seen["status_page"] = page.inner_text("main")
        page.screenshot(path=shots / "08-reply.png", full_page=True)
        page.get_by_label("非常满意", exact=True).check()
        page.get_by_role("button", name="提交评价").click()
        expect(page.get_by_text("谢谢您的评价。")).to_be_visible()
        seen["rated_page"] = page.inner_text("main")
    with visiting(chromium, running, DESK) as page:
        seen["after"] = figures(page)
        page.screenshot(path=shots / "09-figures.png", full_page=True)
    return seen


def test_citizen_gets_a_receipt_and_no_secret_in_the_address(
    journey: dict[str, str | dict[str, int]],
) -> None:
    assert re.fullmatch(r"XD\d{8}-\d{4}-\d", str(journey["receipt_no"]))
    assert str(journey["code"]) not in str(journey["address"])
    assert str(journey["receipt_no"]) not in str(journey["address"])


def test_drafter_is_not_offered_the_approval(journey: dict[str, str | dict[str, int]]) -> None:
    assert journey["own_approval"] == "0"


def test_citizen_reads_the_reply(journey: dict[str, str | dict[str, int]]) -> None:
    assert REPLY in str(journey["status_page"])
    assert "已答复" in str(journey["status_page"])


def test_citizen_rates_the_reply(journey: dict[str, str | dict[str, int]]) -> None:
    assert "您给答复的评价：非常满意" in str(journey["rated_page"])


def test_figures_move(journey: dict[str, str | dict[str, int]]) -> None:
    before, after = journey["before"], journey["after"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert after["questions"] == before["questions"] + 3
    assert after["received"] == before["received"] + 1
    assert after["closed"] == before["closed"] + 1


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize(
    "path", ["/", "/cases/new", "/track", "/catalogue", "/services", "/statistics"]
)
def test_page_fits_its_screen(
    chromium: Browser, running: Running, path: str, size: dict[str, int]
) -> None:
    with visiting(chromium, running, size) as page:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_chat_works_without_script(chromium: Browser, running: Running) -> None:
    with visiting(chromium, running, PHONE, script=False) as page:
        page.goto("/")
        ask(page, "砍自家屋后的树要办证吗")
        expect(page.locator(".reply").last).to_be_visible()
        assert "采伐" in page.locator(".reply").last.inner_text()
