"""Refusals as RFC 9457 problem documents, or as a page for a person with a browser."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from assistant.errors import Invalid, NotFound, Refused

log = logging.getLogger(__name__)


class MethodNotAllowed(Refused):
    status, code = 405, "method_not_allowed"
    message = "这个地址不接受这种请求。"


class Broken(Refused):
    status, code = 500, "internal_error"
    message = "系统出了故障，我们已经记录。请稍后再试，或拨打 12345。"


def problem(refusal: Refused, request_id: str) -> Response:
    """RFC 9457: type, title, status, detail, and what the refusal knows beside it."""
    body: dict[str, Any] = {
        "type": f"/problems/{refusal.code}",
        "title": refusal.message,
        "status": refusal.status,
        "detail": refusal.message,
        "request_id": request_id,
        **refusal.details,
    }
    headers = {}
    if "retry_after" in refusal.details:
        headers["Retry-After"] = str(refusal.details["retry_after"])
    return JSONResponse(
        body, refusal.status, headers=headers, media_type="application/problem+json"
    )


def wants_page(request: Request) -> bool:
    """A browser asking for a page, as against a program asking for data."""
    is_data = request.url.path.startswith(("/api/", "/webhooks/"))
    return not is_data and "text/html" in request.headers.get("accept", "")


def respond(request: Request, refusal: Refused) -> Response:
    """The refusal in the form its asker can use."""
    request_id = getattr(request.state, "request_id", "-")
    if not wants_page(request):
        return problem(refusal, request_id)
    from api.render import page  # the templates need the app; the app needs this file

    context = {"refusal": refusal, "request_id": request_id}
    response = page(request, "error.html", context, status=refusal.status)
    if "retry_after" in refusal.details:
        response.headers["Retry-After"] = str(refusal.details["retry_after"])
    return response


def install(app: FastAPI) -> None:
    """Turn every way of failing into one of ours. No citizen's text reaches the log."""

    @app.exception_handler(Refused)
    async def _refused(request: Request, error: Refused) -> Response:
        return respond(request, error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        fields = [".".join(str(part) for part in item["loc"][1:]) for item in error.errors()]
        return respond(
            request, Invalid("请求的内容不完整或格式不对，请检查后再试。", fields=fields)
        )

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        if error.status_code == 404:
            return respond(request, NotFound("没有这个页面。"))
        if error.status_code == 405:
            return respond(request, MethodNotAllowed())
        refusal = Refused("请求的内容无法识别，请检查后再试。")
        refusal.status = error.status_code
        return respond(request, refusal)

    @app.exception_handler(Exception)
    async def _broken(request: Request, error: Exception) -> Response:
        log.error("request failed: %s", type(error).__name__, exc_info=error)
        return respond(request, Broken())
