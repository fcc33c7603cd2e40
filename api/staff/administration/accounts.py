"""Accounts: who works here. One-time passwords are shown once, on the answer to the form, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.deps import service_of
from api.render import page
from api.staff.access import check_csrf
from api.staff.administration.who import Administrator
from api.staff.forms import member_of, office_of
from assistant.db import Work
from assistant.errors import NotFound, Refused
from assistant.service import utc_now
from assistant.staff import accounts
from assistant.staff.models import Account
from assistant.staff.passwords import hash_password, new_one_time_password
from assistant.staff.roles import Actor, Role
from assistant.staff.sessions import SignedIn

router = APIRouter()


class AccountForm(BaseModel):
    """A new account as typed."""

    csrf: str = ""
    username: str = ""
    display_name: str = ""
    role: str = ""
    office_id: str = ""


@dataclass(frozen=True, slots=True)
class OneTime:
    """A password to be handed over: whose, and what it is."""

    username: str
    display_name: str
    password: str


@router.get("/staff/accounts")
def get_accounts(request: Request, member: Administrator) -> HTMLResponse:
    """Everybody, and the form for one more."""
    return _accounts_page(request, member)


@router.post("/staff/accounts")
def post_account(
    request: Request, member: Administrator, form: Annotated[AccountForm, Form()]
) -> HTMLResponse:
    """Create an account; its one-time password is shown now and never again."""
    service, now = service_of(request), utc_now()
    try:
        check_csrf(member, form.csrf)
        role = member_of(Role, form.role, "role")
        office_id = office_of(service.shelf, form.office_id)
        password = new_one_time_password()
        hashed = hash_password(password)  # before the write: it is slow on purpose
        account = service.db.write(
            lambda session: accounts.create_account(
                session,
                member.actor,
                form.username.strip(),
                form.display_name,
                role,
                hashed,
                now,
                office_id=office_id,
            )
        )
    except Refused as refusal:
        return _accounts_page(request, member, refusal, form)
    return _accounts_page(request, member, told=_told(account, password))


@router.post("/staff/accounts/{account_id}/password")
def post_reset(
    request: Request,
    member: Administrator,
    account_id: int,
    csrf: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """A fresh one-time password for somebody who has forgotten theirs."""
    service, now = service_of(request), utc_now()
    try:
        check_csrf(member, csrf)
        password = new_one_time_password()
        hashed = hash_password(password)
        account = service.db.write(
            lambda session: accounts.reset_password(session, member.actor, account_id, hashed, now)
        )
    except Refused as refusal:
        return _accounts_page(request, member, refusal)
    return _accounts_page(request, member, told=_told(account, password))


_Switch = Callable[[Actor, int, datetime], Work[object]]
_SWITCHES: dict[str, _Switch] = {
    "lock": lambda actor, account_id, now: (
        lambda session: accounts.lock_account(session, actor, account_id, now)
    ),
    "unlock": lambda actor, account_id, now: (
        lambda session: accounts.unlock_account(session, actor, account_id, now)
    ),
}


@router.post("/staff/accounts/{account_id}/{switch}")
def post_switch(
    request: Request,
    member: Administrator,
    account_id: int,
    switch: str,
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """Lock somebody out, or let them in again."""
    if switch not in _SWITCHES:
        raise NotFound("没有这个页面。")
    try:
        check_csrf(member, csrf)
        service_of(request).db.write(_SWITCHES[switch](member.actor, account_id, utc_now()))
    except Refused as refusal:
        return _accounts_page(request, member, refusal)
    return RedirectResponse("/staff/accounts", status_code=303)


def _told(account: Account, password: str) -> OneTime:
    return OneTime(account.username, account.display_name, password)


def _accounts_page(
    request: Request,
    member: SignedIn,
    refusal: Refused | None = None,
    form: AccountForm | None = None,
    told: OneTime | None = None,
) -> HTMLResponse:
    service = service_of(request)
    with service.db.reading() as session:
        everybody = accounts.list_accounts(session)
    context = {
        "signed_in": member,
        "everybody": everybody,
        "roles": list(Role),
        "offices": service.shelf.offices(),
        "office_titles": {office.id: office.title for office in service.shelf.offices()},
        "typed": form or AccountForm(),
        "has_typed": form is not None,
        "refusal": refusal,
        "told": told,
    }
    return page(request, "staff_accounts.html", context, refusal.status if refusal else 200)
