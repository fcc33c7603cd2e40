"""A newcomer clears the thirty sample cases through the pages alone: by links, buttons and forms they can see.

Nothing here knows an address but the sign-in's, or a step but by what its button says. Where the newcomer has to
judge (which outcome, whom to ask), `JUDGEMENTS` says what they decide, by words of the case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.browser.conftest import Running, served
from tests.browser.visits import DESK, sign_in, visiting

CASES = 30
ROUNDS = 6
TURN_NAME, FOLLOWING = "等我办的", ".following a"
# What is written where the template asks for something, by words of what it asks.
FILLED_IN = {
    "信访、投诉还是举报": "投诉、举报",
    "哪些内容": "“要求查处违法占用河道的行为”",
    "机构和电话": "河湖管理处，电话0571-00000105",
    "查了哪些": "2019年以来的收发文登记、档案目录和办公系统，按名称和年份查找",
    "所附信息": "全文电子版，共32页，随本答复一并提供",
    "答复的内容": "经现场核实，情况属实，已经安排处理，十个工作日内办完，结果再告诉您。",
}

Step = Callable[[Page], bool]


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A bureau of its own with the sample queue."""
    with served(tmp_path_factory.mktemp("practice"), "--sample-cases") as running:
        yield running


def pressed(page: Page, name: str) -> bool:
    """Press the button of this name where the page shows one; whether it did, and nothing was refused."""
    button = page.get_by_role("button", name=name, exact=True)
    if not button.count():
        return False
    button.first.click()
    assert not page.locator(".alert").count(), (name, page.locator(".alert").inner_text())
    return True


def opened(page: Page, summary: str) -> Locator:
    """The rarer step behind this line, unfolded."""
    box = page.locator("details.rare").filter(
        has=page.locator("summary", has_text=re.compile(f"^{summary}$"))
    )
    box.locator("summary").click()
    return box


def transfer(page: Page) -> bool:
    box = opened(page, "转送其他机关")
    box.get_by_label("转给谁").fill("示例市生态环境局，电话0571-00000099，河道水质由他们管。")
    return pressed(page, "转送其他机关")


def consult(page: Page) -> bool:
    box = opened(page, "征求意见")
    box.get_by_label("征求谁的意见").select_option(label="第三方（第三十二条）")
    box.get_by_label("对方的名称或者姓名").fill("示例建设有限公司")
    box.get_by_label("为什么要征求意见").fill("清单里有被处罚单位的商业秘密。")
    return pressed(page, "登记已书面征求意见")


def ask_supplement(page: Page) -> bool:
    box = opened(page, "告知补正")
    box.get_by_label("需要补正什么").fill("请写明是哪一期工程的批复。")
    return pressed(page, "告知补正")


def reply(page: Page, outcome: str | None = None) -> bool:
    """Write a reply from its template: every place left open filled in, then handed in for review."""
    if outcome:
        page.locator("#prefill-outcome").select_option(label=outcome)
        page.get_by_role("button", name="按结果生成初稿").click()
    else:
        page.get_by_role("button", name="生成初稿").click()
    box = page.locator("#draft-text")
    box.fill(re.sub("【[^】]*】", _filled_in, box.input_value()))
    return pressed(page, "送审")


def _filled_in(blank: re.Match[str]) -> str:
    return next(words for asked, words in FILLED_IN.items() if asked in blank[0])


# What this newcomer decides, by words of the case; any other inquiry is answered, any other application granted.
JUDGEMENTS: dict[str, Step] = {
    "水土保持行政处罚": consult,
    "除险加固": ask_supplement,
    "要求查处示例镇": lambda page: reply(page, "1.信访举报投诉类申请"),
    "采砂规划": lambda page: reply(page, "1.本机关不掌握相关政府信息"),
}


def write(page: Page) -> bool:
    """Whoever has a case in hand decides what becomes of it."""
    if not page.locator("#draft-text").count() or page.locator("#draft-text").input_value():
        return False
    title = page.locator("h1").inner_text()
    for words, step in JUDGEMENTS.items():
        if words in title:
            return step(page)
    return reply(page, "（一）予以公开" if page.locator("#prefill-outcome").count() else None)


def join(page: Page) -> bool:
    """What is the same matter as this is merged into it."""
    button = page.locator(".doubles button")
    if not button.count():
        return False
    button.first.click()
    return not page.locator(".alert").count()


def agree(page: Page) -> bool:
    """The reviews the page says are still wanting, one after the other."""
    wanting = page.locator(".case-steps p", has_text="审核通过以前，还要有：")
    for name in ("保密审查", "合法性审查"):
        if wanting.count() and name in wanting.inner_text():
            page.get_by_role("group", name=name).get_by_label("同意", exact=True).check()
            return pressed(page, f"记下{name}意见")
    return False


