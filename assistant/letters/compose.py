"""A letter put together from its template and the facts of the case. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from assistant.disclosure.outcomes import Outcome, remedy_text
from assistant.letters.facts import LABELS, LetterFacts, blank, fill, words_of
from assistant.letters.kinds import LetterKind, reply_kind
from assistant.letters.templates import LetterTemplate, Part, Templates

# Between the two cells of a form's row; nothing that comes from outside can hold one.
CELL = "\t"


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter before it is numbered.

    `series` is the whole word its number counts under (示例林水公开), None where it has no 文号. `agency` is None
    where the letter is a form somebody else signs. A paragraph holding a tab is a row of a form's table.
    """

    kind: LetterKind
    title: str
    addressee: str | None
    paragraphs: tuple[str, ...]
    series: str | None
    agency: str | None
    outcome: Outcome | None = None

    @property
    def text(self) -> str:
        """The body as it is stored and edited: one paragraph a line."""
        return "\n".join(self.paragraphs)

    def with_text(self, text: str) -> Composed:
        """The same letter with the body its handler made of it."""
        return replace(self, paragraphs=paragraphs_of(text))


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The paragraphs of a body: its lines, without the empty ones. A row keeps the tab that makes it one."""
    return tuple(line.strip(" \r\u3000") for line in text.split("\n") if line.strip())


def compose(kind: LetterKind | Outcome, facts: LetterFacts, templates: Templates) -> Composed:
    """The letter of this kind, or the reply with this outcome; what is not known is left as a marked blank.

    `ValueError` for a kind of reply: which of its outcomes is meant cannot be told.
    """
    if isinstance(kind, Outcome):
        return _compose_reply(kind, facts, templates)
    template = templates.letters.get(kind)
    if template is None:
        raise ValueError(f"a reply is composed by its outcome: {kind}")
    return _compose_letter(kind, template, facts, templates.word)


def compose_reply(outcome: Outcome | None, facts: LetterFacts, templates: Templates) -> str:
    """The prefilled body of a reply, for its handler to finish; without an outcome that of an ordinary inquiry."""
    return compose(outcome or LetterKind.INQUIRY_REPLY, facts, templates).text


def _compose_reply(outcome: Outcome, facts: LetterFacts, templates: Templates) -> Composed:
    replies = templates.replies
    own = replies.outcomes[outcome]
    words = words_of(facts) | {"remedy": _remedy(outcome, facts)}
    parts = (*replies.opening, *own.reasons, *own.decision, *own.access, *replies.closing)
    return Composed(
        kind=reply_kind(outcome),
        title=fill(own.title or replies.title, words),
        addressee=fill(replies.addressee, words),
        paragraphs=_filled(parts, words),
        series=templates.word + replies.series,
        agency=_agency(facts),
        outcome=outcome,
    )


def _compose_letter(
    kind: LetterKind, template: LetterTemplate, facts: LetterFacts, word: str
) -> Composed:
    words, pen = words_of(facts), template.by_hand
    rows = (f"{row.label}{CELL}{fill(row.value, words, by_hand=pen)}" for row in template.rows)
    to = template.addressee
    return Composed(
        kind=kind,
        title=fill(template.title, words),
        addressee=None if to is None else fill(to, words, by_hand=pen),
        paragraphs=(*rows, *_filled(template.paragraphs, words, by_hand=pen)),
        series=None if template.series is None else word + template.series,
        agency=_agency(facts) if template.issued else None,
    )


def _filled(
    parts: Iterable[Part], words: dict[str, str | None], *, by_hand: bool = False
) -> tuple[str, ...]:
    return tuple(fill(part.text, words, by_hand=by_hand) for part in parts if part.applies(words))


def _agency(facts: LetterFacts) -> str:
    return facts.agency or blank(LABELS["agency"])


def _remedy(outcome: Outcome, facts: LetterFacts) -> str:
    government = facts.government or blank(LABELS["government"])
    return remedy_text(outcome, government, facts.court or blank(LABELS["court"]))
