"""Who may act: the five roles, and the actor every verb is given. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.labels import Labelled


class Role(Labelled):
    """A member of staff has exactly one; `label` is the Chinese word on the page."""

    OPERATOR = "operator", "话务员"
    HANDLER = "handler", "承办人"
    REVIEWER = "reviewer", "审核人"
    SUPERVISOR = "supervisor", "督办"
    ADMINISTRATOR = "administrator", "管理员"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever does something; the public and the clock have neither account id nor role."""

    id: int | None
    name: str
    role: Role | None


CITIZEN = Actor(None, "申请人", None)
SYSTEM = Actor(None, "系统", None)
