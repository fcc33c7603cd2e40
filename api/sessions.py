"""Cookies and form tokens. A citizen's cookie holds a random name; the database holds only its hash."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time

from fastapi import Request
from starlette.responses import Response

from assistant.errors import Expired

CONVERSATION_COOKIE = "xunda"
STAFF_COOKIE = "xunda_staff"
CONVERSATION_SECONDS = 30 * 24 * 3600
FORM_SECONDS = 2 * 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def _name(request: Request, name: str) -> str:
    """Behind HTTPS the browser itself guards the cookie's origin (`__Host-`)."""
    return f"__Host-{name}" if request.app.state.service.settings.https else name


def read_cookie(request: Request, name: str) -> str | None:
    """A cookie of ours with the shape we give it, or None."""
    value = request.cookies.get(_name(request, name), "")
    return value if _TOKEN.fullmatch(value) else None


def set_cookie(
    request: Request, response: Response, name: str, value: str, seconds: int | None
) -> None:
    response.set_cookie(
        _name(request, name),
        value,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.app.state.service.settings.https,
    )


def drop_cookie(request: Request, response: Response, name: str) -> None:
    # Browsers ignore a `__Host-` line without Secure, so that the cookie would stay.
    secure = request.app.state.service.settings.https
    response.delete_cookie(
        _name(request, name), path="/", httponly=True, samesite="lax", secure=secure
    )


def conversation_token(request: Request) -> str:
    """The citizen's conversation, made now if this is the first visit; `remember` sends it back."""
    token: str | None = getattr(request.state, "conversation", None)
    if token is None:
        token = read_cookie(request, CONVERSATION_COOKIE) or secrets.token_urlsafe(32)
        request.state.conversation = token
    return token


def remember(request: Request, response: Response) -> None:
    """Send the conversation's cookie when the browser does not have it yet."""
    if read_cookie(request, CONVERSATION_COOKIE) is None:
        token = conversation_token(request)
        set_cookie(request, response, CONVERSATION_COOKIE, token, CONVERSATION_SECONDS)


def form_token(request: Request) -> str:
    """A citizen's CSRF token: bound to the conversation and to the hour it was given."""
    issued = str(int(time.time()))
    return f"{issued}.{_seal(conversation_token(request), issued)}"


def check_form_token(request: Request, given: str) -> None:
    """`Expired` for a token that is missing, another's, or older than two hours."""
    token = read_cookie(request, CONVERSATION_COOKIE)
    issued, _, seal = given.partition(".")
    if token is None or not (issued.isascii() and issued.isdigit()):
        raise Expired
    genuine = hmac.compare_digest(seal.encode(), _seal(token, issued).encode())
    if not genuine or not 0 <= time.time() - int(issued) <= FORM_SECONDS:
        raise Expired


def _seal(token: str, issued: str) -> str:
    # Keyed with the cookie's own secret: whoever can compute it could send the cookie anyway.
    return hmac.new(token.encode(), f"form:{issued}".encode(), hashlib.sha256).hexdigest()


def check_same_origin(request: Request) -> None:
    """Refuse what another site's page made the browser send (Fetch metadata; JSON calls carry no form token)."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Expired("这个请求来自别的网站，已被拒绝。")
