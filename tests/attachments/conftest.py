"""A vault, one member of staff for every role, and cases in the states that matter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from assistant.attachments.models import Attachment, AttachmentPurpose
from assistant.attachments.store import attach
from assistant.attachments.vault import Vault
from assistant.cases import actions
from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.db import Database
from assistant.staff.models import Account
from assistant.staff.roles import CITIZEN, Actor, Role
from tests.attachments.samples import jpeg
from tests.cases.conftest import NOW, a_request

HOLDER, COLLEAGUE, STRANGER = "holder", "colleague", "stranger"
Attach = Callable[..., Attachment]
Open = Callable[..., int]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "attachments", bytes(range(32)))


@pytest.fixture
def staff(database: Database) -> dict[str, Actor]:
    """The role's value names who has it; besides, two handlers of the same office and one of another."""
    people: dict[str, tuple[Role, str | None]] = {
        **{role.value: (role, None) for role in Role if role is not Role.HANDLER},
        HOLDER: (Role.HANDLER, "office.water"),
        COLLEAGUE: (Role.HANDLER, "office.water"),
        STRANGER: (Role.HANDLER, "office.forest"),
        "reviewer_elsewhere": (Role.REVIEWER, "office.forest"),
    }

    def hire(session: Session) -> dict[str, Actor]:
        accounts = {
            name: Account(
                username=name,
                display_name=f"示例{name}",
                role=role,
                office_id=office_id,
                password_hash="-",
                must_change_password=False,
                created_at=NOW,
            )
            for name, (role, office_id) in people.items()
        }
        session.add_all(accounts.values())
        session.flush()
        return {name: account.actor for name, account in accounts.items()}

    return database.write(hire)


@pytest.fixture
def open_one(database: Database) -> Open:
    """Opens an application for information (or another `kind`) and gives its id."""

    def open_it(**fields: object) -> int:
        request = a_request(**({"kind": CaseKind.DISCLOSURE, "office_id": "office.water"} | fields))
        return database.write(lambda session: actions.open_case(session, request, NOW)).case_id

    return open_it


@pytest.fixture
def attach_one(database: Database, vault: Vault) -> Attach:
    """Attaches a picture of the citizen's identity card unless told otherwise."""

    def attach_it(
        case_id: int,
        purpose: AttachmentPurpose = AttachmentPurpose.IDENTITY,
        content: bytes | None = None,
        actor: Actor = CITIZEN,
        file_name: str = "身份证.jpg",
    ) -> Attachment:
        def work(session: Session) -> Attachment:
            case = session.get_one(Case, case_id)
            data = content or jpeg()
            return attach(session, vault, case, purpose, file_name, data, actor, NOW)

        return database.write(work)

    return attach_it


@pytest.fixture
def claimed(database: Database, staff: dict[str, Actor], open_one: Open) -> int:
    """An application confirmed by the desk and claimed by the holder."""
    case_id = open_one()

    def work(session: Session) -> None:
        actions.confirm(session, staff["operator"], case_id, NOW)
        actions.claim(session, staff[HOLDER], case_id, NOW)

    database.write(work)
    return case_id


@pytest.fixture
def send(database: Database, staff: dict[str, Actor]) -> Callable[[int], None]:
    """Takes a claimed application the whole way to its reply."""
    from assistant.cases.states import CaseAction
    from assistant.disclosure.outcomes import Outcome

    def work(session: Session, case_id: int) -> None:
        draft = actions.draft_reply(
            session, staff[HOLDER], case_id, "现将您申请的信息提供给您。", NOW, Outcome.GRANTED
        )
        for kind in (CaseAction.SECRECY_REVIEW, CaseAction.LEGALITY_REVIEW):
            reviewer = staff["reviewer"]
            actions.review(session, reviewer, case_id, kind, draft.text_hash, True, NOW)
        actions.approve(session, staff["reviewer"], case_id, draft.text_hash, NOW)
        actions.sign(session, staff["signer"], case_id, draft.text_hash, NOW)
        actions.send(session, staff[HOLDER], case_id, NOW)

    return lambda case_id: database.write(lambda session: work(session, case_id))
