"""Whose turn it is: which cases wait for one member of staff, by what their role does next."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import ColumnElement, and_, false, or_

from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.cases.states import CaseStatus
from assistant.staff.roles import Actor, Party, Role

_S = CaseStatus
_FREE = (_S.RECEIVED, _S.ACCEPTED)
# What a caseworker has in hand: to be answered, or signed and to be sent.
_IN_HAND = (_S.CLAIMED, _S.SIGNED)


def awaiting(actor: Actor) -> ColumnElement[bool]:
    """The cases whose next step is this person's to take; none for a role that only watches."""
    found = _TURNS.get(actor.role)
    return found(actor) if found else false()


def _operator(_: Actor) -> ColumnElement[bool]:
    return or_(Case.status.in_((_S.SUBMITTED, _S.RECEIVED)), _to_deliver())


def _handler(actor: Actor) -> ColumnElement[bool]:
    free = and_(Case.status.in_(_FREE), _of_office(actor))
    return or_(free, and_(_held_by(actor), or_(Case.status.in_(_IN_HAND), _to_deliver())))


def _reviewer(actor: Actor) -> ColumnElement[bool]:
    in_hand = and_(_held_by(actor), Case.status.in_(_IN_HAND))
    return or_(and_(Case.status == _S.DRAFTED, ~_held_by(actor)), in_hand)


def _signer(_: Actor) -> ColumnElement[bool]:
    return Case.status == _S.APPROVED


def _to_deliver() -> ColumnElement[bool]:
    """Answered applications: the periods for remedies run from the delivery, which somebody has to register."""
    return and_(Case.kind == CaseKind.DISCLOSURE, Case.status == _S.SENT)


def _held_by(actor: Actor) -> ColumnElement[bool]:
    return and_(Case.handler_id.is_not(None), Case.handler_id == actor.id)


def _of_office(actor: Actor) -> ColumnElement[bool]:
    if actor.office_id is None:
        return Case.status.in_(_FREE)
    return or_(Case.office_id == actor.office_id, Case.office_id.is_(None))


_TURNS: Mapping[Role | Party, Callable[[Actor], ColumnElement[bool]]] = {
    Role.OPERATOR: _operator,
    Role.HANDLER: _handler,
    Role.REVIEWER: _reviewer,
    Role.SIGNER: _signer,
}
HAVING_TURNS = frozenset(_TURNS)
