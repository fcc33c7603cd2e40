"""Who may act: the roles of the staff, the public, the clock, and the actor every verb is given. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.labels import Labelled


class Role(Labelled):
    """A member of staff has exactly one; `label` is the Chinese word on the page."""

    OPERATOR = "operator", "话务员"
    HANDLER = "handler", "承办人"
    REVIEWER = "reviewer", "审核人"
    SIGNER = "signer", "签发人"
    PUBLISHER = "publisher", "公开发布人"
    SUPERVISOR = "supervisor", "督办"
    AUDITOR = "auditor", "审计"
    ADMINISTRATOR = "administrator", "管理员"


class Party(StrEnum):
    """Those who act without an account."""

    PUBLIC = "public"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever does something. `office_id` None: not bound to one office."""

    id: int | None
    name: str
    role: Role | Party
    office_id: str | None = None


CITIZEN = Actor(None, "申请人", Party.PUBLIC)
SYSTEM = Actor(None, "系统", Party.SYSTEM)
