"""Taking a step: one route for all of them, and a refusal that shows the case as it is now beside what was typed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from api.deps import service_of
from api.staff.access import Member, check_csrf
from api.staff.case_page import Shown, case_page
from api.staff.forms import StepForm
from api.staff.letters import templates_of
from api.staff.verbs import STEPS, Taking
from assistant.cases.opening import local_date
from assistant.cases.reading import StaffView, get_case_for_staff
from assistant.errors import Conflict, NotFound, Refused
from assistant.service import utc_now

router = APIRouter()


@router.post("/staff/cases/{case_id}/check")
def post_check(
    request: Request, member: Member, case_id: int, form: Annotated[StepForm, Form()]
) -> Response:
    """Read the reply as typed and say what is wrong with it, line by line; nothing is kept."""
    check_csrf(member, form.csrf)
    return case_page(request, member, case_id, Shown(typed=form, tried="check"))


@router.post("/staff/cases/{case_id}/{step}")
def post_step(
    request: Request, member: Member, case_id: int, step: str, form: Annotated[StepForm, Form()]
) -> Response:
    """Take one step. A refusal shows the case as it is now, beside what was typed."""
    if step not in STEPS:
        raise NotFound("没有这个页面。")
    service, now = service_of(request), utc_now()
    work = STEPS[step].verb(
        Taking(
            member.actor, case_id, form, now, service.rules, service.shelf, templates_of(request)
        )
    )
    try:
        check_csrf(member, form.csrf)
        service.db.write(
            lambda session: (
                check_seen(get_case_for_staff(session, case_id, local_date(now)), form),
                work(session),
            )
        )
    except NotFound:
        raise
    except Refused as refusal:
        return case_page(request, member, case_id, Shown(refusal=refusal, typed=form, tried=step))
    return RedirectResponse(f"/staff/cases/{case_id}?done={step}", status_code=303)


def check_seen(view: StaffView, form: StepForm) -> StaffView:
    """The case as it is now; `Conflict` when the case moved on, or a newer draft came, since the page was shown."""
    if form.contest_id and form.contest_id not in {str(one.id) for one in view.contests}:
        raise NotFound("这件没有登记过这个复议或者诉讼。")
    newest = view.drafts[0].id if view.drafts else 0
    if view.case.version == form.version and newest == form.draft_id:
        return view
    last = view.history[-1]
    raise Conflict(
        f"您打开这一页之后，{last.actor_name}已经“{last.action.label}”，"
        f"这件现在是“{view.case.status.label}”。您的这一步没有执行。"
    )
