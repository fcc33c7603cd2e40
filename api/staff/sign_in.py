"""Signing in and out, and the first change of password. Hashing never happens inside a write."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from api.deps import service_of
from api.limits import address
from api.render import page, with_retry_after
from api.sessions import STAFF_COOKIE, check_form_token, drop_cookie, read_cookie, set_cookie
from api.staff.access import Entrant, check_csrf, sign_in_page, way_back
from assistant.errors import Invalid, NotSignedIn, Refused
from assistant.service import utc_now
from assistant.staff import sessions
from assistant.staff.accounts import change_password, verify_credentials
from assistant.staff.passwords import MIN_LENGTH, hash_password
from assistant.staff.sessions import NewSession, SignedIn

router = APIRouter(include_in_schema=False)


@router.get("/staff/sign-in")
def get_sign_in(request: Request) -> Response:
    """The sign-in form."""
    return sign_in_page(request)


@router.post("/staff/sign-in")
def post_sign_in(
    request: Request,
    csrf: Annotated[str, Form()] = "",
    username: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",
) -> Response:
    """Sign in. Wrong name and wrong password are told apart by nobody."""
    service = service_of(request)
    limits = request.app.state.limits
    try:
        check_form_token(request, csrf)
        limits.check("sign_in_address", address(request))
        limits.check("sign_in_account", username.strip().lower()[:64])
        with service.db.reading() as session:
            account = verify_credentials(session, username, password)
        now = utc_now()
        new = service.db.write(lambda session: sessions.open_session(session, account, now))
    except Refused as refusal:
        return sign_in_page(request, refusal, username, next)
    return _admitted(request, new, way_back(next))


def _admitted(request: Request, new: NewSession, target: str) -> Response:
    response = RedirectResponse(target, status_code=303)
    set_cookie(request, response, STAFF_COOKIE, new.token, None)
    return response


@router.post("/staff/sign-out")
def post_sign_out(
    request: Request, entrant: Entrant, csrf: Annotated[str, Form()] = ""
) -> Response:
    """End this session, here and in the database."""
    check_csrf(entrant, csrf)
    token = read_cookie(request, STAFF_COOKIE)
    service = service_of(request)
    if token is not None:
        service.db.write(lambda session: sessions.close_session(session, token))
    response = RedirectResponse("/staff/sign-in", status_code=303)
    drop_cookie(request, response, STAFF_COOKIE)
    return response


@router.get("/staff/password")
def get_password(request: Request, entrant: Entrant) -> Response:
    """The form for a new password."""
    return _password_page(request, entrant)


@router.post("/staff/password")
def post_password(
    request: Request,
    entrant: Entrant,
    csrf: Annotated[str, Form()] = "",
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Change the password: every session of the account ends, this one begins anew."""
    service = service_of(request)
    try:
        check_csrf(entrant, csrf)
        request.app.state.limits.check("sign_in_account", entrant.username)
        if new != again:
            raise Invalid("两次输入的新密码不一样，请重新输入。", field="again")
        if new == old:
            raise Invalid("新密码不能和现在的密码一样。", field="new")
        try:
            with service.db.reading() as session:
                account = verify_credentials(session, entrant.username, old)
        except NotSignedIn:
            raise Invalid("现在的密码不正确。", field="old") from None
        hashed = hash_password(new)
        now = utc_now()
        service.db.write(lambda session: change_password(session, account, hashed, now))
        opened = service.db.write(lambda session: sessions.open_session(session, account, now))
    except Refused as refusal:
        return _password_page(request, entrant, refusal)
    return _admitted(request, opened, "/staff")


def _password_page(request: Request, entrant: SignedIn, refusal: Refused | None = None) -> Response:
    context = {"signed_in": entrant, "refusal": refusal, "min_length": MIN_LENGTH}
    response = page(request, "staff_password.html", context, refusal.status if refusal else 200)
    return with_retry_after(response, refusal)
