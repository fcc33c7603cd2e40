"""A notice as it leaves the house: whom it is for, what it says in words, and what it says to a program. Pure.

Mail and text messages pass through many hands, so they hold the receipt number, the kind of news and where to
look, and nothing a citizen wrote.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from assistant.notices.kinds import NoticeKind

_WHERE_UNKNOWN = "本局网站的“查进度”"
TRACKING_PATH = "/track"


@dataclass(frozen=True, slots=True)
class Addressed:
    """Whom a notice is for, with the addresses they left. Never printed: these are somebody's own."""

    is_citizen: bool
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """One notice on one way. `id` is the same at every attempt, so that a receiver knows a repeat.

    `at` is when it happened, `sent_at` when this attempt is made; both UTC.
    """

    id: str
    to: Addressed
    kind: NoticeKind
    receipt_no: str
    status: str
    at: datetime
    sent_at: datetime


def message_id(notice_key: str, noticed_at: datetime, channel: str) -> str:
    """The id of a notice on one channel: from what never changes about it, and telling nothing."""
    said = f"{notice_key}\n{noticed_at.isoformat()}\n{channel}"
    return f"msg_{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def tracking_place(site_url: str) -> str:
    """Where a citizen follows a case: the page's address, or its name where no address is set."""
    return f"{site_url.rstrip('/')}{TRACKING_PATH}" if site_url else _WHERE_UNKNOWN


def subject_of(message: Message) -> str:
    """The subject of an e-mail."""
    return f"受理件 {message.receipt_no} 有新进展"


def letter_of(message: Message, place: str) -> str:
    """The text of an e-mail."""
    return (
        "您好！\n\n"
        f"受理编号 {message.receipt_no}：{message.kind.label}。\n"
        f"请到 {place} ，凭受理编号和查询码查看。\n\n"
        "本邮件由系统自动发出，请勿回复。有疑问请拨打 12345。\n"
    )


def short_text_of(message: Message, place: str) -> str:
    """The text of an SMS."""
    return (
        f"受理编号{message.receipt_no}：{message.kind.label}。请到 {place} 凭受理编号和查询码查看。"
    )


def event_of(message: Message) -> dict[str, object]:
    """The body of a webhook, in the shape Standard Webhooks recommends."""
    at = message.at.isoformat()
    return {
        "type": f"case.{message.kind.value}",
        "timestamp": at,
        "data": {
            "receipt_no": message.receipt_no,
            "kind": message.kind.value,
            "status": message.status,
            "at": at,
        },
    }
