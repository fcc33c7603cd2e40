"""Published replies as everybody meets them: the list, the page of each, its tombstone, and the search."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from urllib.parse import quote

import pytest

from api.app import create_app
from api.limits import Limits
from assistant.cases.kinds import CaseKind
from assistant.publication import verbs
from assistant.service import Service, utc_now
from assistant.staff.roles import Role
from tests.fixtures_service import Prepared
from tests.publication.answered import (
    NOW,
    People,
    answer_case,
    hire_people,
    propose_reply,
    publish_reply,
)
from tests.test_cli import xunda

from .conftest import Browser, TestClient

TITLE, OTHER = "白鹭渠渗漏由谁修补", "水杉行道树倒伏怎么处理"


@pytest.fixture(scope="module")
def desk(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of this file's own, so that what is published here is found nowhere else."""
    service = Service(prepared.copy_to(tmp_path_factory.mktemp("replies")).settings, False)
    with TestClient(create_app(service)):
        yield service


@pytest.fixture(scope="module")
def people(desk: Service) -> People:
    return hire_people(desk.db)


@pytest.fixture
def visitor(desk: Service) -> Browser:
    app = create_app(desk)
    app.state.service, app.state.limits = desk, Limits(desk.tuning.limits)
    return Browser(TestClient(app, headers={"Accept": "text/html"}))


Show = Callable[..., int]


@pytest.fixture(scope="module")
def show(desk: Service, people: People) -> Show:
    """Publishes a reply under a title; everything else may be given."""

    def show_it(title: str, question: str = "请问由谁来处理？", **fields: object) -> int:
        case_id = answer_case(desk.db, people, **fields)  # type: ignore[arg-type]
        return publish_reply(
            desk.db,
            people,
            propose_reply(desk.db, people, case_id, title=title, question=question),
        )

    return show_it


@pytest.fixture(scope="module")
def shown(show: Show) -> tuple[int, int]:
    """Two published replies, the second of a complaint of the year before."""
    return (
        show(TITLE),
        show(OTHER, now=NOW - timedelta(days=200), kind=CaseKind.COMPLAINT),
    )


def rows(page: Browser) -> list[str]:
    found = re.findall(r'<a class="row-title" href="/replies/\d+">([^<]+)</a>', page.text)
    return [unescape(one) for one in found]


def facts(page: Browser) -> dict[str, str]:
    found = re.findall(r"<dt>([^<]+)</dt><dd>(.*?)</dd>", page.text)
    return {name: unescape(re.sub(r"<[^>]+>", "", value)) for name, value in found}


def withdraw(desk: Service, people: People, publication_id: int, reason: str) -> None:
    supervisor = people.by_role[Role.SUPERVISOR]
    desk.db.write(
        lambda session: verbs.withdraw(session, supervisor, publication_id, reason, utc_now())
    )


PAGES = (
    "/replies",
    "/replies?kind=&office=&year=&q=",
    "/replies?q=nothing",
    "/replies?kind=complaint",
)


@pytest.mark.parametrize("path", [*PAGES, "reply", "gone"])
def test_page_is_whole_without_script_and_within_the_policy(
    path: str, visitor: Browser, shown: tuple[int, int], show: Show, desk: Service, people: People
) -> None:
    if path == "reply":
        path = f"/replies/{shown[0]}"
    elif path == "gone":
        gone = show("即将撤下")
        withdraw(desk, people, gone, "政策已经调整。")
        path = f"/replies/{gone}"
    page = visitor.get(path)
    assert page.status in (200, 410)
    assert page.text.count("<h1") == 1
    assert "<script" not in page.text
    assert not re.search(r"<[^>]*\s(?:style|on[a-z]+)\s*=", page.text)
    fields = re.findall(
        r'<(?:input|textarea|select)\b(?![^>]*type="hidden")[^>]*\bid="([^"]+)"', page.text
    )
    assert [name for name in fields if f'for="{name}"' not in page.text] == []


def test_list_shows_both_dates_office_and_title(visitor: Browser, shown: tuple[int, int]) -> None:
    page = visitor.get("/replies")
    assert [title for title in rows(page) if title in (TITLE, OTHER)] == [TITLE, OTHER]
    row = page.text[page.text.index(TITLE) :].partition("</tr>")[0]
    cells = re.findall(r'data-label="([^"]+)"><span[^>]*>([^<]+)<', row)
    assert dict(cells) == {
        "答复部门": "水资源管理处",
        "受理日期": "2026年4月27日",
        "答复日期": "2026年4月27日",
    }


