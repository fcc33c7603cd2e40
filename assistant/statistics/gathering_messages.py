"""Questions of the chat by day: counted when they are old enough that no transaction still holds an earlier one."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, insert, select
from sqlalchemy.orm import Session

from assistant.conversation.models import Conversation, Message, Outcome
from assistant.settings import SHANGHAI
from assistant.statistics.models import Gathered, MessageDay
from assistant.statistics.periods import Month

# Longer than any transaction may live (PostgreSQL ends idle ones after ten seconds).
SETTLED_AFTER = timedelta(minutes=10)

MessageKey = tuple[date, str, str, str]
MESSAGE_KEY = ("day", "outcome", "channel", "record_id")
# The record a message is counted under.
RECORD = func.coalesce(
    Message.answer_id,
    case(
        (
            Message.outcome.in_([Outcome.UNANSWERABLE.value, Outcome.CLARIFICATION.value]),
            Message.reply["candidates"][0]["id"].as_string(),
        )
    ),
    "",
)


def gather_messages(
    session: Session, mark: Gathered, now: datetime, limit: int | None = None
) -> None:
    """Count the settled messages after the mark, at most about `limit`, and move it."""
    last = last_settled(session, now)
    if limit is not None:
        last = min(last, mark.message_id + limit)
    if last <= mark.message_id:
        return
    change = message_counts(session, mark.message_id, last)
    mark.message_id = last
    if not change:
        return
    days = [key[0] for key in change]
    stored = {
        (row.day, row.outcome, row.channel, row.record_id): row
        for row in session.scalars(
            select(MessageDay)
            .where(MessageDay.day.between(min(days), max(days)))
            .execution_options(populate_existing=True)
        )
    }
    fresh = []
    for key, count in change.items():
        if key in stored:
            stored[key].count += count
        else:
            row = dict(zip(MESSAGE_KEY, key, strict=True))
            fresh.append({**row, "month": Month.of(key[0]).code, "count": count})
    if fresh:
        session.execute(insert(MessageDay), fresh)
    session.flush()


def last_settled(session: Session, now: datetime) -> int:
    """The last message before the first unsettled one; 0 when there is none."""
    young = session.scalar(
        select(func.min(Message.id)).where(Message.asked_at > now - SETTLED_AFTER)
    )
    if young is not None:
        return young - 1
    return session.scalar(select(func.max(Message.id))) or 0


def message_counts(session: Session, after: int, upto: int) -> Counter[MessageKey]:
    """Messages with ids in (after, upto], by day, outcome, channel and record."""
    query = (
        select(Message.asked_at, Message.outcome, Conversation.channel, RECORD)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id > after, Message.id <= upto)
        .execution_options(yield_per=5000)
    )
    return Counter(
        (at.astimezone(SHANGHAI).date(), outcome, channel, record)
        for at, outcome, channel, record in session.execute(query)
    )
