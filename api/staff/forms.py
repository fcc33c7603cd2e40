"""What the staff's forms carry: every value as it was typed, and what it means."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import TypeVar

from pydantic import BaseModel

from api.cases.form import chosen
from assistant.errors import Invalid
from assistant.knowledge.shelf import Shelf

E = TypeVar("E", bound=StrEnum)


class StepForm(BaseModel):
    """What a step's form may carry: `version` and `draft_id` say which state was seen.

    Each further field is named as the verb that reads it names it, so that a refusal finds its place.
    """

    csrf: str = ""
    version: int = 0
    draft_id: int = 0
    text: str = ""
    note: str = ""
    seen_hash: str = ""
    outcome: str = ""
    office_id: str = ""
    received_on: str = ""
    until: str = ""
    party: str = ""
    name: str = ""
    opinion: str = ""
    answered_on: str = ""
    by: str = ""
    units: str = ""
    paid_on: str = ""
    amount: str = ""
    agrees: str = ""
    delivered_on: str = ""
    into_id: str = ""
    kind: str = ""
    filed_on: str = ""
    reference: str = ""
    contest_id: str = ""
    result: str = ""
    decided_on: str = ""
    score: str = ""


def member_of(members: type[E], value: str, field: str) -> E:
    """The member a select names; `Invalid` for none."""
    found = chosen(members, value)
    if found is None:
        raise Invalid("请选择一项。", field=field)
    return found


def day_of(value: str, field: str) -> date:
    """A date as a browser's date field sends it; `Invalid` for anything else."""
    found = day_or_none(value, field)
    if found is None:
        raise Invalid("请填写日期。", field=field)
    return found


def day_or_none(value: str, field: str) -> date | None:
    """The same where it may be left empty."""
    if not value.strip():
        return None
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise Invalid("日期不对，请写成 2026-05-08 这样。", field=field) from None


def number_of(value: str, field: str) -> int:
    """A whole number, in digits of any width."""
    typed = value.strip()
    if not (typed.isdecimal() and len(typed) <= 9):
        raise Invalid("请填写整数。", field=field)
    return int(typed)


def office_of(shelf: Shelf, value: str, field: str = "office_id") -> str | None:
    """The id of one of the bureau's offices, None where none is chosen; `Invalid` for what is no office."""
    if not value:
        return None
    if value not in office_ids(shelf):
        raise Invalid("没有这个处室，请重新选择。", field=field)
    return value


def office_ids(shelf: Shelf) -> Collection[str]:
    return {office.id for office in shelf.offices()}


def office_name(shelf: Shelf, office_id: str | None) -> str:
    """How an office is called; the id itself where the office is no longer published."""
    return shelf.title(office_id) if office_id else "还没有派办"
