"""Answered cases, and the sample bureau's knowledge without the sentence encoder."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from assistant.cases import actions
from assistant.cases.kinds import Family
from assistant.cases.models import Case
from assistant.cases.opening import Receipt
from assistant.cases.states import CaseAction
from assistant.db import Database
from assistant.disclosure.outcomes import Outcome
from assistant.help.keywords import ROUTING_FILE, Keywords, read_keywords
from assistant.knowledge import store
from assistant.knowledge.files import Loaded
from assistant.knowledge.shelf import Shelf, load_shelf
from assistant.settings import PROJECT_DIR
from assistant.tables import metadata
from tests.cases.conftest import NOW, Staff, open_one, staff

__all__ = ["open_one", "staff"]

Reply = Callable[..., None]


@pytest.fixture(scope="session")
def plain_shelf(loaded: Loaded, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """What the sample bureau has published; nothing here needs the encoder's vectors."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('help') / 'xunda.db'}")
    with database.engine.execution_options(writes=True).begin() as connection:
        metadata.create_all(connection)
    database.write(lambda session: store.import_knowledge(session, loaded, NOW))
    with database.reading() as session:
        shelf = load_shelf(session, None)
    database.close()
    return shelf


@pytest.fixture(scope="session")
def keywords() -> Keywords:
    return read_keywords(PROJECT_DIR / ROUTING_FILE)


@pytest.fixture
def reply(database: Database, staff: Staff) -> Reply:
    """Answers a case the whole way from claim to sending."""

    def answer(receipt: Receipt, text: str = "您好，答复如下。") -> None:
        def whole_way(session: Session) -> None:
            take_through(session, staff, receipt.case_id, text)

        database.write(whole_way)

    return answer


def take_through(session: Session, staff: Staff, case_id: int, text: str) -> None:
    case = session.get(Case, case_id, populate_existing=True)
    assert case is not None
    is_application = case.kind.family is Family.DISCLOSURE
    if is_application:
        actions.confirm(session, staff.operator, case_id, NOW)
    actions.claim(session, staff.handler, case_id, NOW)
    draft = actions.draft_reply(
        session,
        staff.handler,
        case_id,
        text,
        NOW,
        Outcome.GRANTED if is_application else None,
    )
    for kind in (CaseAction.SECRECY_REVIEW, CaseAction.LEGALITY_REVIEW) if is_application else ():
        actions.review(session, staff.reviewer, case_id, kind, draft.text_hash, True, NOW)
    actions.approve(session, staff.reviewer, case_id, draft.text_hash, NOW)
    actions.sign(session, staff.signer, case_id, draft.text_hash, NOW)
    actions.send(session, staff.handler, case_id, NOW)
