"""Numbers and codes as people type them, and the slips their check characters catch."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from assistant.cases.receipts import (
    CODE_ALPHABET,
    CODE_LENGTH,
    check_character,
    derive_code,
    format_receipt_no,
    hash_code,
    read_code,
    read_receipt_no,
)

SECRET = b"s" * 32
payloads = st.text(CODE_ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)


def test_check_digit_is_that_of_the_standard() -> None:
    # The worked example of ISO 7064 for MOD 11,10.
    assert check_character("0794", "0123456789") == "5"


def test_receipt_number_is_dated_and_numbered() -> None:
    assert format_receipt_no(date(2026, 11, 22), 1) == "XD20261122-0001-5"
    assert read_receipt_no(format_receipt_no(date(2026, 11, 22), 12345)) is not None


def test_receipt_number_is_read_however_it_is_typed() -> None:
    for typed in ("xd20261122-0001-5", " XD20261122 0001 5 ", "ＸＤ２０２６１１２２－０００１－５"):
        assert read_receipt_no(typed) == "XD20261122-0001-5"


@given(st.dates(date(2024, 1, 1), date(2099, 12, 31)), st.integers(1, 99999), st.data())
def test_one_wrong_digit_is_noticed(day: date, serial: int, data: st.DataObject) -> None:
    digits = [c for c in format_receipt_no(day, serial) if c.isdigit()]
    place = data.draw(st.integers(0, len(digits) - 1))
    digits[place] = data.draw(st.sampled_from([c for c in "0123456789" if c != digits[place]]))
    assert read_receipt_no("XD" + "".join(digits)) is None


@given(st.text(max_size=60))
def test_anything_typed_is_read_or_refused(typed: str) -> None:
    number = read_receipt_no(typed)
    assert number is None or read_receipt_no(number) == number


@given(payloads, st.integers(0, CODE_LENGTH - 1), st.sampled_from(CODE_ALPHABET))
def test_one_wrong_character_of_a_code_is_noticed(payload: str, place: int, other: str) -> None:
    changed = payload[:place] + other + payload[place + 1 :]
    same_check = check_character(changed, CODE_ALPHABET) == check_character(payload, CODE_ALPHABET)
    assert same_check == (changed == payload)


@given(st.uuids().map(str))
def test_code_is_derived_from_key_and_secret_alone(form_key: str) -> None:
    code = derive_code(SECRET, form_key)
    assert len(code) == CODE_LENGTH + 1
    assert set(code) <= set(CODE_ALPHABET)
    assert check_character(code[:-1], CODE_ALPHABET) == code[-1]
    assert derive_code(SECRET, form_key) == code
    assert derive_code(b"other" * 8, form_key) != code
    assert read_code(f" {code[:4].lower()}-{code[4:8]} {code[8:]}") == code
    assert code not in hash_code(SECRET, code)