def test_list_filters_by_kind_office_year_and_words(
    visitor: Browser, shown: tuple[int, int]
) -> None:
    assert rows(visitor.get("/replies?kind=complaint&office=&year=&q=")) == [OTHER]
    assert rows(visitor.get("/replies?year=2025")) == [OTHER]
    assert rows(visitor.get("/replies?office=office.fire")) == []
    assert rows(visitor.get(f"/replies?q={quote('白鹭渠')}")) == [TITLE]
    page = visitor.get(f"/replies?q={quote('没有的事')}&kind=praise")
    assert "没有这样的答复" in page.text
    assert '<option value="praise" selected>' in page.text


def test_months_are_counted(visitor: Browser, shown: tuple[int, int]) -> None:
    page = visitor.get("/replies?year=2025&kind=complaint").text
    table = re.findall(
        r'<th scope="row">(?:<strong>)?([^<]+)(?:</strong>)?</th>'
        r'<td class="number">(\d+)</td><td class="number">(\d+)</td><td class="number">(\d+)</td>',
        page,
    )
    counts = {name: tuple(map(int, numbers)) for name, *numbers in table}
    assert len(counts) == 13
    assert counts["2025年10月"] == (1, 1, 0)  # published in April 2026
    assert counts["合计"] == (1, 1, 0)


@pytest.mark.parametrize(
    "query", ["kind=poem", "year=abc", "year=1900", "page=0", "q=" + "a" * 101]
)
def test_nonsense_is_refused_in_chinese(query: str, visitor: Browser) -> None:
    page = visitor.get(f"/replies?{query}")
    assert page.status == 422
    assert re.search(r"[\u4e00-\u9fff]", page.alert())


def test_typed_words_are_escaped(visitor: Browser) -> None:
    page = visitor.get(f"/replies?q={quote('<script>alert(1)</script>')}")
    assert page.status == 200
    assert "<script" not in page.text


def test_pages_turn(visitor: Browser, show: Show) -> None:
    for number in range(21):
        show(f"翻页第{number + 1}件", kind=CaseKind.PRAISE)
    page = visitor.get("/replies?kind=praise")
    assert len(rows(page)) == 20
    following = re.search(r'<a href="([^"]+)">下一页</a>', page.text)
    assert following is not None
    second = visitor.get(unescape(following[1]))
    assert rows(second) == ["翻页第1件"]
    assert "第2页" in second.text


def test_reply_stands_with_question_dates_office_and_source(
    visitor: Browser, shown: tuple[int, int], desk: Service
) -> None:
    page = visitor.get(f"/replies/{shown[0]}")
    told = facts(page)
    assert told["类别"] == "咨询"
    assert told["受理日期"] == told["答复日期"] == "2026年4月27日"
    assert told["答复部门"] == "水资源管理处"
    assert told["信息来源"] == desk.shelf.bureau.name
    assert told["公开依据"] == "已作匿名处理"
    assert "请问由谁来处理？" in page.text
    assert "王某某您好：您反映的东山村[门牌]门前" in page.text
    assert not any(word in page.text for word in ("小明", "13800001234", "李大山", "3组"))


def test_reply_is_marked_up_as_question_and_answer(
    visitor: Browser, shown: tuple[int, int]
) -> None:
    page = visitor.get(f"/replies/{shown[0]}").text
    types = re.findall(r'itemtype="https://schema.org/(\w+)"', page)
    assert types == ["QAPage", "Question", "Answer", "GovernmentOrganization"]
    assert 'itemprop="acceptedAnswer"' in page
    assert re.search(rf'<h1 itemprop="name">{TITLE}</h1>', page)
    assert 'datetime="2026-04-27"' in page


@pytest.mark.parametrize("path", ["/replies/0", "/replies/9999999999", "/replies/abc"])
def test_address_that_cannot_be_one_is_refused(path: str, visitor: Browser) -> None:
    assert visitor.get(path).status == 422


