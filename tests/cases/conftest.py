"""People and submissions the case tests share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from assistant.cases import actions
from assistant.cases.intake import NewCase
from assistant.cases.kinds import CaseKind
from assistant.cases.opening import Receipt
from assistant.db import Database
from assistant.disclosure.form import ApplicantClass, Delivery, DisclosureForm
from assistant.staff.models import Account
from assistant.staff.roles import Actor, Role

# A Monday, 09:30 in Shanghai.
NOW = datetime(2026, 4, 27, 1, 30, tzinfo=UTC)

Open = Callable[..., Receipt]


@dataclass(frozen=True)
class Staff:
    handler: Actor
    colleague: Actor
    reviewer: Actor
    operator: Actor
    signer: Actor
    publisher: Actor
    supervisor: Actor
    auditor: Actor
    administrator: Actor
    outsider: Actor
    """A handler of another office; everybody else is bound to none."""


@pytest.fixture
def staff(database: Database) -> Staff:
    """One of each role and two handlers more, without the cost of real passwords."""
    people = {
        "handler": Role.HANDLER,
        "colleague": Role.HANDLER,
        "reviewer": Role.REVIEWER,
        "operator": Role.OPERATOR,
        "signer": Role.SIGNER,
        "publisher": Role.PUBLISHER,
        "supervisor": Role.SUPERVISOR,
        "auditor": Role.AUDITOR,
        "administrator": Role.ADMINISTRATOR,
        "outsider": Role.HANDLER,
    }

    def hire(session: Session) -> dict[str, Actor]:
        accounts = {name: _account(name, role) for name, role in people.items()}
        accounts["outsider"].office_id = "another"
        session.add_all(accounts.values())
        session.flush()
        return {name: account.actor for name, account in accounts.items()}

    return Staff(**database.write(hire))


@pytest.fixture
def open_one(database: Database) -> Open:
    """Opens a case at `NOW` unless told otherwise; fields of `NewCase` may be given."""

    def open_it(now: datetime = NOW, **fields: object) -> Receipt:
        request = a_request(**fields)
        return database.write(lambda session: actions.open_case(session, request, now))

    return open_it


def a_request(**fields: object) -> NewCase:
    """A valid submission; a disclosure application where `kind` says so."""
    usual: dict[str, object] = {
        "kind": CaseKind.CONSULTATION,
        "text": "请问取水许可怎么办理？",
        "form_key": str(uuid4()),
        "contact_name": "王小明",
        "contact_phone": "13800001234",
    }
    if fields.get("kind") is CaseKind.DISCLOSURE:
        usual["disclosure"] = DisclosureForm(
            "2025年水资源公报", ApplicantClass.PERSON, Delivery.EMAIL
        )
    return NewCase(**(usual | fields))  # type: ignore[arg-type]


def _account(name: str, role: Role) -> Account:
    return Account(
        username=name,
        display_name=f"示例{name}",
        role=role,
        password_hash="-",
        must_change_password=False,
        created_at=NOW,
    )
