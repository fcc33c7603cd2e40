"""What every response carries and every request must keep to: headers, request ids, size."""

from __future__ import annotations

import contextlib
import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import respond
from assistant.errors import Refused
from assistant.letters.render import STYLE_HASH

# 100,000 Chinese characters in a form are 900 KB; they deserve the form's own answer with the text kept.
MAX_BODY = 2 * 1024 * 1024
# Where citizens hand in files: five of ten megabytes, and the words beside them. Nowhere else.
MAX_UPLOAD = 55 * 1024 * 1024
UPLOADS = frozenset({"/cases", "/track/identity", "/track/supplement"})
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
# A letter brings its own style in the page and needs nothing else from anywhere.
LETTER_CSP = (
    f"default-src 'none'; style-src '{STYLE_HASH}'; img-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class TooLarge(Refused):
    status, code = 413, "too_large"
    message = "提交的内容太大了，请缩短后再试。"


class FilesTooLarge(TooLarge):
    message = (
        "文件加起来太大了，一次最多50MB。请返回上一页，少选几个或者换小一点的文件，再提交一次。"
    )


class _BodyTooLarge(Exception):
    """Raised inside `receive`, caught before the answer begins."""


class Guarded:
    """ASGI middleware: a request id in and out, the security headers, and a cap on the body.

    The cap is counted while the body arrives, so a missing or false Content-Length does not help.
    """

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self.app = app
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        received, started, is_over = 0, False, False
        is_upload = scope["path"] in UPLOADS and scope["method"] == "POST"
        most, refusal = (MAX_UPLOAD, FilesTooLarge()) if is_upload else (MAX_BODY, TooLarge())

        async def counted() -> Message:
            nonlocal received, is_over
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                is_over = True
                raise _BodyTooLarge
            return message

        async def dressed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                out = MutableHeaders(scope=message)
                out["X-Request-Id"] = request_id
                for name, value in HEADERS.items():
                    out[name] = value
                out.setdefault("Content-Security-Policy", CSP)
                if self.https:
                    out["Strict-Transport-Security"] = "max-age=31536000"
                out.setdefault("Cache-Control", "no-store")
            await send(message)

        async def unless_over(message: Message) -> None:
            # FastAPI makes a 400 of whatever goes wrong while it reads a body; the answer is ours.
            if started or not is_over:
                await dressed(message)

        length = headers.get("content-length", "0")
        if length.isdigit() and int(length) > most:
            await respond(Request(scope), refusal)(scope, receive, dressed)
            return
        with contextlib.suppress(_BodyTooLarge):
            await self.app(scope, counted, unless_over)
        if is_over and not started:
            await respond(Request(scope), refusal)(scope, receive, dressed)
