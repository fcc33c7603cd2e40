"""Receipt numbers and lookup codes: made, read back as people type them, and hashed. Pure.

A receipt number is printed and spoken freely; the lookup code is the secret that opens the case.
The code is derived from the client's form key, so that a repeated submission can show it again
while only its hash is stored. Check characters follow GB/T 17710 (ISO 7064), the hybrid system:
every single slip is caught.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from datetime import date

DIGITS = "0123456789"
#  No letter or digit that can be taken for another one; with 28 characters the check stays prime
# (29).
CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ3789"
CODE_LENGTH = 12

_RECEIPT = re.compile(r"XD(\d{8})(\d{4,})(\d)")


def check_character(payload: str, alphabet: str) -> str:
    """The check character of `payload` over `alphabet` (GB/T 17710, hybrid system MOD n+1,n)."""
    size = len(alphabet)
    product = size
    for character in payload:
        total = (product + alphabet.index(character)) % size or size
        product = total * 2 % (size + 1)
    return alphabet[(size + 1 - product) % size]


def format_receipt_no(day: date, serial: int) -> str:
    """`XD20261122-0001-5`: the day of receipt, the day's serial number, the check digit."""
    stamp, number = f"{day:%Y%m%d}", f"{serial:04d}"
    return f"XD{stamp}-{number}-{check_character(stamp + number, DIGITS)}"


def read_receipt_no(typed: str) -> str | None:
    """The receipt number in what somebody typed, or None when it cannot be one."""
    found = _RECEIPT.fullmatch(_squeeze(typed))
    if found is None:
        return None
    stamp, number, check = found.groups()
    if check_character(stamp + number, DIGITS) != check:
        return None
    return f"XD{stamp}-{number}-{check}"


def derive_code(secret: bytes, form_key: str) -> str:
    """The lookup code of a submission: twelve characters (57 bits) and a check character."""
    rest = int.from_bytes(_keyed(secret, "code", form_key))
    characters = []
    for _ in range(CODE_LENGTH):
        rest, index = divmod(rest, len(CODE_ALPHABET))
        characters.append(CODE_ALPHABET[index])
    payload = "".join(characters)
    return payload + check_character(payload, CODE_ALPHABET)


def read_code(typed: str) -> str:
    """The lookup code as stored, from what somebody typed (case, width, spaces and dashes vary)."""
    return _squeeze(typed)


def hash_code(secret: bytes, code: str) -> str:
    """What is stored of a lookup code."""
    return _keyed(secret, "lookup", code).hex()


def hash_form_key(secret: bytes, form_key: str) -> str:
    """What is stored of a form key: key and secret together would give the code away."""
    return _keyed(secret, "form", form_key).hex()


def _keyed(secret: bytes, purpose: str, message: str) -> bytes:
    return hmac.digest(secret, f"{purpose}:{message}".encode(errors="replace"), hashlib.sha256)


def _squeeze(typed: str) -> str:
    """Letters and digits only, half-width, upper case."""
    folded = unicodedata.normalize("NFKC", typed[:200]).upper()
    return "".join(c for c in folded if c.isascii() and c.isalnum())
