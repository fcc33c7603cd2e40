"""The deliveries: planned for what has been committed, claimed with a lease, tried with growing pauses, given up.

Whoever dies between telling and recording it leaves a lease that runs out. Where the receiver drops repeats by their
id (webhook, SMS) the next one tells it again under the same id. A mailbox need not do so: such a delivery is given up
(`give_up_interrupted`), shown to the staff, and told again only if they say so; the citizen's page tells it anyway.
None of these functions waits for the network: `sending` does, between two of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant import audit
from assistant.cases.models import Case
from assistant.errors import Conflict, Forbidden, NotFound
from assistant.notices.channels.channel import Channel
from assistant.notices.kinds import NoticeKind
from assistant.notices.messages import Addressed, Message, message_id
from assistant.notices.models import Delivery, Notice
from assistant.staff.roles import Actor, Role

# After the first failure, after the second, …; the one that fails after the last pause is dead.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=24),
)
MOST_ATTEMPTS = len(PAUSES) + 1
# Longer than any attempt takes: five seconds on the web, some steps of ten seconds with a mail server.
LEASE = timedelta(minutes=2)
# A channel switched on today does not tell last year's news.
NEWS_FOR = timedelta(days=3)
_ERROR_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to tell one delivery until the lease ends; `attempt` counts from 1 and marks whose lease it is."""

    delivery_id: int
    channel: str
    attempt: int
    message: Message


@dataclass(frozen=True, slots=True)
class DeadDelivery:
    """One that was given up, as staff see it."""

    delivery_id: int
    channel: str
    case_id: int
    receipt_no: str
    kind: NoticeKind
    attempts: int
    dead_at: datetime
    last_error: str | None


def plan_deliveries(
    session: Session, now: datetime, channels: Iterable[Channel], limit: int = 200
) -> int:
    """Make a delivery for each recent citizen's notice and each channel that accepts it, once; returns how many.

    Staff read theirs on the page.
    """
    return sum(_plan(session, now, channel, limit) for channel in channels)