def _button(name: str) -> Step:
    return lambda page: pressed(page, name)


# What a role does with a case, the first thing the page lets it do.
WAYS: dict[str, tuple[Step, ...]] = {
    "operator1": (_button("双方已确认，今天收到"), _button("受理"), _button("登记送达")),
    "handler1": (
        join,
        _button("认领这一件"),
        write,
        _button("发出答复"),
        _button("登记送达"),
    ),
    "reviewer1": (agree, _button("审核通过")),
    "signer1": (_button("签发"),),
}


@dataclass
class Newcomer:
    """One role at its desk."""

    name: str
    page: Page
    taken: list[str] = field(default_factory=list)

    def clear(self) -> int:
        """Take every case that waits for this role, one after the other; how many steps that were."""
        before = len(self.taken)
        self.page.get_by_role("link", name="待办", exact=True).first.click()
        self.page.locator(".chips").get_by_role("link", name=TURN_NAME).click()
        first = self.page.locator("table.queue tbody tr th a")
        if not first.count():
            assert "现在没有等您办的件" in self.page.inner_text("main")
            return 0
        first.first.click()
        for _ in range(CASES):
            self.work()
            following = self.page.locator(FOLLOWING)
            if not following.count():
                break
            following.click()
        return len(self.taken) - before

    def send_together(self, kind: str, office: str) -> None:
        """All new cases of a kind to one office at once, ticked in the queue."""
        self.page.locator("details.more-filters summary").click()
        self.page.get_by_label("类别").select_option(label=kind)
        self.page.get_by_role("button", name="筛选").click()
        for tick in self.page.locator("table.queue input[type=checkbox]").all():
            tick.check()
        self.page.get_by_label("派给处室").select_option(label=office)
        self.page.get_by_role("button", name="派办选中的").click()
        assert "办成2件" in self.page.inner_text("main")

    def work(self) -> None:
        """Do with the case in hand what there is to do."""
        for _ in range(6):
            line = self.page.locator(".case-line").inner_text()
            if not any(step(self.page) for step in WAYS[self.name]):
                return
            self.taken.append(line)


@pytest.fixture(scope="module")
def cleared(chromium: Browser, practice: Running, shots: Path) -> Iterator[Page]:
    """The desk after everybody has done their part; the supervisor's view of it."""
    with ExitStack() as stack:
        desks = []
        for name in WAYS:
            page = stack.enter_context(visiting(chromium, practice, DESK))
            sign_in(page, name, practice)
            desks.append(Newcomer(name, page))
        desks[0].send_together("建议", "办公室")
        for _ in range(ROUNDS):
            if not sum(desk.clear() for desk in desks):
                break
        page = stack.enter_context(visiting(chromium, practice, DESK))
        sign_in(page, "supervisor1", practice)
        page.screenshot(path=shots / "10-cleared.png", full_page=True)
        yield page


def rows_of(page: Page) -> list[str]:
    return [row.inner_text() for row in page.locator("table.queue tbody tr").all()]


def test_nothing_is_left_but_what_waits_for_somebody_outside(cleared: Page) -> None:
    cleared.get_by_role("link", name="待办", exact=True).first.click()
    cleared.locator(".chips").get_by_role("link", name="全部未办结").click()
    left = rows_of(cleared)
    assert len(left) == 2
    for row in left:
        assert "等对方，到" in row, row


def test_each_says_whom_it_waits_for_and_that_its_clock_stands(cleared: Page) -> None:
    cleared.get_by_role("link", name="待办", exact=True).first.click()
    cleared.locator(".chips").get_by_role("link", name="全部未办结").click()
    seen = []
    for place in range(len(rows_of(cleared))):
        cleared.locator("table.queue tbody tr th a").nth(place).click()
        seen.append(cleared.locator(".case-steps").inner_text())
        cleared.locator(".crumbs a").click()
        cleared.locator(".chips").get_by_role("link", name="全部未办结").click()
    assert any("等申请人补正，到" in words for words in seen), seen
    assert any("等对方的意见，到" in words for words in seen), seen
    assert all("期限停止计算" in words for words in seen)


def test_every_other_case_ended_with_its_legal_outcome(cleared: Page) -> None:
    counts = {}
    for status in ("已答复", "已送达", "已并案"):
        cleared.get_by_role("link", name="待办", exact=True).first.click()
        cleared.locator("details.more-filters summary").click()
        cleared.get_by_label("状态").select_option(label=status)
        cleared.get_by_role("button", name="筛选").click()
        counts[status] = len(rows_of(cleared))
    assert counts == {"已答复": 24, "已送达": 4, "已并案": 0}
