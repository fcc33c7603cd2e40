"""Questions on standard input, answers on standard output: the `xunda ask --json` contract."""

from __future__ import annotations

import json
from typing import Any

from api.schemas import Candidate, ChatReply, reply_of, reply_of_turn
from assistant.conversation import chat
from assistant.conversation.decision import Memory
from assistant.errors import Invalid, Refused
from assistant.language.privacy import mask
from assistant.service import Service, utc_now

CONTRACT = ("text", "outcome", "reason", "answer_id", "reply", "sources", "candidates", "case")


class Asker:
    """Asks the service; with `dry_run` nothing is stored and each conversation is remembered here."""

    def __init__(self, service: Service, dry_run: bool) -> None:
        self._service = service
        self._dry_run = dry_run
        self._memories: dict[str, Memory] = {}

    def ask_line(self, line: str) -> dict[str, Any]:
        """Answer one JSON line; a line that is not one gets an answer with outcome `error`."""
        try:
            asked = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            return _refused("", Invalid("这一行不是有效的 JSON。"))
        if not isinstance(asked, dict):
            return _refused("", Invalid('每行应当是 {"text": …} 这样的 JSON 对象。'))
        return self.ask(asked)

    def ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Answer `{"text": …, "conversation"?: …}`."""
        text = asked.get("text")
        try:
            checked = chat.check_message(text)
        except Refused as refusal:
            return _refused(text if isinstance(text, str) else "", refusal)
        conversation = asked.get("conversation")
        key = None if conversation is None else str(conversation)
        reply = self._preview(checked, key) if self._dry_run else self._record(checked, key)
        return {name: value for name, value in reply.model_dump().items() if name in CONTRACT}

    def _record(self, text: str, key: str | None) -> ChatReply:
        token = f"cli:{key}" if key is not None else chat.new_token()
        return reply_of_turn(self._service.ask(token, text, channel="cli"))

    def _preview(self, text: str, key: str | None) -> ChatReply:
        service = self._service
        memory = self._memories.get(key, Memory()) if key is not None else Memory()
        heard = service.hear(chat.understood_part(text)).result()
        decision, reply = chat.preview(
            heard, memory, service.shelf, service.tuning, utc_now(), text
        )
        if key is not None:
            self._memories[key] = decision.memory
        candidates = [Candidate(**candidate) for candidate in reply["candidates"]]
        return reply_of(
            mask(text).text,
            decision.outcome,
            decision.reason,
            decision.answer_id,
            reply,
            candidates,
        )


def _refused(text: str, refusal: Refused) -> dict[str, Any]:
    return {
        "text": mask(text).text,
        "outcome": "error",
        "reason": refusal.code,
        "answer_id": None,
        "reply": refusal.message,
        "sources": [],
        "candidates": [],
        "case": None,
    }
