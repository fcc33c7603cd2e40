"""Being signed in: opaque tokens, 30 minutes idle, 12 hours at most."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from assistant import audit
from assistant.staff.models import Account, StaffSession
from assistant.staff.roles import Actor, Role

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
# Every page view would be a write otherwise.
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewSession:
    """What goes into the cookie (`token`, never stored) and into forms (`csrf_token`)."""

    token: str
    csrf_token: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is behind a token, and whether the session is due for a `touch`."""

    account_id: int
    username: str
    display_name: str
    role: Role
    office_id: str | None
    csrf_token: str
    must_change_password: bool
    needs_touch: bool

    @property
    def actor(self) -> Actor:
        return Actor(self.account_id, self.display_name, self.role, self.office_id)


def open_session(session: Session, account: Account, now: datetime) -> NewSession:
    """Sign `account` in, after `verify_credentials`; sweeps out sessions that have run out."""
    session.execute(delete(StaffSession).where(_has_ended(now)))
    new = NewSession(token=secrets.token_urlsafe(32), csrf_token=secrets.token_urlsafe(32))
    session.add(
        StaffSession(
            token_hash=_hash(new.token),
            account_id=account.id,
            csrf_token=new.csrf_token,
            created_at=now,
            seen_at=now,
        )
    )
    audit.append(session, "account", account.id, "sign_in", account.actor, now)
    return new


def session_of(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Who holds `token`, or None when it is unknown, ended, or its account locked. Reads only."""
    row = session.execute(
        select(StaffSession, Account)
        .join(Account, Account.id == StaffSession.account_id)
        .where(StaffSession.token_hash == _hash(token), ~_has_ended(now), Account.active)
    ).one_or_none()
    if row is None:
        return None
    held, account = row
    return SignedIn(
        account_id=account.id,
        username=account.username,
        display_name=account.display_name,
        role=account.role,
        office_id=account.office_id,
        csrf_token=held.csrf_token,
        must_change_password=account.must_change_password,
        needs_touch=now - held.seen_at >= TOUCH_EVERY,
    )


def touch(session: Session, token: str, now: datetime) -> None:
    """Note that the session was used; does not revive one that has ended."""
    session.execute(
        update(StaffSession)
        .where(StaffSession.token_hash == _hash(token), ~_has_ended(now))
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )


def close_session(session: Session, token: str) -> None:
    """Sign out; an unknown token is no error."""
    session.execute(
        delete(StaffSession)
        .where(StaffSession.token_hash == _hash(token))
        .execution_options(synchronize_session=False)
    )


def _has_ended(now: datetime) -> ColumnElement[bool]:
    return or_(StaffSession.seen_at <= now - IDLE, StaffSession.created_at <= now - ABSOLUTE)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
