"""A letter and what becomes of its reply: read, opened, downloaded, published and taken down again, and not accepted.

Citizen and staff use the pages alone, in a bureau of their own; the tests look at what each page showed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.letters.render import pdf_is_possible
from tests.browser.conftest import Running, served
from tests.browser.visits import DESK, PHONE, come_back, sign_in, visiting

STORY = "我叫张三，住青溪村3组12号，门前的水渠坏了，什么时候来修？"
REPLY = "张三您好。您反映的青溪村3组12号门前的水渠，我们12月15日以前修好。河湖管理处。"
TITLE = "青溪村水渠什么时候修好"
QUESTION = "门前的水渠坏了，什么时候来修？"
WHY_WITHDRAWN = "修渠的日期有变化，另行公布。"
WHY_DISSATISFIED = "没有说由谁来修。"
PRIVATE = ("张三", "13800001234", "12号")


@dataclass
class Seen:
    """What the pages said on the way; `letter` is how the browser drew the head of the letter."""

    receipt_no: str = ""
    code: str = ""
    status: str = ""
    letter: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    covered: list[str] = field(default_factory=list)
    own_decision: int = 0
    address: str = ""
    published: str = ""
    listed: int = 0
    found: bool = False
    withdrawn: tuple[int, str] = (0, "")
    found_after: bool = True
    listed_after: int = 0
    without_reason: str = ""
    reopened: str = ""


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with served(tmp_path_factory.mktemp("replies")) as running:
        yield running


@pytest.fixture(scope="module")
def way(chromium: Browser, bureau: Running, shots: Path) -> Seen:
    """The whole way once."""
    seen = Seen()
    with visiting(chromium, bureau, PHONE, script=False) as page:
        file_inquiry(page, seen)
    answer(chromium, bureau, seen)
    with visiting(chromium, bureau, PHONE) as page:
        read_letter(page, seen, shots)
    publish(chromium, bureau, seen, shots)
    with visiting(chromium, bureau, PHONE, script=False) as page:
        read_published(page, seen, shots)
    with visiting(chromium, bureau, DESK) as page:
        come_back(page, "publisher1")
        take_down(page)
    with visiting(chromium, bureau, PHONE, script=False) as page:
        look_for_withdrawn(page, seen, shots)
    with visiting(chromium, bureau, PHONE, script=False) as page:
        reject_reply(page, seen, shots)
    return seen


def file_inquiry(page: Page, seen: Seen) -> None:
    page.goto("/cases/new")
    page.get_by_label("求助", exact=True).check()
    page.locator("#text").fill(STORY)
    page.locator("#contact_name").fill("张三")
    page.locator("#contact_phone").fill("13800001234")
    page.locator("#consent-yes").check()
    page.get_by_role("button", name="提交").click()
    seen.receipt_no = page.locator("#receipt-no").inner_text().strip()
    seen.code = page.locator("#lookup-code").inner_text().strip()


def open_case(page: Page, seen: Seen) -> None:
    page.goto("/staff")
    page.locator("tr, li", has_text=seen.receipt_no).get_by_role("link").first.click()
    expect(page.get_by_text(seen.receipt_no).first).to_be_visible()


def answer(chromium: Browser, bureau: Running, seen: Seen) -> None:
    with visiting(chromium, bureau, DESK) as page:
        sign_in(page, "handler1", bureau)
        open_case(page, seen)
        page.get_by_role("button", name="认领").click()
        page.get_by_label("拟写答复").fill(REPLY)
        page.get_by_role("button", name="送审", exact=True).click()
    for name, button in [("reviewer1", "审核通过"), ("signer1", "签发")]:
        with visiting(chromium, bureau, DESK) as page:
            sign_in(page, name, bureau)
            open_case(page, seen)
            page.get_by_role("button", name=button, exact=True).click()
    with visiting(chromium, bureau, DESK) as page:
        come_back(page, "handler1")
        open_case(page, seen)
        page.get_by_role("button", name="发出答复").click()
        expect(page.get_by_text("答复已发出")).to_be_visible()


def track(page: Page, seen: Seen) -> None:
    page.goto("/track")
    page.locator("#number").fill(seen.receipt_no)
    page.locator("#code").fill(seen.code)
    page.get_by_role("button", name="查询").click()


def read_letter(page: Page, seen: Seen, shots: Path) -> None:
    track(page, seen)
    seen.status = page.inner_text("main")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="打开看").click()
    letter = opened.value
    letter.wait_for_load_state()
    letter.screenshot(path=shots / "17-letter.png", full_page=True)
    seen.letter = letter.evaluate(
        """() => { const head = document.querySelector('.head'), drawn = getComputedStyle(head);
        return {text: document.body.innerText, color: drawn.color, align: drawn.textAlign,
                overflow: String(document.documentElement.scrollWidth > innerWidth)} }"""
    )
    for name in ["Word"] + ([] if pdf_is_possible() else ["PDF"]):
        with page.expect_download() as saved:
            page.get_by_role("button", name=f"下载 {name}").click()
        seen.files[name] = Path(saved.value.path()).read_bytes()


def publish(chromium: Browser, bureau: Running, seen: Seen, shots: Path) -> None:
    with visiting(chromium, bureau, DESK) as page:
        come_back(page, "handler1")
        open_case(page, seen)
        page.get_by_role("link", name="提出公开这份答复").click()
        page.locator("#title").fill(TITLE)
        page.locator("#question").fill(QUESTION)
        page.get_by_label("来信人同意公开").check()
        page.get_by_role("button", name="提出公开").click()
        expect(page.get_by_text("等待公开发布人审查")).to_be_visible()
        seen.own_decision = page.get_by_role("button", name="公开到网站").count()
    with visiting(chromium, bureau, DESK) as page:
        sign_in(page, "publisher1", bureau)
        page.get_by_role("link", name="公开审查").click()
        page.get_by_role("link", name=TITLE).click()
        seen.covered = page.locator(".covered mark").all_inner_texts()
        page.screenshot(path=shots / "18-publication.png", full_page=True)
        page.get_by_label("已经作保密审查").check()
        page.get_by_role("button", name="公开到网站").click()
        expect(page.get_by_role("heading", name="已公开")).to_be_visible()


def is_found(page: Page, *, wanted: bool) -> bool:
    """Whether the search has the reply; it takes up what is published every few seconds."""
    for _ in range(40):
        page.goto("/search?q=青溪村水渠")
        if (page.get_by_role("link", name=TITLE).count() > 0) is wanted:
            return wanted
        time.sleep(0.5)
    return not wanted


def read_published(page: Page, seen: Seen, shots: Path) -> None:
    page.goto("/")
    page.get_by_role("link", name="公开答复").click()
    seen.listed = page.get_by_role("link", name=TITLE).count()
    page.screenshot(path=shots / "19-replies.png", full_page=True)
    page.get_by_role("link", name=TITLE).click()
    seen.address, seen.published = page.url, page.inner_text("body")
    page.screenshot(path=shots / "20-published.png", full_page=True)
    seen.found = is_found(page, wanted=True)


def take_down(page: Page) -> None:
    page.get_by_role("link", name="公开审查").click()
    page.get_by_role("link", name=TITLE).click()
    page.locator("summary", has_text="从网站撤下").click()
    page.get_by_label("理由").fill(WHY_WITHDRAWN)
    page.get_by_role("button", name="撤下").click()
    expect(page.get_by_role("heading", name="已撤下")).to_be_visible()


def look_for_withdrawn(page: Page, seen: Seen, shots: Path) -> None:
    answered = page.goto(seen.address)
    assert answered
    seen.withdrawn = (answered.status, page.inner_text("main"))
    page.screenshot(path=shots / "21-taken-down.png", full_page=True)
    page.goto("/replies")
    seen.listed_after = page.get_by_role("link", name=TITLE).count()
    seen.found_after = is_found(page, wanted=False)


def reject_reply(page: Page, seen: Seen, shots: Path) -> None:
    track(page, seen)
    page.get_by_label("不满意", exact=True).check()
    page.get_by_role("button", name="提交评价").click()
    seen.without_reason = page.locator("#reason-fault").inner_text()
    page.locator("#reason").fill(WHY_DISSATISFIED)
    page.get_by_role("button", name="提交评价").click()
    seen.reopened = page.inner_text("main")
    page.screenshot(path=shots / "22-reopened.png", full_page=True)


def test_letter_is_drawn_in_its_own_style_on_a_phone(way: Seen) -> None:
    assert REPLY in way.status
    assert REPLY in way.letter["text"]
    assert (way.letter["color"], way.letter["align"]) == ("rgb(192, 0, 0)", "center")
    assert way.letter["overflow"] == "false"


def test_letter_can_be_saved(way: Seen) -> None:
    starts = {"Word": b"PK", "PDF": b"%PDF-"}
    assert way.files
    assert all(content.startswith(starts[name]) for name, content in way.files.items())


def test_publisher_sees_every_cover_and_the_proposer_decides_nothing(way: Seen) -> None:
    assert way.own_decision == 0
    assert way.covered
    assert not any(word in cover for cover in way.covered for word in PRIVATE)


def test_published_reply_names_nobody_and_is_found(way: Seen) -> None:
    assert (way.listed, way.found) == (1, True)
    assert QUESTION in way.published
    assert "以前修好" in way.published
    assert not [word for word in (*PRIVATE, way.receipt_no) if word in way.published]


def test_withdrawn_reply_leaves_its_notice_and_nothing_else(way: Seen) -> None:
    status, words = way.withdrawn
    assert status == 410
    assert WHY_WITHDRAWN in words
    assert TITLE not in words
    assert "以前修好" not in words
    assert (way.listed_after, way.found_after) == (0, False)


def test_dissatisfied_citizen_is_answered_again_for_a_reason(way: Seen) -> None:
    assert "请写明哪里不满意" in way.without_reason
    assert "正在重新办理" in way.reopened
    assert "上一次的答复" in way.reopened
    assert "您给上一次答复的评价：不满意" in way.reopened
