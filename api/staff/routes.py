"""The queue, one case, and the steps it can take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.cases.form import chosen
from api.cases.handing import explain_due
from api.deps import service_of
from api.render import page
from api.staff import sign_in
from api.staff.access import Member, check_csrf
from assistant.cases import actions
from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.cases.opening import local_date
from assistant.cases.queue import (
    DUE_SOON_WORKDAYS,
    QueueFilter,
    StaffView,
    Urgency,
    get_case_for_staff,
    list_queue,
    mask_email,
    mask_name,
    mask_phone,
)
from assistant.cases.states import (
    OPEN_STATUSES,
    CaseAction,
    CaseStatus,
    may,
    steps_from,
)
from assistant.cases.workdays import OFFICIAL
from assistant.db import Work
from assistant.disclosure.form import DisclosureForm
from assistant.disclosure.outcomes import Outcome, OutcomeGroup
from assistant.errors import Conflict, Invalid, NotFound, Refused
from assistant.service import utc_now
from assistant.staff.roles import Actor
from assistant.staff.sessions import SignedIn
from assistant.statistics.figures import tally

router = APIRouter(include_in_schema=False)
router.include_router(sign_in.router)

PAGE_LENGTH = 50


class ActionForm(BaseModel):
    """What a step's form may carry: `version` and `draft_id` say which state was seen."""

    csrf: str = ""
    version: int = 0
    draft_id: int = 0
    text: str = ""
    note: str = ""
    seen_hash: str = ""
    outcome: str = ""


