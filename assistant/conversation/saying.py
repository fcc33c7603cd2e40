"""A decision put into words: the records composed, choices to click, notes, and what has expired left unsaid. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from assistant.conversation.amounts import tell
from assistant.conversation.decision import Decision
from assistant.conversation.models import Outcome
from assistant.knowledge.compose import OFFERED_ASPECTS, compose
from assistant.knowledge.content import Service
from assistant.knowledge.shelf import Shelf
from assistant.language.privacy import Masked
from assistant.settings import SHANGHAI

_NUMERALS = "一二三"


def say(
    decision: Decision, shelf: Shelf, now: datetime, masked: Masked
) -> tuple[dict[str, Any], Decision, list[int]]:
    """The reply as plain data, the decision as it stands after expiry, and the versions shown."""
    today = now.astimezone(SHANGHAI).date()
    parts = [part for part in (decision, *decision.also) if _is_told(part, shelf, today)]
    if decision.answer_id is not None and not parts:
        decision = _expired(decision)
    elif parts:
        decision = replace(parts[0], memory=decision.memory, candidates=decision.candidates)
    reply: dict[str, Any] = {
        "choices": [],
        "notes": [],
        "person": decision.offers_person,
        "candidates": [
            {"id": choice.id, "title": shelf.title(choice.id), "score": choice.score}
            for choice in decision.candidates
        ],
    }
    if masked.found:
        kinds = "、".join(kind.label for kind in masked.found)
        reply["notes"].append(shelf.phrases["masked"].replace("{kinds}", kinds))
    if parts:
        reply |= _told(parts, shelf)
        if decision.reason == "closest" and len(parts) > 1:
            reply["text"] = f"{shelf.phrases['closest']}\n\n{reply['text']}"
            reply["title"] = shelf.phrases["closest_title"]
    else:
        reply |= {"text": shelf.fill(shelf.phrases[decision.phrase or "missed"]), "kind": "phrase"}
        if decision.outcome in (Outcome.CLARIFICATION, Outcome.UNANSWERABLE):
            reply["choices"] = _offered_records(decision, shelf)
    return reply, decision, [shelf.version_ids[part.answer_id or ""] for part in parts]


def _is_told(decision: Decision, shelf: Shelf, today: date) -> bool:
    record = shelf.get(decision.answer_id) if decision.answer_id else None
    return record is not None and not shelf.is_expired(record, today)


def _expired(decision: Decision) -> Decision:
    return Decision(
        Outcome.UNANSWERABLE,
        "expired_answer",
        phrase="expired_answer",
        memory=decision.memory,
        offers_person=True,
    )


def _told(parts: Sequence[Decision], shelf: Shelf) -> dict[str, Any]:
    """One reply from the records of all parts; the first gives it its name, office and dates."""
    records = [shelf.records[part.answer_id or ""] for part in parts]
    composed = [
        compose(shelf, record, part.aspects, part.points)
        for record, part in zip(records, parts, strict=True)
    ]
    texts = [
        f"{tell(part.amount, shelf.phrases)}\n\n{one.text}" if part.amount else one.text
        for part, one in zip(parts, composed, strict=True)
    ]
    if len(parts) > 1:
        numbered = zip(_NUMERALS, composed, texts, strict=False)
        texts = [f"{numeral}、{one.title}\n{text}" for numeral, one, text in numbered]
    reply = asdict(composed[0]) | {
        "text": "\n\n".join(texts),
        "sources": list(dict.fromkeys(source for one in composed for source in one.sources)),
        "kind": records[0].kind,
        "parts": [record.id for record in records],
    }
    if len(parts) == 1 and isinstance(records[0], Service) and not parts[0].aspects:
        reply["choices"] = _offered_aspects(records[0])
    return reply


def _offered_aspects(service: Service) -> list[dict[str, str]]:
    name = service.aliases[0] if service.aliases else service.title
    return [
        {
            "id": f"{service.id}#{aspect}",
            "title": aspect.label,
            "send": f"{name}{aspect.label}",
        }
        for aspect in OFFERED_ASPECTS
    ]


def _offered_records(decision: Decision, shelf: Shelf) -> list[dict[str, str]]:
    if decision.outcome is Outcome.UNANSWERABLE and decision.reason != "low_confidence":
        return []
    offered = []
    for choice in decision.candidates:
        title = shelf.title(choice.id)
        aspects = "".join(aspect.label for aspect in decision.memory.aspects)
        suffix = aspects if decision.reason == "which_item" else ""
        offered.append({"id": choice.id, "title": title, "send": f"{title}{suffix}"})
    return offered
