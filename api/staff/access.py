"""Who may see a staff page: decided by a dependency of every route, never by its path."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.deps import service_of
from api.errors import respond, wants_page
from api.render import page, with_retry_after
from api.sessions import STAFF_COOKIE, form_token, read_cookie, remember
from assistant.errors import Expired, Forbidden, NotSignedIn, Refused
from assistant.service import utc_now
from assistant.staff import sessions
from assistant.staff.roles import Role
from assistant.staff.sessions import SignedIn

_WAYS_BACK = re.compile(
    r"/staff(?:/cases/\d{1,18}|/new|/overview|/rules|/calendar|/limits|/accounts|/deliveries|/audit"
    r"|/publications(?:/\d{1,18})?|/figures(?:/cases)?|/reports(?:/opening|/\d{1,18})?)?(?:\?[A-Za-z0-9_=&.%+-]{0,600})?"
)


class PasswordFirst(Forbidden):
    """Signed in with a one-time password: nothing else until it is changed."""

    code = "password_first"
    message = "请先修改初始密码。"


def signed_in(request: Request) -> SignedIn:
    """Whoever holds the cookie; `NotSignedIn` otherwise. Keeps a used session alive."""
    token = read_cookie(request, STAFF_COOKIE)
    if token is None:
        raise NotSignedIn
    service = service_of(request)
    now = utc_now()
    with service.db.reading() as session:
        member = sessions.session_of(session, token, now)
    if member is None:
        raise NotSignedIn("登录已经过期，请重新登录。")
    if member.needs_touch:
        service.db.write(lambda session: sessions.touch(session, token, now))
    return member


Entrant = Annotated[SignedIn, Depends(signed_in)]


def staff_member(entrant: Entrant) -> SignedIn:
    """Signed in, and with a password of their own."""
    if entrant.must_change_password:
        raise PasswordFirst
    return entrant


Member = Annotated[SignedIn, Depends(staff_member)]


def roles(*allowed: Role) -> Callable[[SignedIn], SignedIn]:
    """A dependency that lets only these roles in; `Forbidden` for everybody else."""

    def with_role(member: Member) -> SignedIn:
        if member.role not in allowed:
            raise Forbidden
        return member

    return with_role


def check_csrf(member: SignedIn, given: str) -> None:
    """`Expired` unless the form came from this very session's page."""
    if not hmac.compare_digest(member.csrf_token.encode(), given.encode()):
        raise Expired


def way_back(path: str) -> str:
    """Where to go after signing in: a staff page of ours, or the queue."""
    return path if _WAYS_BACK.fullmatch(path) else "/staff"


def sign_in_page(
    request: Request,
    refusal: Refused | None = None,
    username: str = "",
    back_to: str = "/staff",
    kept: str = "",
    quiet: bool = False,
) -> HTMLResponse:
    """The sign-in form; `kept` is what was being written when the session ended.

    `quiet` says nothing of the refusal: nobody did anything wrong by coming here first.
    """
    context = {
        "refusal": None if quiet else refusal,
        "username": username[:64],
        "next": way_back(back_to),
        "kept": kept,
        "csrf": form_token(request),
    }
    status = refusal.status if refusal else 200
    response = page(request, "staff_sign_in.html", context, status)
    remember(request, response)
    return with_retry_after(response, refusal)


def install(app: FastAPI) -> None:
    """Lead those who are not signed in to the form, and keep what they had typed."""

    @app.exception_handler(NotSignedIn)
    async def _not_signed_in(request: Request, error: NotSignedIn) -> Response:
        if not wants_page(request):
            return respond(request, error)
        if request.method == "GET":
            query = f"?{request.url.query}" if request.url.query else ""
            is_first_visit = read_cookie(request, STAFF_COOKIE) is None
            back_to = request.url.path + query
            return sign_in_page(request, error, back_to=back_to, quiet=is_first_visit)
        form = await request.form()
        kept = str(form.get("text") or form.get("note") or "")
        return sign_in_page(request, error, back_to=request.url.path.rpartition("/")[0], kept=kept)

    @app.exception_handler(PasswordFirst)
    async def _password_first(request: Request, error: PasswordFirst) -> Response:
        if not wants_page(request):
            return respond(request, error)
        return RedirectResponse("/staff/password", status_code=303)
