"""A process at work that may be killed at any moment: clients taking steps, and the worker telling of them.

`python -m tests.cases.busy DATABASE WEBHOOK SMTP_PORT NOW` works until it is killed and prints, after the commit,
`CASE STEP` for every step a client has been told of. With `drain` as a fifth word it only tells what is waiting.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant import worker
from assistant.cases import actions
from assistant.cases.actions.moving import newest_draft
from assistant.cases.rules import SHIPPED
from assistant.db import Database
from assistant.errors import Unavailable
from assistant.notices.models import Delivery, Notice
from assistant.settings import Settings
from assistant.staff.models import Account
from assistant.staff.roles import Actor
from tests.cases.conftest import a_request
from tests.notices.servers import WHSEC

CLIENTS = 3
EMAIL = "wang@example.com"
REPLY = "您好。您反映的渠道我们已经派人看过，三天内修好。"

Verb = Callable[[Session, dict[str, Actor], int, datetime], object]


def _seen(session: Session, case_id: int) -> str:
    draft = newest_draft(session, case_id)
    assert draft is not None
    return draft.text_hash


STEPS: dict[str, Verb] = {
    "accept": lambda s, by, case, now: actions.accept(s, by["operator"], case, now),
    "claim": lambda s, by, case, now: actions.claim(s, by["handler"], case, now),
    "extend": lambda s, by, case, now: actions.extend(s, by["signer"], case, 3, "要查旧档。", now),
    "draft": lambda s, by, case, now: actions.draft_reply(s, by["handler"], case, REPLY, now),
    "approve": lambda s, by, case, now: actions.approve(
        s, by["reviewer"], case, _seen(s, case), now
    ),
    "sign": lambda s, by, case, now: actions.sign(s, by["signer"], case, _seen(s, case), now),
    "send": lambda s, by, case, now: actions.send(s, by["handler"], case, now),
}


def main() -> None:
    url, hook, port, now, *drain = sys.argv[1:]
    began, start = time.monotonic(), datetime.fromisoformat(now)

    def clock() -> datetime:
        return start + timedelta(seconds=time.monotonic() - began)

    settings = Settings(
        webhook_url=hook,
        webhook_secret=SecretStr(WHSEC),
        smtp_host="127.0.0.1",
        smtp_port=int(port),
        smtp_sender="notice@example.gov.cn",
        internal_hosts=["127.0.0.1"],
    )
    worker.OUTBOX_SECONDS = 0.01
    database = Database(url)
    with database.reading() as session:
        people = {row.username: row.actor for row in session.scalars(select(Account))}
    teller = worker.Worker(database, settings, lambda s: SHIPPED, clock)
    if drain:
        while _waiting(database):
            teller.run_once()
        return
    for _ in range(CLIENTS):
        threading.Thread(target=_client, args=(database, people, clock), daemon=True).start()
    teller.run_forever()


def _client(database: Database, people: dict[str, Actor], clock: Callable[[], datetime]) -> None:
    while True:
        request = a_request(contact_email=EMAIL)
        case_id = database.write(lambda s, r=request: actions.open_case(s, r, clock())).case_id
        _told(case_id, "open")
        for name, verb in STEPS.items():
            _step(database, lambda s, v=verb, c=case_id: v(s, people, c, clock()))
            _told(case_id, name)


def _step(database: Database, work: Callable[[Session], object]) -> None:
    """As a client does: what the database could not take now is tried again."""
    while True:
        try:
            database.write(work)
        except Unavailable:
            continue
        return


def _told(case_id: int, step: str) -> None:
    os.write(1, f"{case_id} {step}\n".encode())  # in one piece, or not at all


def _waiting(database: Database) -> bool:
    """Whether anything is still to be told, on the page or elsewhere."""
    with database.reading() as session:
        hidden = session.scalar(select(func.count()).where(Notice.delivered_at.is_(None)))
        citizens = session.scalar(select(func.count()).where(Notice.account_id.is_(None)))
        done = session.scalar(select(func.count()).where(Delivery.done_at.is_not(None)))
        dead = session.scalar(select(func.count()).where(Delivery.dead_at.is_not(None)))
    return bool(hidden) or 2 * (citizens or 0) > (done or 0) + (dead or 0)


if __name__ == "__main__":
    main()
