"""Search in a real browser: by keys alone, without script, and on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Running
from tests.browser.visits import DESK, PHONE, visiting


def search(page: Page, text: str) -> None:
    page.goto("/search")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.get_by_text("条结果")).to_be_visible()


def test_operator_finds_and_reads_by_keys_alone(
    chromium: Browser, running: Running, shots: Path
) -> None:
    with visiting(chromium, running, DESK) as page:
        search(page, "qsxk")
        expect(page.locator(".results mark").first).to_have_text("取水许可")
        page.screenshot(path=shots / "10-search.png")
        page.keyboard.press("ArrowDown")
        expect(page.locator("a.result").nth(0)).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(page.locator("a.result").nth(1)).to_be_focused()
        page.keyboard.press("/")
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.type("dajing")  # what stood there is replaced
        expect(page.locator("#q")).to_have_value("dajing")
        page.keyboard.press("Enter")
        expect(page.get_by_text("自己打井要不要办证").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/(answers|services)/"))
        expect(page.get_by_text("核对日期")).to_be_visible()


def test_search_works_without_script_on_a_phone(
    chromium: Browser, running: Running, shots: Path
) -> None:
    with visiting(chromium, running, PHONE, script=False) as page:
        page.goto("/")
        page.get_by_role("link", name="查找", exact=True).click()
        page.locator("#q").fill("砍树 材料")
        page.get_by_role("button", name="查找").click()
        expect(page.locator("a.result").first).to_have_text("林木采伐许可")
        page.screenshot(path=shots / "11-search-phone.png")
        page.get_by_role("link", name=re.compile("^问答")).click()
        expect(page.locator(".results .tag").first).to_have_text("问答")
        page.locator("a.result").first.click()
        expect(page.get_by_role("heading", name="问谁")).to_be_visible()
        page.screenshot(path=shots / "12-answer-phone.png", full_page=True)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize(
    "path",
    [
        "/search",
        "/search?q=%E6%B0%B4",
        "/search?q=nothing+of+the+kind",
        "/answers/disclosure.fees",
        "/offices/office.flood",
    ],
)
def test_page_fits_its_screen(
    chromium: Browser, running: Running, path: str, size: dict[str, int]
) -> None:
    with visiting(chromium, running, size) as page:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
