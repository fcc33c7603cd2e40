"""How a case gets to where a citizen may find it: by real verbs, from its first day on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from assistant.cases import actions
from assistant.cases.actions.moving import newest_draft
from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.cases.opening import Receipt, local_date
from assistant.cases.rules import SHIPPED, Rules
from assistant.cases.states import CaseAction
from assistant.disclosure.outcomes import Outcome
from assistant.disclosure.parties import PartyKind
from assistant.staff.roles import CITIZEN, Actor
from tests.cases.conftest import a_request

REPLY = "您好。您反映的渠道我们已经派人看过，三天内修好。"
MISSING = "请写明要哪一年、哪个水库的批复。"
WHY_CONSULT = "涉及施工单位的商业秘密。"
PAYMENT = "按页计费。到政务服务中心一楼窗口缴，或者按短信里的账号转账。"
WHY_LONGER = "要查2010年以前的纸质档案，二十个工作日不够。"
WHY_DECLINED = "这是物业的事，请找小区物业或者打市住建局电话。"
WHY_SENT_ON = "河里的水质由市生态环境局管，已经转给他们，电话0571-00000099。"
WHY_LAPSED = "到期没有收到您的补正，也没有收到您的说明。"
INTERNAL = "只给同事看的话"


class People(Protocol):
    """Those the roads need; `tests.cases.conftest.Staff` is one such."""

    @property
    def handler(self) -> Actor: ...
    @property
    def reviewer(self) -> Actor: ...
    @property
    def operator(self) -> Actor: ...
    @property
    def signer(self) -> Actor: ...
    @property
    def supervisor(self) -> Actor: ...


@dataclass
class Way:
    """One case under way; `now` moves on with `wait`."""

    session: Session
    people: People
    now: datetime
    rules: Rules = SHIPPED
    receipt: Receipt | None = None

    @property
    def case_id(self) -> int:
        assert self.receipt is not None
        return self.receipt.case_id

    def open(self, kind: CaseKind = CaseKind.CONSULTATION, **fields: object) -> Way:
        request = a_request(kind=kind, **fields)
        self.receipt = actions.open_case(self.session, request, self.now, self.rules)
        return self

    def wait(self, days: int) -> Way:
        self.now += timedelta(days=days)
        return self

    def confirm(self) -> Way:
        actions.confirm(self.session, self.people.operator, self.case_id, self.now, self.rules)
        return self

    def accept(self) -> Way:
        actions.accept(self.session, self.people.operator, self.case_id, self.now)
        return self

    def claim(self) -> Way:
        actions.claim(self.session, self.people.handler, self.case_id, self.now)
        return self

    def draft(self, outcome: Outcome | None = None, text: str = REPLY) -> Way:
        actions.draft_reply(
            self.session, self.people.handler, self.case_id, text, self.now, outcome
        )
        return self

    def approve(self) -> Way:
        seen, by = self._seen(), self.people.reviewer
        if self.session.get_one(Case, self.case_id).kind is CaseKind.DISCLOSURE:
            for kind in (CaseAction.SECRECY_REVIEW, CaseAction.LEGALITY_REVIEW):
                actions.review(self.session, by, self.case_id, kind, seen, True, self.now)
        actions.approve(self.session, by, self.case_id, seen, self.now)
        return self

    def sign(self) -> Way:
        actions.sign(self.session, self.people.signer, self.case_id, self._seen(), self.now)
        return self

    def send(self) -> Way:
        actions.send(self.session, self.people.handler, self.case_id, self.now)
        return self

    def answer(self, outcome: Outcome | None = None, text: str = REPLY) -> Way:
        return self.draft(outcome, text).approve().sign().send()

    def deliver(self) -> Way:
        by, on = self.people.operator, local_date(self.now)
        actions.deliver(self.session, by, self.case_id, on, self.now)
        return self

    def close(self) -> Way:
        actions.close(self.session, self.people.handler, self.case_id, self.now)
        return self

    def ask_supplement(self, days: int = 10) -> Way:
        until = local_date(self.now) + timedelta(days=days)
        by = self.people.handler
        actions.ask_supplement(self.session, by, self.case_id, MISSING, until, self.now, self.rules)
        return self

    def consult(self, party: PartyKind = PartyKind.THIRD_PARTY) -> Way:
        by, name = self.people.handler, "示例建设有限公司"
        actions.consult(
            self.session, by, self.case_id, party, name, WHY_CONSULT, self.now, self.rules
        )
        return self

    def charge(self, pages: int = 120) -> Way:
        by = self.people.handler
        actions.charge_fee(
            self.session, by, self.case_id, True, pages, PAYMENT, self.now, self.rules
        )
        return self

    def extend(self, amount: int = 20) -> Way:
        by = self.people.signer
        actions.extend(self.session, by, self.case_id, amount, WHY_LONGER, self.now, self.rules)
        return self

    def lapse(self) -> Way:
        actions.lapse(self.session, self.people.reviewer, self.case_id, WHY_LAPSED, self.now)
        return self

    def decline(self) -> Way:
        by = self.people.supervisor
        actions.decline(self.session, by, self.case_id, WHY_DECLINED, self.now)
        return self

    def send_on(self) -> Way:
        by = self.people.operator
        actions.transfer(self.session, by, self.case_id, WHY_SENT_ON, self.now)
        return self

    def withdraw(self) -> Way:
        actions.withdraw(self.session, CITIZEN, self.case_id, self.now)
        return self

    def merge(self) -> Way:
        main = actions.open_case(self.session, a_request(), self.now, self.rules)
        by = self.people.handler
        actions.merge(self.session, by, self.case_id, main.case_id, self.now)
        return self

    def return_it(self) -> Way:
        by = self.people.handler
        actions.return_case(self.session, by, self.case_id, INTERNAL, self.now)
        return self

    def be_rated(self, score: int, reason: str | None = None) -> Way:
        actions.rate(self.session, CITIZEN, self.case_id, score, self.now, reason, self.rules)
        return self

    def archive(self) -> Way:
        actions.archive(self.session, self.people.handler, self.case_id, self.now)
        return self

    def _seen(self) -> str:
        draft = newest_draft(self.session, self.case_id)
        assert draft is not None
        return draft.text_hash


Road = Callable[[Way], Way]
_APPLY = CaseKind.DISCLOSURE

# Each road's first day lies so far back that the case is at its end today: the number is in days.
INQUIRIES: dict[str, tuple[int, str, Road]] = {
    "received": (0, "received", lambda way: way.open()),
    "accepted": (0, "accepted", lambda way: way.open().accept()),
    "returned": (0, "received", lambda way: way.open().accept().return_it()),
    "claimed": (0, "claimed", lambda way: way.open().claim()),
    "drafted": (0, "claimed", lambda way: way.open().claim().draft()),
    "approved": (0, "claimed", lambda way: way.open().claim().draft().approve()),
    "signed": (0, "claimed", lambda way: way.open().claim().draft().approve().sign()),
    "extended": (0, "claimed", lambda way: way.open().claim().extend(5)),
    "overdue": (20, "claimed", lambda way: way.open().claim()),
    "merged": (0, "merged", lambda way: way.open().merge()),
    "sent": (0, "sent", lambda way: way.open().claim().answer()),
    "delivered": (0, "delivered", lambda way: way.open().claim().answer().deliver()),
    "closed": (0, "closed", lambda way: way.open().claim().answer().close()),
    "archived": (0, "closed", lambda way: way.open().claim().answer().close().archive()),
    "rated": (0, "sent", lambda way: way.open().claim().answer().be_rated(5)),
    "reopened": (
        0,
        "claimed",
        lambda way: way.open().claim().answer().be_rated(1, "渠还是坏的").claim(),
    ),
    "declined": (0, "declined", lambda way: way.open().decline()),
    "transferred": (0, "transferred", lambda way: way.open().send_on()),
    "withdrawn": (0, "withdrawn", lambda way: way.open().withdraw()),
}
APPLICATIONS: dict[str, tuple[int, str, Road]] = {
    "submitted": (0, "submitted", lambda way: way.open(_APPLY)),
    "accepted": (0, "accepted", lambda way: way.open(_APPLY).confirm()),
    "claimed": (0, "claimed", lambda way: way.open(_APPLY).confirm().claim()),
    "supplementing": (
        0,
        "supplementing",
        lambda way: way.open(_APPLY).confirm().claim().ask_supplement(),
    ),
    "consulting_third_party": (
        0,
        "consulting",
        lambda way: way.open(_APPLY).confirm().claim().consult(),
    ),
    "consulting_co_maker": (
        0,
        "consulting",
        lambda way: way.open(_APPLY).confirm().claim().consult(PartyKind.CO_MAKER),
    ),
    "consulting_agency": (
        0,
        "consulting",
        lambda way: way.open(_APPLY).confirm().claim().consult(PartyKind.OTHER_AGENCY),
    ),
    "fee_due": (0, "fee_due", lambda way: way.open(_APPLY).confirm().claim().charge()),
    "extended": (0, "claimed", lambda way: way.open(_APPLY).confirm().claim().extend()),
    "overdue": (45, "claimed", lambda way: way.open(_APPLY).confirm().claim()),
    "sent": (
        0,
        "sent",
        lambda way: way.open(_APPLY).confirm().claim().answer(Outcome.GRANTED),
    ),
    "delivered": (
        0,
        "delivered",
        lambda way: way.open(_APPLY).confirm().claim().answer(Outcome.GRANTED).deliver(),
    ),
    "denied": (
        0,
        "delivered",
        lambda way: way.open(_APPLY).confirm().claim().answer(Outcome.DENIED_PROCESS).deliver(),
    ),
    "closed": (
        0,
        "closed",
        lambda way: way.open(_APPLY).confirm().claim().answer(Outcome.GRANTED).deliver().close(),
    ),
    "lapsed_supplement": (
        30,
        "lapsed",
        lambda way: way.open(_APPLY).confirm().claim().ask_supplement(10).wait(30).lapse(),
    ),
    "lapsed_fee": (
        60,
        "lapsed",
        lambda way: way.open(_APPLY).confirm().claim().charge().wait(60).lapse(),
    ),
    "withdrawn": (0, "withdrawn", lambda way: way.open(_APPLY).confirm().withdraw()),
}
ROADS: dict[str, tuple[int, str, Road]] = {
    **{f"inquiry_{name}": road for name, road in INQUIRIES.items()},
    **{f"application_{name}": road for name, road in APPLICATIONS.items()},
}


def travel(
    name: str, session: Session, people: People, now: datetime, rules: Rules = SHIPPED
) -> Way:
    """A case brought where road `name` leads by `now`."""
    days, _, road = ROADS[name]
    return road(Way(session, people, now - timedelta(days=days), rules))
