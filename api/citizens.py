"""What citizens use: the chat, as a page that needs no script and as JSON."""

from __future__ import annotations

import asyncio
import secrets
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.deps import service_of
from api.limits import address
from api.render import page, with_retry_after
from api.schemas import ChatReply, ChatRequest, Rating, reply_of_turn
from api.sessions import (
    CONVERSATION_COOKIE,
    check_form_token,
    check_same_origin,
    conversation_token,
    drop_cookie,
    form_token,
    remember,
)
from assistant.conversation import chat
from assistant.errors import Invalid, Refused

router = APIRouter()


async def take_turn(
    request: Request, token: str, text: str, message_key: str | None, channel: str = "web"
) -> chat.Turn:
    """Understand, decide and store one message without holding a thread while it waits for its batch."""
    service = service_of(request)
    checked = chat.check_message(text)
    heard = await asyncio.wrap_future(service.hear(chat.understood_part(checked)))
    return await asyncio.wrap_future(service.record(token, checked, heard, channel, message_key))


def _count(request: Request, token: str) -> None:
    limits = request.app.state.limits
    limits.check("chat_session", token)
    limits.check("chat_address", address(request))


@router.post("/api/chat")
async def post_chat(request: Request, response: Response, body: ChatRequest) -> ChatReply:
    """Ask one question. Stored before it is answered."""
    check_same_origin(request)
    if body.conversation is not None:
        token = f"api:{body.conversation}"
    else:
        token = conversation_token(request)
        remember(request, response)
    _count(request, token)
    return reply_of_turn(await take_turn(request, token, body.text, body.message_key))


@router.post("/api/chat/rating", status_code=204)
def post_rating(request: Request, body: Rating) -> Response:
    """有帮助吗: one's own turn only."""
    check_same_origin(request)
    token = conversation_token(request)
    service = service_of(request)
    service.db.write(lambda session: chat.rate(session, token, body.turn, body.helpful))
    return Response(status_code=204)


@router.get("/", include_in_schema=False)
def get_chat(
    request: Request,
) -> HTMLResponse:
    """The chat page with the conversation so far."""
    return _chat_page(request)


@router.post("/chat", include_in_schema=False)
async def post_chat_form(
    request: Request,
    csrf: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
    message_key: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """The same turn from a form, for browsers without script. What was typed survives a refusal."""
    try:
        check_form_token(request, csrf)
        token = conversation_token(request)
        _count(request, token)
        await take_turn(request, token, text, message_key or None)
    except Refused as refusal:
        return _chat_page(request, refusal, draft=text)
    return RedirectResponse("/#latest", status_code=303)


@router.post("/chat/rating", include_in_schema=False)
def post_rating_form(
    request: Request,
    csrf: Annotated[str, Form()],
    turn: Annotated[int, Form(ge=1, le=1_000_000)],
    helpful: Annotated[bool, Form()],
) -> Response:
    """有帮助吗, from a form."""
    check_form_token(request, csrf)
    token = conversation_token(request)
    service = service_of(request)
    service.db.write(lambda session: chat.rate(session, token, turn, helpful))
    return RedirectResponse(f"/#rating-{turn}", status_code=303)


@router.post("/chat/end", include_in_schema=False)
def post_chat_end(request: Request, csrf: Annotated[str, Form()] = "") -> Response:
    """Forget the conversation on this device, for those who share one."""
    check_form_token(request, csrf)
    response = RedirectResponse("/", status_code=303)
    drop_cookie(request, response, CONVERSATION_COOKIE)
    return response


@router.post("/senior", include_in_schema=False)
def post_senior(
    request: Request, on: Annotated[bool, Form()], back: Annotated[str, Form()] = "/"
) -> Response:
    """Switch 长辈版 (large type) on or off."""
    if not back.startswith("/") or back.startswith(("//", "/\\")):
        raise Invalid
    response = RedirectResponse(back, status_code=303)
    secure = request.app.state.service.settings.https
    seconds = 365 * 24 * 3600
    response.set_cookie(
        "senior", "1" if on else "0", max_age=seconds, samesite="lax", secure=secure
    )
    return response


def _chat_page(request: Request, refusal: Refused | None = None, draft: str = "") -> HTMLResponse:
    service = service_of(request)
    token = conversation_token(request)
    with service.db.reading() as session:
        turns = chat.history(session, token)
    context = {
        "turns": turns,
        "welcome": service.shelf.fill(service.shelf.phrases["welcome"]),
        "csrf": form_token(request),
        "message_key": secrets.token_hex(16),
        "refusal": refusal,
        "draft": draft,
        "max_message": chat.MAX_MESSAGE,
    }
    response = page(request, "chat.html", context, status=refusal.status if refusal else 200)
    remember(request, response)
    return with_retry_after(response, refusal)
