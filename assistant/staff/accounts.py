"""Accounts: who is on the staff, and whether a password is theirs."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant import audit
from assistant.errors import Conflict, Invalid, NotSignedIn
from assistant.staff.models import Account, StaffSession
from assistant.staff.passwords import (
    PasswordHash,
    hash_password,
    matches,
    new_one_time_password,
)
from assistant.staff.roles import SYSTEM, Actor, Role

_USERNAME = re.compile(r"[a-z][a-z0-9_.-]{1,31}")

_SAMPLES = (
    ("operator1", "示例话务员", Role.OPERATOR),
    ("handler1", "示例承办人", Role.HANDLER),
    ("reviewer1", "示例审核人", Role.REVIEWER),
    ("supervisor1", "示例督办", Role.SUPERVISOR),
    ("admin", "示例管理员", Role.ADMINISTRATOR),
)


def verify_credentials(session: Session, username: str, password: str) -> Account:
    """The account these credentials belong to; raises `NotSignedIn`, the same for every reason.

    Hashes once also for an unknown name, so that the time taken does not tell who works here. Reads
    only: call it in a reading session, the hash would hold up the writer.
    """
    account = session.scalar(select(Account).where(Account.username == username.strip().lower()))
    stored = account.password_hash if account is not None else _decoy_hash()
    fits = matches(stored, password)
    if account is None or not fits or not account.active:
        raise NotSignedIn("用户名或密码不正确。")
    return account


def create_account(
    session: Session,
    actor: Actor,
    username: str,
    display_name: str,
    role: Role,
    password: PasswordHash,
    now: datetime,
    *,
    office_id: str | None = None,
) -> Account:
    """A new account whose first password must be changed.

    Raises `Invalid`, or `Conflict` for a name in use.
    """
    if not _USERNAME.fullmatch(username):
        raise Invalid("用户名应为2至32位小写字母、数字或 . _ -，以字母开头。", field="username")
    if not 1 <= len(display_name.strip()) <= 32:
        raise Invalid("请填写姓名，不超过32字。", field="display_name")
    account = Account(
        username=username,
        display_name=display_name.strip(),
        role=role,
        office_id=office_id,
        password_hash=password,
        must_change_password=True,
        active=True,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:
        raise Conflict("这个用户名已经有人使用。", field="username") from None
    audit.append(session, "account", account.id, "create", actor, now, {"role": role.value})
    return account


def change_password(
    session: Session, verified: Account, password: PasswordHash, now: datetime
) -> None:
    """Give an account its new password and end all its sessions.

    `verified` comes from `verify_credentials` with the old password. Raises `Conflict` when the
    password was changed since.
    """
    changed = session.scalars(
        update(Account)
        .where(Account.id == verified.id, Account.password_hash == verified.password_hash)
        .values(password_hash=password, must_change_password=False)
        .returning(Account.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not changed:
        raise Conflict("密码刚刚在别处修改过，请重新登录。")
    _end_sessions(session, verified.id)
    audit.append(session, "account", verified.id, "change_password", verified.actor, now)


def ensure_sample_accounts(session: Session, now: datetime) -> list[tuple[str, Role, str]]:
    """Sample accounts nobody has made their own yet: username, role, fresh one-time password."""
    fresh = []
    for username, display_name, role in _SAMPLES:
        password = new_one_time_password()
        if _ensure_sample(session, username, display_name, role, password, now):
            fresh.append((username, role, password))
    return fresh


def _ensure_sample(
    session: Session, username: str, display_name: str, role: Role, password: str, now: datetime
) -> bool:
    """Create or reset one sample account; False when its owner has already changed the password."""
    account = session.scalar(select(Account).where(Account.username == username))
    if account is None:
        hashed = hash_password(password)
        create_account(session, SYSTEM, username, display_name, role, hashed, now)
        return True
    if not account.must_change_password:
        return False
    account.password_hash = hash_password(password)
    _end_sessions(session, account.id)
    audit.append(session, "account", account.id, "reset_password", SYSTEM, now)
    return True


def _end_sessions(session: Session, account_id: int) -> None:
    session.execute(delete(StaffSession).where(StaffSession.account_id == account_id))


@cache
def _decoy_hash() -> str:
    return hash_password(new_one_time_password())
