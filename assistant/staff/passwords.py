"""Passwords: argon2id, two at a time, so that a flood of sign-ins cannot take all memory."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import NewType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assistant.errors import Invalid

PasswordHash = NewType("PasswordHash", str)

MIN_LENGTH = 10
# Longer input only costs time to hash.
MAX_LENGTH = 128
# Without letters and digits that look alike on paper.
_ONE_TIME_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

_hasher = PasswordHasher()
# Each hash takes 64 MiB and, on a small machine, a quarter of a second.
_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="xunda-argon2")


def hash_password(password: str) -> PasswordHash:
    """The argon2id hash of a new password; raises `Invalid` when it is too weak.

    Slow on purpose: call it before a write transaction, not inside.
    """
    _check_strength(password)
    return PasswordHash(_pool.submit(_hasher.hash, password).result())


def matches(stored: str, password: str) -> bool:
    """Whether `password` belongs to the hash `stored`; as slow as hashing."""
    return _pool.submit(_verify, stored, password[: MAX_LENGTH + 1]).result()


def new_one_time_password() -> str:
    """Sixteen random characters that are easy to read out (about 79 bits)."""
    return "".join(secrets.choice(_ONE_TIME_ALPHABET) for _ in range(16))


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _check_strength(password: str) -> None:
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise Invalid(f"密码长度应在{MIN_LENGTH}至{MAX_LENGTH}位之间。", field="password")
    if password.isdigit() or len(set(password)) < 5:
        raise Invalid("密码太简单，请混用字母、数字或符号。", field="password")