def claim_due(
    session: Session,
    now: datetime,
    limit: int,
    lease: timedelta = LEASE,
    channels: Collection[str] | None = None,
) -> list[Claim]:
    """Take up to `limit` deliveries that are due, the longest waiting first, on `channels` where named.

    Of several workers each gets different ones. The addresses are read here and kept nowhere.
    """
    wanted = _is_due(now)
    if channels is not None:
        wanted = and_(wanted, Delivery.channel.in_(channels))
    _bury_the_exhausted(session, wanted, now)
    due = session.execute(
        select(Delivery.id, Delivery.attempts)
        .where(wanted)
        .order_by(Delivery.next_at, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    taken = [number for number, attempts in due if _take(session, number, attempts, now, lease)]
    return list(_claims(session, taken, now))


def record_success(session: Session, claim: Claim, now: datetime) -> None:
    """It has been told; true also when the lease had run out meanwhile."""
    _finish(session, claim, now, None)


def record_nobody(session: Session, claim: Claim, now: datetime) -> None:
    """Nobody is left to tell: the address has been taken out of the case since."""
    _finish(session, claim, now, "发送时已经没有联系方式")


def give_up_interrupted(session: Session, channel: str, now: datetime) -> None:
    """Give up what was being told on `channel` when its worker died: it may have got through."""
    session.execute(
        update(Delivery)
        .where(_is_due(now), Delivery.channel == channel, Delivery.leased_until.is_not(None))
        .values(dead_at=now, leased_until=None, last_error="发送时程序中断，不知道是否送到")
        .execution_options(synchronize_session=False)
    )


def record_failure(
    session: Session, claim: Claim, now: datetime, error: str, *, give_up: bool = False
) -> None:
    """It has not been told: try again after a pause, or give it up. `error` holds nobody's address.

    Without effect when somebody else has claimed it since.
    """
    given_up = give_up or claim.attempt >= MOST_ATTEMPTS
    next_at = now if given_up else now + PAUSES[claim.attempt - 1]
    session.execute(
        update(Delivery)
        .where(
            Delivery.id == claim.delivery_id,
            Delivery.attempts == claim.attempt,
            Delivery.done_at.is_(None),
            Delivery.dead_at.is_(None),
        )
        .values(
            next_at=next_at,
            dead_at=now if given_up else None,
            leased_until=None,
            last_error=error[:_ERROR_LENGTH],
        )
        .execution_options(synchronize_session=False)
    )


def list_dead(session: Session, limit: int = 200) -> list[DeadDelivery]:
    """What was given up, the latest first."""
    rows = session.execute(
        select(Delivery, Notice, Case.receipt_no)
        .join(Notice, Notice.id == Delivery.notice_id)
        .join(Case, Case.id == Notice.case_id)
        .where(Delivery.dead_at.is_not(None))
        .order_by(Delivery.dead_at.desc(), Delivery.id.desc())
        .limit(limit)
    ).all()
    return [_dead(delivery, notice, number) for delivery, notice, number in rows]


def retry_dead(session: Session, delivery_id: int, actor: Actor, now: datetime) -> None:
    """Begin anew with a delivery that was given up; an administrator's decision.

    Raises `Forbidden`, `NotFound`, and `Conflict` when it is not dead (any more).
    """
    if actor.role is not Role.ADMINISTRATOR:
        raise Forbidden
    channel = session.scalar(select(Delivery.channel).where(Delivery.id == delivery_id))
    if channel is None:
        raise NotFound
    revived = session.scalar(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.dead_at.is_not(None))
        .values(dead_at=None, attempts=0, next_at=now, leased_until=None)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    if revived is None:
        raise Conflict("这条通知没有停发，不用重发。")
    audit.append(
        session, "delivery", delivery_id, "retry_delivery", actor, now, {"channel": channel}
    )


def _plan(session: Session, now: datetime, channel: Channel, limit: int) -> int:
    planned = exists().where(Delivery.notice_id == Notice.id, Delivery.channel == channel.name)
    news = session.execute(
        select(Notice.id, Case.contact_email, Case.contact_phone)
        .join(Case, Case.id == Notice.case_id)
        .where(
            Notice.account_id.is_(None),
            or_(Notice.delivered_at.is_(None), Notice.delivered_at >= now - NEWS_FOR),
            ~planned,
        )
        .order_by(Notice.id)
    ).all()
    wanted = [row.id for row in news if channel.accepts(Addressed(True, *row[1:]))]
    return sum(_make(session, number, channel.name, now) for number in wanted[:limit])


def _make(session: Session, notice_id: int, channel: str, now: datetime) -> bool:
    try:
        with session.begin_nested():
            session.add(Delivery(notice_id=notice_id, channel=channel, attempts=0, next_at=now))
    except IntegrityError:  # another worker planned it at the same moment
        return False
    return True


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(
        Delivery.done_at.is_(None),
        Delivery.dead_at.is_(None),
        Delivery.next_at <= now,
        or_(Delivery.leased_until.is_(None), Delivery.leased_until <= now),
    )


def _bury_the_exhausted(session: Session, wanted: ColumnElement[bool], now: datetime) -> None:
    """Give up what took its worker along at every attempt: it would do so for ever."""
    session.execute(
        update(Delivery)
        .where(wanted, Delivery.attempts >= MOST_ATTEMPTS)
        .values(dead_at=now, leased_until=None, last_error="多次发送中断，没有结果")
        .execution_options(synchronize_session=False)
    )


def _take(
    session: Session, delivery_id: int, attempts: int, now: datetime, lease: timedelta
) -> bool:
    """Lease one row, if it is still as it was seen."""
    taken = session.scalar(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.attempts == attempts, _is_due(now))
        .values(attempts=attempts + 1, leased_until=now + lease)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return taken is not None


def _claims(session: Session, taken: Sequence[int], now: datetime) -> Iterator[Claim]:
    rows = session.execute(
        select(Delivery, Notice, Case)
        .join(Notice, Notice.id == Delivery.notice_id)
        .join(Case, Case.id == Notice.case_id)
        .where(Delivery.id.in_(taken))
        .order_by(Delivery.next_at, Delivery.id)
        # The writer's session outlives the request that filled it.
        .execution_options(populate_existing=True)
    ).all()
    for delivery, notice, case in rows:
        message = _message(delivery, notice, case, now)
        yield Claim(delivery.id, delivery.channel, delivery.attempts, message)


def _message(delivery: Delivery, notice: Notice, case: Case, now: datetime) -> Message:
    return Message(
        id=message_id(notice.dedup_key, notice.created_at, delivery.channel),
        to=Addressed(notice.account_id is None, case.contact_email, case.contact_phone),
        kind=NoticeKind(notice.kind),
        receipt_no=case.receipt_no,
        status=str(notice.payload.get("status") or case.status.value),
        at=notice.created_at,
        sent_at=now,
    )


def _finish(session: Session, claim: Claim, now: datetime, remark: str | None) -> None:
    session.execute(
        update(Delivery)
        .where(Delivery.id == claim.delivery_id, Delivery.done_at.is_(None))
        .values(done_at=now, dead_at=None, leased_until=None, last_error=remark)
        .execution_options(synchronize_session=False)
    )


def _dead(delivery: Delivery, notice: Notice, receipt_no: str) -> DeadDelivery:
    assert delivery.dead_at is not None
    assert notice.case_id is not None  # a digest has no deliveries
    return DeadDelivery(
        delivery_id=delivery.id,
        channel=delivery.channel,
        case_id=notice.case_id,
        receipt_no=receipt_no,
        kind=NoticeKind(notice.kind),
        attempts=delivery.attempts,
        dead_at=delivery.dead_at,
        last_error=delivery.last_error,
    )
