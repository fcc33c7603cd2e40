"""Accounts, passwords and sessions: who gets in, for how long, and what an outsider can tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, text

from assistant import audit
from assistant.db import Database
from assistant.errors import Conflict, Invalid, NotSignedIn
from assistant.staff import accounts, passwords
from assistant.staff.accounts import (
    change_password,
    create_account,
    ensure_sample_accounts,
    verify_credentials,
)
from assistant.staff.models import Account, StaffSession
from assistant.staff.passwords import hash_password, matches, new_one_time_password
from assistant.staff.roles import SYSTEM, Role
from assistant.staff.sessions import (
    ABSOLUTE,
    IDLE,
    NewSession,
    SignedIn,
    close_session,
    open_session,
    session_of,
    touch,
)

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PRODUCTION_HASHER = passwords._hasher
PASSWORD = "correct-horse-7"


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same algorithm at a fraction of its price."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64))
    accounts._decoy_hash.cache_clear()


@pytest.fixture
def account(database: Database) -> Account:
    hashed = hash_password(PASSWORD)
    return database.write(
        lambda s: create_account(s, SYSTEM, "handler9", "示例", Role.HANDLER, hashed, NOW)
    )


def sign_in(database: Database, account: Account, now: datetime = NOW) -> NewSession:
    return database.write(lambda s: open_session(s, account, now))


def who(database: Database, token: str, now: datetime) -> SignedIn | None:
    with database.reading() as session:
        return session_of(session, token, now)


def verify(database: Database, username: str, password: str) -> Account:
    with database.reading() as session:
        return verify_credentials(session, username, password)


def test_hashing_in_service_is_not_cheap() -> None:
    assert PRODUCTION_HASHER.memory_cost >= 64 * 1024
    assert PRODUCTION_HASHER.time_cost >= 3


def test_right_password_gives_the_account(database: Database, account: Account) -> None:
    found = verify(database, " Handler9 ", PASSWORD)
    assert (found.id, found.must_change_password) == (account.id, True)
    assert account.password_hash.startswith("$argon2id$")


@pytest.mark.usefixtures("account")
def test_wrong_name_wrong_password_and_locked_account_look_alike(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    def watched(stored: str, typed: str) -> bool:
        hashed.append(stored)
        return matches(stored, typed)

    monkeypatch.setattr(accounts, "matches", watched)
    messages = set()
    for username, password in (("nobody", PASSWORD), ("handler9", "wrong-horse-7"), ("", "")):
        with pytest.raises(NotSignedIn) as refusal:
            verify(database, username, password)
        messages.add(refusal.value.message)
    database.write(lambda s: s.execute(text("UPDATE account SET active = false")))
    with pytest.raises(NotSignedIn) as refusal:
        verify(database, "handler9", PASSWORD)
    messages.add(refusal.value.message)
    assert len(messages) == 1
    # Each refusal cost one real hash of the same kind: time tells nothing either.
    assert len(hashed) == 4
    assert len({stored.rsplit("$", 2)[0] for stored in hashed}) == 1


@pytest.mark.usefixtures("account")
def test_taken_username_is_a_conflict(database: Database) -> None:
    hashed = hash_password(PASSWORD)
    with pytest.raises(Conflict, match="已经有人使用"):
        database.write(
            lambda s: create_account(s, SYSTEM, "handler9", "另一位", Role.HANDLER, hashed, NOW)
        )


@pytest.mark.parametrize(("username", "name"), [("X", "示例"), ("好", "示例"), ("ok1", " ")])
def test_unusable_name_is_refused(database: Database, username: str, name: str) -> None:
    hashed = passwords.PasswordHash("-")
    with pytest.raises(Invalid):
        database.write(
            lambda s: create_account(s, SYSTEM, username, name, Role.HANDLER, hashed, NOW)
        )


@pytest.mark.parametrize("weak", ["short-1", "1234567890123", "aaaaaaaaaaaa", "x" * 129])
def test_weak_password_is_refused(weak: str) -> None:
    with pytest.raises(Invalid, match="密码"):
        hash_password(weak)


def test_one_time_passwords_are_strong_and_differ() -> None:
    drawn = {new_one_time_password() for _ in range(50)}
    assert len(drawn) == 50
    assert all(len(password) == 16 for password in drawn)


def test_broken_stored_hash_matches_nothing() -> None:
    assert not matches("-", PASSWORD)
    assert not matches("", "\ud800")


def test_change_password_ends_all_sessions(database: Database, account: Account) -> None:
    signed_in = sign_in(database, account)
    verified = verify(database, "handler9", PASSWORD)
    hashed = hash_password("another-horse-8")
    database.write(lambda s: change_password(s, verified, hashed, NOW))
    assert who(database, signed_in.token, NOW) is None
    assert not verify(database, "handler9", "another-horse-8").must_change_password
    with pytest.raises(NotSignedIn):
        verify(database, "handler9", PASSWORD)
    with pytest.raises(Conflict, match="别处修改过"):
        database.write(lambda s: change_password(s, verified, hashed, NOW))


def test_session_tells_who_and_stores_no_token(database: Database, account: Account) -> None:
    signed_in = sign_in(database, account)
    found = who(database, signed_in.token, NOW)
    assert found is not None
    assert (found.actor, found.csrf_token) == (account.actor, signed_in.csrf_token)
    assert found.must_change_password
    with database.reading() as session:
        (held,) = session.scalars(select(StaffSession)).all()
    assert signed_in.token not in (held.token_hash, held.csrf_token)


@pytest.mark.parametrize("token", ["", "guess", "\ud800", "x" * 10_000])
def test_unknown_token_is_nobody(database: Database, account: Account, token: str) -> None:
    sign_in(database, account)
    assert who(database, token, NOW) is None


def test_idle_session_ends_and_touch_does_not_revive_it(
    database: Database, account: Account
) -> None:
    token = sign_in(database, account).token
    almost = NOW + IDLE - timedelta(seconds=1)
    found = who(database, token, almost)
    assert found is not None
    assert found.needs_touch
    database.write(lambda s: touch(s, token, almost))
    assert who(database, token, NOW + IDLE) is not None
    too_late = almost + IDLE
    database.write(lambda s: touch(s, token, too_late))
    assert who(database, token, too_late) is None


def test_session_ends_after_twelve_hours_of_use(database: Database, account: Account) -> None:
    token = sign_in(database, account).token
    at = NOW
    while at - NOW < ABSOLUTE - timedelta(minutes=20):
        at += timedelta(minutes=20)
        database.write(partial(touch, token=token, now=at))
    assert who(database, token, NOW + ABSOLUTE - timedelta(seconds=1)) is not None
    assert who(database, token, NOW + ABSOLUTE) is None


def test_locked_account_has_no_session(database: Database, account: Account) -> None:
    token = sign_in(database, account).token
    database.write(lambda s: s.execute(text("UPDATE account SET active = false")))
    assert who(database, token, NOW) is None


def test_signing_out_ends_this_session_only(database: Database, account: Account) -> None:
    first, second = sign_in(database, account), sign_in(database, account)
    database.write(lambda s: close_session(s, first.token))
    assert who(database, first.token, NOW) is None
    assert who(database, second.token, NOW) is not None


def test_signing_in_sweeps_out_what_has_run_out(database: Database, account: Account) -> None:
    sign_in(database, account)
    sign_in(database, account, NOW + ABSOLUTE)
    with database.reading() as session:
        assert session.scalar(select(func.count(StaffSession.token_hash))) == 1


def test_sample_accounts_are_one_per_role_and_renewed_until_used(database: Database) -> None:
    first = database.write(lambda s: ensure_sample_accounts(s, NOW))
    assert {role for _, role, _ in first} == set(Role)
    username, _, password = first[0]
    verified = verify(database, username, password)
    assert verified.must_change_password
    assert "示例" in verified.display_name

    hashed = hash_password(PASSWORD)
    database.write(lambda s: change_password(s, verified, hashed, NOW))
    second = database.write(lambda s: ensure_sample_accounts(s, NOW))
    assert {name for name, _, _ in second} == {name for name, _, _ in first} - {username}
    assert verify(database, username, PASSWORD)
    with pytest.raises(NotSignedIn):
        verify(database, first[1][0], first[1][2])
    assert verify(database, second[0][0], second[0][2])


def test_what_happens_to_accounts_is_logged(database: Database, account: Account) -> None:
    sign_in(database, account)
    with database.reading() as session:
        logged = [event.action for event in audit.events_of(session, "account", account.id)]
        assert audit.verify(session) is None
    assert logged == ["create", "sign_in"]
