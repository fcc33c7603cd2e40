"""Somebody at a browser: a visit that fails when a page reaches out of our host, and the staff's first sign-in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Running

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
PASSWORD = "Jiancha-Hedi-2026"
# A publisher's work begins elsewhere.
HOME = re.compile(r"/staff(/publications)?/?$")


@contextmanager
def visiting(
    browser: Browser, running: Running, size: dict[str, int], script: bool = True
) -> Iterator[Page]:
    """A fresh visitor; every request that leaves our host or is blocked by the CSP fails the test."""
    context: BrowserContext = browser.new_context(
        base_url=running.address,
        viewport={"width": size["width"], "height": size["height"]},
        locale="zh-CN",
        java_script_enabled=script,
        reduced_motion="reduce",
    )
    strangers: list[str] = []
    complaints: list[str] = []
    # Of the context, so that a page opened beside the first is watched too.
    context.on(
        "request",
        lambda request: (
            None if request.url.startswith(running.address) else strangers.append(request.url)
        ),
    )
    context.on(
        "console",
        lambda message: (
            complaints.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    try:
        yield context.new_page()
        assert strangers == []
        assert complaints == []
    finally:
        context.close()


def sign_in(page: Page, name: str, running: Running) -> None:
    page.goto("/staff/sign-in")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(running.passwords[name])
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(re.compile("/staff/password"))
    fields = page.locator("input[type=password]")
    fields.nth(0).fill(running.passwords[name])
    for place in range(1, fields.count()):
        fields.nth(place).fill(PASSWORD + name)
    page.get_by_role("button", name="保存新密码").click()
    expect(page).to_have_url(HOME)


def come_back(page: Page, name: str) -> None:
    """Sign in again with the password chosen the first time."""
    page.goto("/staff/sign-in")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORD + name)
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(HOME)
