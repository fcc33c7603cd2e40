"""The way of one delivery: claim it, tell it outside any transaction, record how that went."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from assistant.db import Database
from assistant.notices import outbox
from assistant.notices.channels.channel import Channel, NotSent, Unknown
from assistant.notices.outbox import Claim

# A channel that hangs gives the rest of the worker's round a chance after so long.
ROUND_SECONDS = 60.0
log = logging.getLogger(__name__)

Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Sent:
    """How a round of sending went, in deliveries."""

    told: int = 0
    failed: int = 0

    def __add__(self, other: Sent) -> Sent:
        return Sent(self.told + other.told, self.failed + other.failed)


def send_due(
    database: Database,
    channels: Sequence[Channel],
    now: datetime,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Sent:
    """Tell whatever is due; the channels side by side, so that none waits for another's hanging receiver."""
    if not channels:
        return Sent()
    clock = _running_from(now)
    with ThreadPoolExecutor(len(channels), "xunda-sender") as pool:
        rounds = [
            pool.submit(_send_on, database, channel, clock, is_stopping) for channel in channels
        ]
    return sum((one.result() for one in rounds), Sent())


def _send_on(
    database: Database, channel: Channel, clock: Now, is_stopping: Callable[[], bool]
) -> Sent:
    # One at a time: whoever is killed leaves one lease to run out, not a batch of them.
    end = clock() + timedelta(seconds=ROUND_SECONDS)
    sent = Sent()
    while not is_stopping() and clock() < end:
        claims = database.write(lambda s: _claim(s, channel, clock()))
        if not claims:
            break
        sent += _send_one(database, channel, claims[0], clock)
    return sent


def _send_one(database: Database, channel: Channel, claim: Claim, clock: Now) -> Sent:
    if not channel.accepts(claim.message.to):
        database.write(lambda s: outbox.record_nobody(s, claim, clock()))
        return Sent()
    failure = _try(channel, claim)
    if failure is None:
        database.write(lambda s: outbox.record_success(s, claim, clock()))
        return Sent(told=1)
    give_up = isinstance(failure, Unknown) and not channel.drops_repeats
    database.write(
        lambda s: outbox.record_failure(s, claim, clock(), failure.reason, give_up=give_up)
    )
    log.warning("delivery %s by %s failed: %s", claim.delivery_id, claim.channel, failure.reason)
    return Sent(failed=1)


def _claim(session: Session, channel: Channel, now: datetime) -> list[Claim]:
    """The next one; what an earlier worker may have told is not told again where the receiver cannot know it."""
    if not channel.drops_repeats:
        outbox.give_up_interrupted(session, channel.name, now)
    return outbox.claim_due(session, now, 1, channels=[channel.name])


def _try(channel: Channel, claim: Claim) -> NotSent | None:
    """Why it could not be told, or None. Nothing a channel raises gets past here, and none of its own words."""
    try:
        channel.send(claim.message)
    except NotSent as error:
        return error
    except Exception as error:
        return NotSent(f"没有发出（{type(error).__name__}）")
    return None


def _running_from(now: datetime) -> Now:
    """A clock that says `now` and goes on from there: a receiver checks how old a signature is."""
    start = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - start)
