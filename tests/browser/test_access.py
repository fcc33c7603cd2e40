"""What the figures are to those who listen to them, enlarge them, or read them in the dark: axe finds nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Running, served
from tests.browser.visits import DESK, PHONE, sign_in, visiting

PUBLIC = (
    "/statistics?year=2025",
    "/statistics?year=2025&quarter=4",
    "/statistics/reports",
    "/statistics/reports/1",
    "/statistics/reports/3",
)
STAFF = (
    "/staff/overview",
    "/staff/figures?year=2025",
    "/staff/figures/cases?period=2025&table=applications&row=closed&column=total",
    "/staff/reports",
    "/staff/reports/1",
    "/staff/reports/opening",
)


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A bureau with something to show on every page."""
    with served(tmp_path_factory.mktemp("two-years"), "--sample-years") as running:
        yield running


@pytest.mark.parametrize("is_senior", [False, True], ids=["light-desk", "dark-senior-phone"])
def test_figures_can_be_read_by_everybody(
    chromium: Browser, two_years: Running, is_senior: bool
) -> None:
    with visiting(chromium, two_years, PHONE if is_senior else DESK) as page:
        if is_senior:
            _grow_old(page, two_years)
        _read(page, PUBLIC)
        if not is_senior:
            sign_in(page, "supervisor1", two_years)
            _read(page, STAFF)


def _grow_old(page: Page, running: Running) -> None:
    """长辈版, on a device set to dark."""
    page.emulate_media(color_scheme="dark")
    page.context.add_cookies([{"name": "senior", "value": "1", "url": running.address}])


def _read(page: Page, paths: tuple[str, ...]) -> None:
    size = page.viewport_size
    assert size is not None
    for path in paths:
        page.goto(path)
        assert page.locator("h1").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        faults = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in faults] == [], path
