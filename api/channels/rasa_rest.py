"""Rasa's REST channel, so that a widget made for Rasa works here unchanged."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from api.citizens import take_turn
from api.limits import address
from api.schemas import reply_of_turn
from assistant.errors import Refused

router = APIRouter()


class RasaMessage(BaseModel):
    sender: str = Field(min_length=1, max_length=128)
    message: str
    metadata: dict[str, Any] | None = None


@router.post("/webhooks/rest/webhook")
async def post_message(request: Request, body: RasaMessage) -> list[dict[str, Any]]:
    """`{"sender", "message"}` → `[{"recipient_id", "text", "buttons"?, "custom"?}]`."""
    token = f"rest:{body.sender}"
    limits = request.app.state.limits
    limits.check("chat_session", token)
    limits.check("chat_address", address(request))
    try:
        turn = await take_turn(request, token, body.message, None, channel="rest")
    except Refused as refusal:
        if refusal.status != 422:
            raise
        return [{"recipient_id": body.sender, "text": refusal.message}]
    reply = reply_of_turn(turn)
    answer: dict[str, Any] = {
        "recipient_id": body.sender,
        "text": "\n".join([*reply.notes, reply.reply]),
        "custom": reply.model_dump(exclude={"text", "choices", "notes"}),
    }
    if reply.choices:
        answer["buttons"] = [
            {"title": choice.title, "payload": choice.send} for choice in reply.choices
        ]
    return [answer]
