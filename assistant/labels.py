"""Enums that carry the Chinese word beside the member. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A StrEnum written `MEMBER = "value", "中文"`: stored by its value, shown by its `label`."""

    label: str

    # Without the default a type checker would not let `Role("handler")` look a member up.
    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member
