"""People, cases and channels the tests of notices share."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant import notices
from assistant.db import Database
from assistant.notices import NoticeKind
from assistant.notices.channels import MailChannel, MailServer, SmsChannel, WebhookChannel
from assistant.notices.channels.signing import checked_key
from assistant.notices.messages import Addressed, Message
from tests.cases.conftest import NOW, open_one, staff
from tests.notices.servers import WHSEC, write_certificate

__all__ = ["open_one", "staff"]

KEY = checked_key(SecretStr(WHSEC), "TEST")
LOOPBACK = ("127.0.0.1",)
# None of these is ever called where they are only planned for.
MAIL = MailChannel(
    MailServer("127.0.0.1", 1, "xunda@example.gov.cn"), "https://example.gov.cn/track"
)
SMS = SmsChannel("https://sms.example.gov.cn/send", KEY, "https://example.gov.cn/track")
WEBHOOK = WebhookChannel("https://example.gov.cn/hook", KEY)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For `localhost`; its own authority."""
    return write_certificate(tmp_path_factory.mktemp("tls") / "localhost.pem")


def tell(
    database: Database,
    case_id: int,
    key: str = "told",
    now: datetime = NOW,
    kind: NoticeKind = NoticeKind.REPLIED,
    account_id: int | None = None,
) -> int:
    """One notice, committed."""
    payload = {"receipt_no": "20260427-0001", "status": "sent"}
    return database.write(
        lambda s: notices.enqueue(s, case_id, kind, key, now, payload, account_id=account_id)
    ).id


def a_message(
    email: str | None = "wang@example.com", phone: str | None = "13800001234", id: str = "msg_1"
) -> Message:
    """One that is not out of a database."""
    to = Addressed(True, email, phone)
    return Message(id, to, NoticeKind.REPLIED, "20260427-0001", "sent", NOW, NOW)
