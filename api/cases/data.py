"""The same as JSON, for programs."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request

from api.cases.handing import act, look_up, read, remedy_of, submit
from api.cases.shapes import (
    ActOut,
    CaseIn,
    CaseOut,
    LookupIn,
    RateIn,
    ReceiptOut,
    SupplementIn,
    WithdrawIn,
    case_out,
    days_out,
)
from api.deps import service_of
from api.sessions import check_same_origin
from assistant.cases.actions.citizen import (
    AlreadyDone,
    bring_supplement,
    rate_reply,
    take_back,
    urge,
)
from assistant.cases.intake import CONSENT, NewCase, checked
from assistant.cases.kinds import CaseKind
from assistant.disclosure.form import DisclosureForm
from assistant.disclosure.screening import screen

router = APIRouter()


@router.post("/api/cases", status_code=201)
def post_case_json(request: Request, body: CaseIn) -> ReceiptOut:
    """Hand something in; stored before it is answered."""
    check_same_origin(request)
    receipt, view = submit(request, checked(_wanted(body)), None)
    return ReceiptOut(
        receipt_no=receipt.receipt_no,
        lookup_code=receipt.lookup_code,
        kind=receipt.kind,
        due_on=receipt.due_on,
        due_provisional=receipt.due_provisional,
        days=days_out(view.clock.days),
        advice=_advice(body),
    )


def _advice(body: CaseIn) -> str | None:
    form = body.disclosure if body.kind is CaseKind.DISCLOSURE else None
    return screen(form.information, body.text).explanation or None if form else None


def _wanted(body: CaseIn) -> NewCase:
    form, consent = body.disclosure, body.consent_publication
    return NewCase(
        kind=body.kind,
        text=body.text,
        form_key=body.form_key,
        contact_name=body.contact_name,
        contact_phone=body.contact_phone,
        contact_email=body.contact_email,
        disclosure=DisclosureForm(form.information, form.applicant, form.delivery, form.help_needed)
        if form
        else None,
        details=None if consent is None else {CONSENT: "yes" if consent else "no"},
    )


@router.post("/api/cases/lookup")
def post_lookup_json(request: Request, body: LookupIn) -> CaseOut:
    """How a case stands; a wrong number and a wrong code are one and the same 404."""
    check_same_origin(request)
    followed = look_up(request, body.receipt_no, body.lookup_code)
    return case_out(followed, remedy_of(service_of(request), followed))


@router.post("/api/cases/withdraw")
def post_withdraw_json(request: Request, body: WithdrawIn) -> ActOut:
    """Take the case back; `409` once it has ended."""
    return _act(
        request,
        body,
        lambda session, case_id, now, _rules: take_back(session, case_id, now, body.reason),
        "已经撤回。",
    )


@router.post("/api/cases/remind")
def post_remind_json(request: Request, body: LookupIn) -> ActOut:
    """Urge whoever has it, once a working day, from `remind_from` on; `409` before."""
    return _act(request, body, urge, "已经催办。")


@router.post("/api/cases/supplement")
def post_supplement_json(request: Request, body: SupplementIn) -> ActOut:
    """Bring what was missing, in words; files are brought on the page."""
    return _act(
        request,
        body,
        lambda session, case_id, now, rules: bring_supplement(
            session, case_id, body.text, now, rules
        ),
        "补正已经收到。",
    )


@router.post("/api/cases/rate")
def post_rate_json(request: Request, body: RateIn) -> ActOut:
    """Rate the reply, once."""
    return _act(
        request,
        body,
        lambda session, case_id, now, rules: rate_reply(
            session, case_id, body.score, body.reason, now, rules
        ),
        "谢谢您的评价。",
    )


def _act(request: Request, key: LookupIn, verb: Callable[..., object], done: str) -> ActOut:
    check_same_origin(request)
    message, is_done = done, True
    try:
        act(request, key.receipt_no, key.lookup_code, verb)
    except AlreadyDone as again:
        message, is_done = again.message, False
    service = service_of(request)
    followed = read(service, key.receipt_no, key.lookup_code)
    return ActOut(
        done=is_done, message=message, case=case_out(followed, remedy_of(service, followed))
    )
