"""The one way a case moves: check the step, write it, work out the clock, log it, tell of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from assistant import audit, notices
from assistant.audit import Scalar
from assistant.cases.clock import Clock, ClockEvent, run
from assistant.cases.clock_log import read_acts, write_acts
from assistant.cases.intake import NOTE_MAX, checked_text, text_hash
from assistant.cases.models import Case, CaseNote, ReplyDraft
from assistant.cases.rules import Rules
from assistant.cases.states import (
    CaseAction,
    CaseStatus,
    Step,
    may,
    next_step,
)
from assistant.errors import Conflict, Forbidden, NotFound
from assistant.notices import NoticeKind
from assistant.staff.roles import SYSTEM, Actor, Party

_TO_CITIZEN: Mapping[CaseAction, NoticeKind] = {
    CaseAction.CONFIRM: NoticeKind.CLOCK_STARTED,
    CaseAction.REGISTER: NoticeKind.CLOCK_STARTED,
    CaseAction.ASK_SUPPLEMENT: NoticeKind.SUPPLEMENT_ASKED,
    CaseAction.CONSULT: NoticeKind.CONSULTING,
    CaseAction.EXTEND: NoticeKind.EXTENDED,
    CaseAction.CHARGE_FEE: NoticeKind.FEE_ASKED,
    CaseAction.DECLINE: NoticeKind.DECLINED,
    CaseAction.TRANSFER: NoticeKind.TRANSFERRED,
    CaseAction.LAPSE: NoticeKind.LAPSED,
    CaseAction.REOPEN: NoticeKind.REOPENED,
    CaseAction.SEND: NoticeKind.REPLIED,
}
_TO_HANDLER: Mapping[CaseAction, NoticeKind] = {
    CaseAction.RECEIVE_SUPPLEMENT: NoticeKind.SUPPLEMENT_CAME,
    CaseAction.RECEIVE_OPINION: NoticeKind.OPINION_CAME,
    CaseAction.RECEIVE_FEE: NoticeKind.FEE_CAME,
    CaseAction.RETURN_DRAFT: NoticeKind.DRAFT_RETURNED,
    CaseAction.SIGN: NoticeKind.SIGNED,
    CaseAction.REMIND: NoticeKind.REMINDED,
    CaseAction.SUPERVISE: NoticeKind.SUPERVISED,
    CaseAction.OVERDUE: NoticeKind.OVERDUE,
    CaseAction.WITHDRAW: NoticeKind.WITHDRAWN,
}


def move(
    session: Session,
    case: Case,
    action: CaseAction,
    actor: Actor,
    now: datetime,
    *,
    draft: ReplyDraft | None = None,
    changes: Mapping[str, object] | None = None,
    clock: Sequence[ClockEvent] = (),
    rules: Rules | None = None,
    reason: str | None = None,
    for_citizen: bool = False,
    evidence: Mapping[str, Scalar] | None = None,
) -> Case:
    """Take one step of TRANSITIONS, or raise `Conflict` or `Forbidden` and leave everything as it was.

    With `clock` acts the due date is worked out anew from all acts logged so far, by `rules`. A `reason` is kept
    as a note of the case; `for_citizen` lets the citizen read it.
    """
    before = case.status
    step = next_step(case.kind, before, action)
    require_allowed(actor, case, action, step, draft)
    words = _checked_reason(step, reason)
    audit.hold(session)
    fresh: dict[str, object] = {"touched_at": now, **(changes or {}), "status": step.status}
    if clock and rules is not None:
        acts = [*read_acts(audit.events_of(session, "case", case.id)), *clock] if case.id else clock
        clock_now = run(rules.limits[case.kind.limit], acts, rules.calendar)
        fresh |= clock_columns(clock_now)
        fresh["counted_on"] = case.counted_on or clock_now.started_on
    _save(session, case, fresh)
    data: dict[str, Scalar] = {
        "from": before and before.value,
        "to": step.status.value,
        "due_on": case.due_on.isoformat() if case.due_on else None,
        **write_acts(clock),
        **_keep_note(session, case, action, actor, now, words, for_citizen),
        **(evidence or {}),
    }
    audit.append(session, "case", case.id, action.value, actor, now, data)
    _tell(session, case, action, actor, now)
    return case


def merged_into(session: Session, case: Case) -> list[Case]:
    """The cases that wait for the reply to this one."""
    query = select(Case).where(Case.merged_into_id == case.id, Case.status == CaseStatus.MERGED)
    return list(session.scalars(query.order_by(Case.id).execution_options(populate_existing=True)))


def let_go(session: Session, case: Case, now: datetime) -> None:
    """The case ended without a reply: what was merged into it is handled on its own again."""
    for merged in merged_into(session, case):
        move(session, merged, CaseAction.UNMERGE, SYSTEM, now, changes={"merged_into_id": None})


def clock_columns(clock: Clock) -> dict[str, object]:
    """What of a clock is stored with the case, for queues to sort by."""
    return {
        "clock_from_on": clock.started_on,
        "due_on": clock.due_on,
        "due_provisional": clock.provisional,
        "amber_on": clock.amber_on,
        "red_on": clock.red_on,
    }


def clock_of(session: Session, case: Case, rules: Rules) -> Clock:
    """The case's clock worked out from its history alone, with every day explained."""
    acts = read_acts(audit.events_of(session, "case", case.id))
    return run(rules.limits[case.kind.limit], acts, rules.calendar)