@router.get("/staff")
def get_queue(
    request: Request,
    member: Member,
    status: Annotated[str, Query(max_length=32)] = "",
    kind: Annotated[str, Query(max_length=32)] = "",
    mine: Annotated[bool, Query()] = False,
    overdue: Annotated[bool, Query()] = False,
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """The queue, most urgent first."""
    service = service_of(request)
    today = local_date(utc_now())
    one_status = chosen(CaseStatus, status)
    wanted = QueueFilter(
        statuses=frozenset({one_status}) if one_status else OPEN_STATUSES,
        kind=chosen(CaseKind, kind),
        handler_id=member.account_id if mine else None,
        overdue_only=overdue,
        limit=PAGE_LENGTH + 1,
        offset=(number - 1) * PAGE_LENGTH,
    )
    with service.db.reading() as session:
        rows = list_queue(session, today, wanted)
        standing = tally(session, today, OFFICIAL.add_workdays(today, DUE_SOON_WORKDAYS))
    context = {
        "signed_in": member,
        "rows": [(row, due_words(row.urgency, row.due_on, today)) for row in rows[:PAGE_LENGTH]],
        "tally": standing,
        "soon_days": DUE_SOON_WORKDAYS,
        "statuses": list(CaseStatus),
        "kinds": list(CaseKind),
        "chosen": {"status": status, "kind": kind, "mine": mine, "overdue": overdue},
        "number": number,
        "has_more": len(rows) > PAGE_LENGTH,
    }
    return page(request, "staff_queue.html", context)


def due_words(urgency: Urgency, due_on: date | None, today: date) -> str:
    """How the due date stands, in words: colour alone tells nobody."""
    if urgency is Urgency.CLOSED:
        return "已答复"
    if due_on is None:
        return "待确认，尚未起算"
    if urgency is Urgency.OVERDUE:
        return f"已超期{(today - due_on).days}天"
    if due_on == today:
        return "今天到期"
    words = f"还剩{OFFICIAL.workdays_between(today, due_on)}个工作日"
    return f"快到期，{words}" if urgency is Urgency.DUE_SOON else words


@router.get("/staff/cases/{case_id}")
def get_case(
    request: Request, member: Member, case_id: int, done: Annotated[str, Query(max_length=32)] = ""
) -> HTMLResponse:
    """One case with its history, its due date explained, and the steps this person may take."""
    return _case_page(request, member, case_id, done=done)


# What a form's step does, as work for a write transaction.
Verb = Callable[[Actor, int, ActionForm, datetime], Work[object]]

_VERBS: Mapping[str, Verb] = {
    "confirm": lambda actor, case_id, form, now: (
        lambda session: actions.confirm(session, actor, case_id, now, OFFICIAL)
    ),
    "claim": lambda actor, case_id, form, now: (
        lambda session: actions.claim(session, actor, case_id, now)
    ),
    "release": lambda actor, case_id, form, now: (
        lambda session: actions.release(session, actor, case_id, now)
    ),
    "draft": lambda actor, case_id, form, now: (
        lambda session: actions.draft_reply(session, actor, case_id, form.text, now)
    ),
    "approve": lambda actor, case_id, form, now: (
        lambda session: actions.approve(session, actor, case_id, form.seen_hash, now)
    ),
    "return": lambda actor, case_id, form, now: (
        lambda session: actions.return_draft(session, actor, case_id, form.note, now)
    ),
    "send": lambda actor, case_id, form, now: (
        lambda session: actions.send(session, actor, case_id, now, _chosen_outcome(form))
    ),
}
_DONE = {
    "confirm": "已确认收到，答复期限从今天起算。",
    "claim": "已认领，请拟写答复。",
    "release": "已退回待认领。",
    "draft": "答复稿已送审，请另一位同事审核。",
    "approve": "审核通过，可以发出。",
    "return": "已退回修改。",
    "send": "答复已发出，申请人现在可以查看。",
}


def _chosen_outcome(form: ActionForm) -> Outcome | None:
    if not form.outcome:
        return None
    outcome = chosen(Outcome, form.outcome)
    if outcome is None:
        raise Invalid("没有这种办理结果，请重新选择。", field="outcome")
    return outcome


@router.post("/staff/cases/{case_id}/{step}")
def post_step(
    request: Request, member: Member, case_id: int, step: str, form: Annotated[ActionForm, Form()]
) -> Response:
    """Take one step. A refusal shows the case as it is now, beside what was typed."""
    if step not in _VERBS:
        raise NotFound("没有这个页面。")
    service = service_of(request)
    now = utc_now()
    work = _VERBS[step](member.actor, case_id, form, now)
    try:
        check_csrf(member, form.csrf)
        service.db.write(
            lambda session: (
                _check_seen(get_case_for_staff(session, case_id, local_date(now)), form),
                work(session),
            )
        )
    except NotFound:
        raise
    except Refused as refusal:
        return _case_page(request, member, case_id, refusal=refusal, typed=form, tried=step)
    return RedirectResponse(f"/staff/cases/{case_id}?done={step}", status_code=303)


def _check_seen(view: StaffView, form: ActionForm) -> StaffView:
    """The case as it is now; `Conflict` when the case moved on, or a newer draft came, since the page was shown."""
    newest = view.drafts[0].id if view.drafts else 0
    if view.case.version == form.version and newest == form.draft_id:
        return view
    last = view.history[-1]
    raise Conflict(
        f"您打开这一页之后，{last.actor_name}已经“{last.action.label}”，"
        f"这件现在是“{view.case.status.label}”。您的这一步没有执行。"
    )


def _case_page(
    request: Request,
    member: SignedIn,
    case_id: int,
    *,
    done: str = "",
    refusal: Refused | None = None,
    typed: ActionForm | None = None,
    tried: str = "",
) -> HTMLResponse:
    service = service_of(request)
    today = local_date(utc_now())
    with service.db.reading() as session:
        view = get_case_for_staff(session, case_id, today)
    case = view.case
    allowed = _allowed(member, view)
    sees_contact = case.handler_id == member.account_id or CaseAction.CONFIRM in allowed
    context = {
        "signed_in": member,
        "view": view,
        "case": case,
        "newest": view.drafts[0] if view.drafts else None,
        "allowed": {action.value for action in allowed},
        "contact": _contact(case, sees_contact),
        "sees_contact": sees_contact,
        "form": DisclosureForm.from_details(case.details) if case.details else None,
        "due": explain_due(case.kind, case.clock_from_on),
        "due_words": due_words(view.urgency, case.due_on, today),
        "outcomes": [
            (group, [one for one in Outcome if one.group is group]) for group in OutcomeGroup
        ],
        "is_disclosure": case.kind is CaseKind.DISCLOSURE,
        "done": _DONE.get(done),
        "refusal": refusal,
        "typed": typed,
        "tried": tried,
    }
    return page(request, "staff_case.html", context, refusal.status if refusal else 200)


def _allowed(member: SignedIn, view: StaffView) -> set[CaseAction]:
    """The steps this person may take now: only these have a button."""
    case = view.case
    is_drafter = bool(view.drafts) and view.drafts[0].drafter_id == member.account_id
    is_holder = case.handler_id == member.account_id
    return {
        action
        for action, step in steps_from(case.kind, case.status).items()
        if may(member.role, is_drafter, step, is_holder=is_holder)
    }


def _contact(case: Case, in_full: bool) -> list[tuple[str, str]]:
    """The contact data: in full for whoever has to use it, masked for everybody else."""
    found: list[tuple[str, str | None, Callable[[str], str]]] = [
        ("姓名", case.contact_name, mask_name),
        ("电话", case.contact_phone, mask_phone),
        ("电子邮箱", case.contact_email, mask_email),
    ]
    return [(label, value if in_full else masked(value)) for label, value, masked in found if value]