def test_proposal_is_not_public(visitor: Browser, desk: Service, people: People) -> None:
    waiting = propose_reply(desk.db, people, answer_case(desk.db, people), title="还在审查")
    assert visitor.get(f"/replies/{waiting}").status == 404
    assert "还在审查" not in rows(visitor.get("/replies"))
    assert visitor.get("/replies/123456").status == 404


def test_withdrawn_reply_leaves_a_tombstone_and_nothing_else(
    visitor: Browser, desk: Service, people: People, show: Show
) -> None:
    gone = show("撤下的黄鹂池", question="黄鹂池能不能钓鱼？")
    withdraw(desk, people, gone, "规定已经修改，请看新的办事指南。")
    page = visitor.get(f"/replies/{gone}")
    assert page.status == 410
    assert re.search(r"这条答复已于\d+年\d+月\d+日撤下，原因：", page.text)
    assert "规定已经修改，请看新的办事指南。" in page.text
    assert "黄鹂池" not in page.text
    assert "schema.org" not in page.text
    assert "撤下的黄鹂池" not in rows(visitor.get("/replies"))


# The search -------------------------------------------------------------------------------


def searched(visitor: Browser, text: str, **choice: str) -> list[dict[str, str]]:
    query = "&".join(f"{name}={value}" for name, value in choice.items())
    found = json.loads(visitor.get(f"/api/search?q={quote(text)}&{query}").text)
    results: list[dict[str, str]] = found["results"]
    return results


def test_published_reply_is_found_and_a_withdrawn_one_no_more(
    visitor: Browser, desk: Service, people: People, show: Show
) -> None:
    assert searched(visitor, "蓝翡翠湿地", kind="reply") == []
    shelf = desk.shelf
    found = show("蓝翡翠湿地栈道何时开放", question="蓝翡翠湿地的栈道什么时候能走？")
    assert desk.refresh()
    assert not desk.refresh()
    assert desk.shelf is shelf  # a reply makes nobody read all knowledge anew
    (hit,) = searched(visitor, "蓝翡翠湿地", kind="reply")
    assert (hit["id"], hit["url"]) == (f"reply.{found}", f"/replies/{found}")
    assert hit["title"] == "蓝翡翠湿地栈道何时开放"
    assert hit["office"] == "office.water_resources"
    assert (hit["effective_on"], hit["verified_on"]) == ("2026-04-27", None)
    assert visitor.get(hit["url"]).status == 200
    withdraw(desk, people, found, "栈道已经开放。")
    assert desk.refresh()
    assert searched(visitor, "蓝翡翠湿地", kind="reply") == []


def test_reply_is_found_by_what_was_asked_and_what_was_answered(
    visitor: Browser, desk: Service, show: Show
) -> None:
    show(
        "关于一处泵站的来信",
        question="翠鸟泵站夜里太吵。",
        reply="您反映的泵站已经加装隔音罩，夜间改用低速运行。",
    )
    desk.refresh()
    for words in ("翠鸟泵站", "隔音罩"):
        (hit,) = searched(visitor, words, kind="reply")
        assert words in hit["snippet"]


def test_answer_comes_before_a_reply_of_the_same_name(
    visitor: Browser, desk: Service, show: Show
) -> None:
    show("取水许可（新办）", question="取水许可怎么办？", reply="请按取水许可办事指南办理。")
    desk.refresh()
    kinds = [hit["kind"] for hit in searched(visitor, "取水许可", limit="100")]
    assert kinds[0] == "service"
    assert "reply" in kinds


def test_command_finds_a_published_reply(desk: Service, shown: tuple[int, int]) -> None:
    done = xunda("search", "--json", "白鹭渠", "--kind", "reply", data_dir=desk.settings.data_dir)
    assert done.returncode == 0, done.stderr
    (hit,) = json.loads(done.stdout)["results"]
    assert (hit["title"], hit["url"]) == (TITLE, f"/replies/{shown[0]}")


def test_search_page_names_the_kind_and_the_day(
    visitor: Browser, desk: Service, show: Show
) -> None:
    show("红隼桥改道", question="红隼桥改道到什么时候？")
    desk.refresh()
    page = visitor.get(f"/search?q={quote('红隼桥')}").text
    assert '<span class="tag">已公开答复</span>' in page
    assert "答复于2026年4月27日" in page
    assert re.search(r'href="/search\?[^"]*kind=reply"', page)
