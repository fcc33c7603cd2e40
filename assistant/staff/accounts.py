"""Accounts: who is on the staff, and whether a password is theirs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant import audit
from assistant.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn
from assistant.staff.models import Account, StaffSession
from assistant.staff.passwords import (
    PasswordHash,
    hash_password,
    matches,
    new_one_time_password,
)
from assistant.staff.roles import SYSTEM, Actor, Party, Role

_USERNAME = re.compile(r"[a-z][a-z0-9_.-]{1,31}")

_SAMPLES = (
    ("operator1", "示例话务员", Role.OPERATOR),
    ("handler1", "示例承办人", Role.HANDLER),
    ("reviewer1", "示例审核人", Role.REVIEWER),
    ("signer1", "示例签发人", Role.SIGNER),
    ("publisher1", "示例公开发布人", Role.PUBLISHER),
    ("supervisor1", "示例督办", Role.SUPERVISOR),
    ("auditor1", "示例审计", Role.AUDITOR),
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

    Raises `Invalid`, `Conflict` for a name in use, `Forbidden` for anybody but an administrator.
    """
    _require_administrator(actor)
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


def list_accounts(session: Session) -> Sequence[Account]:
    """Everybody who works here or did, the locked ones last."""
    return session.scalars(select(Account).order_by(Account.active.desc(), Account.username)).all()


def lock_account(session: Session, actor: Actor, account_id: int, now: datetime) -> Account:
    """Let an account in no more, and end its sessions. Nobody locks themselves out."""
    account = _account_to_change(session, actor, account_id)
    if account.id == actor.id:
        raise Conflict("不能停用自己的账号，请由另一位管理员办理。")
    if not account.active:
        raise Conflict("这个账号已经停用。")
    account.active = False
    session.flush()
    _end_sessions(session, account.id)
    audit.append(session, "account", account.id, "lock", actor, now)
    return account


def unlock_account(session: Session, actor: Actor, account_id: int, now: datetime) -> Account:
    """Let a locked account in again, with the password it had."""
    account = _account_to_change(session, actor, account_id)
    if account.active:
        raise Conflict("这个账号没有停用。")
    account.active = True
    session.flush()
    audit.append(session, "account", account.id, "unlock", actor, now)
    return account


def reset_password(
    session: Session, actor: Actor, account_id: int, password: PasswordHash, now: datetime
) -> Account:
    """Give an account a one-time password, to be changed at the next sign-in, and end its sessions."""
    account = _account_to_change(session, actor, account_id)
    if account.id == actor.id:
        raise Conflict("自己的密码请在“改密码”里修改。")
    account.password_hash, account.must_change_password = password, True
    session.flush()
    _end_sessions(session, account.id)
    audit.append(session, "account", account.id, "reset_password", actor, now)
    return account


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


def _account_to_change(session: Session, actor: Actor, account_id: int) -> Account:
    _require_administrator(actor)
    account = session.get(Account, account_id, populate_existing=True)
    if account is None:
        raise NotFound("没有这个账号。")
    return account


def _require_administrator(actor: Actor) -> None:
    """The system itself makes the first accounts; after that administrators do."""
    if actor.role not in (Role.ADMINISTRATOR, Party.SYSTEM):
        raise Forbidden("只有管理员能管理账号。")


def _end_sessions(session: Session, account_id: int) -> None:
    session.execute(delete(StaffSession).where(StaffSession.account_id == account_id))


@cache
def _decoy_hash() -> str:
    return hash_password(new_one_time_password())
