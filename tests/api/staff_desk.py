"""A whole office for the page tests: one of each role signed in, and cases brought to where a test begins."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.cases.reading import StaffView, get_case_for_staff
from assistant.disclosure.outcomes import Outcome
from assistant.service import Service, utc_now
from assistant.settings import SHANGHAI
from assistant.staff.models import Account
from assistant.staff.roles import Actor, Role
from tests.cases.roads import Way

from .conftest import PASSWORD, Browser, new_account

OUTCOME = Outcome.UNABLE_NOT_HELD
APPLY = CaseKind.DISCLOSURE


@dataclass
class Desk:
    """One browser and one actor for each role, in the order of `Role`; none is bound to an office."""

    service: Service
    browsers: dict[Role, Browser]
    actors: dict[Role, Actor]

    @property
    def handler(self) -> Actor:
        return self.actors[Role.HANDLER]

    @property
    def reviewer(self) -> Actor:
        return self.actors[Role.REVIEWER]

    @property
    def operator(self) -> Actor:
        return self.actors[Role.OPERATOR]

    @property
    def signer(self) -> Actor:
        return self.actors[Role.SIGNER]

    @property
    def supervisor(self) -> Actor:
        return self.actors[Role.SUPERVISOR]

    def brought(self, road: Callable[[Way], Way], days_ago: int = 0) -> int:
        """A case that has gone this road, and its number."""
        from datetime import timedelta

        now = utc_now() - timedelta(days=days_ago)
        rules = self.service.rules
        return self.service.db.write(lambda s: road(Way(s, self, now, rules)).case_id)

    def view(self, case_id: int) -> StaffView:
        today = utc_now().astimezone(SHANGHAI).date()
        with self.service.db.reading() as session:
            return get_case_for_staff(session, case_id, today, self.service.rules)

    def case(self, case_id: int) -> Case:
        return self.view(case_id).case

    def open(self, role: Role, case_id: int) -> Browser:
        """The case's page as this role sees it."""
        return self.browsers[role].get(f"/staff/cases/{case_id}")


def hire(service: Service, browser: Callable[[], Browser]) -> Desk:
    """Sign one of each role in."""
    browsers, actors = {}, {}
    for role in Role:
        username = new_account(service, role)
        member = browser()
        member.sign_in(username, PASSWORD)
        member.change_password(PASSWORD, f"own-{PASSWORD}")
        browsers[role] = member
        actors[role] = _actor(service, username)
    return Desk(service, browsers, actors)


def _actor(service: Service, username: str) -> Actor:
    from sqlalchemy import select

    with service.db.reading() as session:
        return session.scalars(select(Account).where(Account.username == username)).one().actor


def steps_on(page: Browser, case_id: int) -> set[str]:
    """The steps the page has a form for."""
    return set(re.findall(rf'action="/staff/cases/{case_id}/([a-z_]+)"', page.text)) - {"check"}


def words_of(page: Browser) -> str:
    """What the page says, without markup."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))


def composed(page: Browser) -> str:
    """The text in the reply's box with every blank filled in."""
    found = re.search(r'<textarea id="draft-text"[^>]*>(.*?)</textarea>', page.text, re.DOTALL)
    assert found is not None, "no box for a reply"
    return re.sub("【[^】]*】", "档案室2019年以来的批复目录和办公系统", unescape(found[1]))
