"""Answered cases and the people who publish their replies, made by the real verbs in any database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from uuid import uuid4

from sqlalchemy.orm import Session

from assistant.cases import actions
from assistant.cases.intake import NewCase
from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.db import Database
from assistant.publication import verbs
from assistant.publication.masking import preview
from assistant.publication.models import Publication, PublicationBasis
from assistant.staff.models import Account
from assistant.staff.roles import Actor, Role

# A Monday, 09:30 in Shanghai.
NOW = datetime(2026, 4, 27, 1, 30, tzinfo=UTC)
QUESTION = "我是王小明，住在东山村3组12号，门前的水渠坏了，电话13800001234，什么时候来修？"
REPLY = (
    "王小明您好：您反映的东山村3组12号门前水渠破损一事，已由李大山到现场处理，4月30日前修好。"
    "如有疑问请拨打0571-88001122。"
)
OWN_NUMBER = "0571-88001122"


@dataclass(frozen=True)
class People:
    """One of each role, and second ones where a second is needed. `outsider` is a handler of another office."""

    by_role: dict[Role, Actor]
    second_publisher: Actor
    outsider: Actor

    @property
    def handler(self) -> Actor:
        return self.by_role[Role.HANDLER]

    @property
    def publisher(self) -> Actor:
        return self.by_role[Role.PUBLISHER]


def hire_people(database: Database) -> People:
    """Everybody, without the cost of real passwords."""
    numbers = count(1)

    def hire(session: Session, role: Role, office_id: str | None = None) -> Actor:
        account = Account(
            username=f"hired{next(numbers)}",
            display_name=f"示例{role.label}",
            role=role,
            office_id=office_id,
            password_hash="-",
            must_change_password=False,
            created_at=NOW,
        )
        session.add(account)
        session.flush()
        return account.actor

    def hire_all(session: Session) -> People:
        offices = {Role.HANDLER: "office.water_resources"}
        by_role = {role: hire(session, role, offices.get(role)) for role in Role}
        return People(
            by_role, hire(session, Role.PUBLISHER), hire(session, Role.HANDLER, "office.fire")
        )

    return database.write(hire_all)


def answer_case(
    database: Database,
    people: People,
    text: str = QUESTION,
    reply: str = REPLY,
    now: datetime = NOW,
    consent: bool = False,
    **fields: object,
) -> int:
    """A case taken the whole way until its reply was sent; its id."""
    usual: dict[str, object] = {
        "kind": CaseKind.CONSULTATION,
        "contact_name": "王小明",
        "contact_phone": "13800001234",
        "contact_email": "wangxm88@example.com",
        "office_id": "office.water_resources",
    }
    request = NewCase(text=text, form_key=str(uuid4()), **(usual | fields))  # type: ignore[arg-type]

    def whole_way(session: Session) -> int:
        operator = people.by_role[Role.OPERATOR]
        case_id = actions.open_case(session, request, now, actor=operator).case_id
        handler = people.handler
        actions.claim(session, handler, case_id, now)
        digest = actions.draft_reply(session, handler, case_id, reply, now).text_hash
        actions.approve(session, people.by_role[Role.REVIEWER], case_id, digest, now)
        actions.sign(session, people.by_role[Role.SIGNER], case_id, digest, now)
        case = actions.send(session, handler, case_id, now)
        if consent:
            case.details = {"consent_publication": "yes"}
        return case_id

    return database.write(whole_way)


def propose_reply(
    database: Database,
    people: People,
    case_id: int,
    now: datetime = NOW,
    actor: Actor | None = None,
    **fields: object,
) -> int:
    """The case's reply proposed as its masked preview; the publication's id."""

    def do(session: Session) -> int:
        case = session.get_one(Case, case_id)
        draft = verbs.require_publishable(session, case)
        usual: dict[str, object] = {
            "title": "东山村水渠何时修复",
            "question": "门前的水渠坏了，什么时候来修？",
            "reply": preview(draft.text, verbs.person_of(case), keep=(OWN_NUMBER,)).text,
            "basis": PublicationBasis.ANONYMISED,
            "keep": (OWN_NUMBER,),
        }
        who = actor or people.handler
        given = usual | fields
        return verbs.propose(session, who, case_id, now=now, **given).id  # type: ignore[arg-type]

    return database.write(do)


def publish_reply(
    database: Database, people: People, publication_id: int, now: datetime = NOW
) -> int:
    """The proposal published by the publisher, who has read it."""

    def do(session: Session) -> int:
        seen = session.get_one(Publication, publication_id).text_hash
        made = verbs.publish(
            session, people.publisher, publication_id, seen, now, secrecy_reviewed=True
        )
        return made.id

    return database.write(do)