def require_allowed(
    actor: Actor, case: Case, action: CaseAction, step: Step, draft: ReplyDraft | None = None
) -> None:
    """`Forbidden`, with the reason a colleague can act on, unless `actor` may take `step`."""
    is_drafter = draft is not None and draft.drafter_id == actor.id
    is_holder = case.handler_id is not None and case.handler_id == actor.id
    is_own = is_own_office(actor, case.office_id) or action is CaseAction.COUNTERSIGN
    if may(actor.role, is_drafter, step, is_holder=is_holder, is_own_office=is_own):
        return
    if step.by_other_than_drafter and is_drafter:
        raise Forbidden("起草人不能审核、签发自己的稿件，请由另一位同事办理。")
    if actor.role in step.roles and not is_own:
        raise Forbidden("这件由别的处室承办，您不能代为处理。")
    if actor.role in step.roles and step.by_holder:
        raise Forbidden("这件由别的同事承办，您不能代为处理。")
    raise Forbidden


def is_own_office(actor: Actor, office_id: str | None) -> bool:
    """Whether a case of `office_id` is within the actor's reach: no office on either side is nobody's fence."""
    return actor.office_id is None or office_id is None or actor.office_id == office_id


def load(session: Session, case_id: int) -> Case:
    """The case as the database has it now; raises `NotFound`."""
    # Read afresh: the writer's session outlives the request that filled it.
    case = session.get(Case, case_id, populate_existing=True)
    if case is None:
        raise NotFound
    return case


def load_with_draft(session: Session, case_id: int) -> tuple[Case, ReplyDraft]:
    """The case and the wording in force; `Conflict` when there is none yet."""
    case = load(session, case_id)
    draft = newest_draft(session, case_id)
    if draft is None:
        raise Conflict("这件还没有拟好的答复。")
    return case, draft


def newest_draft(session: Session, case_id: int) -> ReplyDraft | None:
    """The wording in force."""
    return session.scalar(
        select(ReplyDraft)
        .where(ReplyDraft.case_id == case_id)
        .order_by(ReplyDraft.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def staff_id(actor: Actor) -> int:
    """The account behind `actor`; `Forbidden` for those who have none."""
    if actor.id is None:
        raise Forbidden
    return actor.id


def count_events(session: Session, case: Case, action: CaseAction) -> int:
    """How often a step has been taken."""
    return sum(event.action == action for event in audit.events_of(session, "case", case.id))


def _checked_reason(step: Step, reason: str | None) -> str | None:
    if step.needs_reason or (reason and reason.strip()):
        return checked_text(reason or "", NOTE_MAX, "note")
    return None


def _keep_note(
    session: Session,
    case: Case,
    action: CaseAction,
    actor: Actor,
    now: datetime,
    words: str | None,
    for_citizen: bool,
) -> dict[str, Scalar]:
    if words is None:
        return {}
    note = CaseNote(
        case_id=case.id,
        action=action,
        author_id=actor.id,
        written_at=now,
        text=words,
        for_citizen=for_citizen,
    )
    session.add(note)
    session.flush()
    return {"note": note.id, "note_hash": text_hash(words)}


def _save(session: Session, case: Case, changes: Mapping[str, object]) -> None:
    """Compare-and-set: the UPDATE asks for the version that was read, so a race has one winner."""
    try:
        with session.begin_nested():
            session.add(case)
            for name, value in changes.items():
                setattr(case, name, value)
    except StaleDataError:
        session.refresh(case)
        raise Conflict from None


def _tell(session: Session, case: Case, action: CaseAction, actor: Actor, now: datetime) -> None:
    key = f"case:{case.id}:{action.value}:{case.version}"
    payload: dict[str, Scalar] = {"receipt_no": case.receipt_no, "status": case.status.value}
    if action in _TO_CITIZEN and actor.role is not Party.PUBLIC:
        notices.enqueue(session, case.id, _TO_CITIZEN[action], key, now, payload)
    if action in _TO_HANDLER and case.handler_id not in (None, actor.id):
        notices.enqueue(
            session,
            case.id,
            _TO_HANDLER[action],
            f"{key}:staff",
            now,
            payload,
            account_id=case.handler_id,
        )


def workday_left(rules: Rules, today: date, due_on: date | None) -> int | None:
    """Working days until `due_on`, negative when it has passed; None without one."""
    return None if due_on is None else rules.calendar.workdays_between(today, due_on)
