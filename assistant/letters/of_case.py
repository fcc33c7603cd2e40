"""The letters of a case: a reply held against the linter, and a letter issued with its number."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from assistant import audit
from assistant.cases.actions.handling import Fit, send
from assistant.cases.kinds import Family
from assistant.cases.models import Case
from assistant.cases.opening import local_date
from assistant.cases.reading import StaffView, get_case_for_staff
from assistant.cases.rules import Rules
from assistant.cases.states import DESK, CaseStatus
from assistant.disclosure.outcomes import Outcome
from assistant.errors import Forbidden, Invalid
from assistant.knowledge.content import Bureau
from assistant.knowledge.shelf import Shelf
from assistant.letters.case_facts import facts_of, form_of
from assistant.letters.compose import compose
from assistant.letters.facts import LetterFacts
from assistant.letters.kinds import REPLY_KINDS, LetterKind
from assistant.letters.lint import Finding, LintFacts, blocking, lint
from assistant.letters.lint.general import check_blanks
from assistant.letters.lint.reading import read
from assistant.letters.models import Letter
from assistant.letters.numbering import issue
from assistant.letters.templates import Templates
from assistant.staff.roles import Actor, Role

# A reply becomes a letter by being sent, never by hand.
BY_HAND = tuple(
    kind for kind in LetterKind if kind not in REPLY_KINDS and kind is not LetterKind.INQUIRY_REPLY
)
ISSUERS = DESK | {Role.SIGNER}


def check_reply(
    case: Case, text: str, outcome: Outcome | None, bureau: Bureau
) -> tuple[Finding, ...]:
    """What the linter finds in a reply to this case, by line and article."""
    form = form_of(case)
    facts = LintFacts(
        outcome=outcome,
        received_on=case.counted_on or case.received_on,
        government=bureau.government,
        court=bureau.court,
        agency=bureau.name,
        information=form.information if form else None,
    )
    return lint(text, facts)


def require_fit(case: Case, text: str, outcome: Outcome | None, bureau: Bureau) -> None:
    """Raise `Invalid`, naming the first line, while the linter finds something a reply may not go out with."""
    if _is_application(case) and outcome is None:
        return  # the verb itself asks for the outcome
    found = blocking(check_reply(case, text, outcome, bureau))
    if found:
        first = found[0]
        more = f"另外还有{len(found) - 1}处。" if len(found) > 1 else ""
        raise Invalid(f"第{first.line}行：{first.message}（{first.article}）{more}", field="text")


def issue_letter(
    session: Session,
    actor: Actor,
    view: StaffView,
    kind: LetterKind,
    text: str,
    facts: LetterFacts,
    templates: Templates,
    now: datetime,
    *,
    sample: bool,
) -> Letter:
    """Issue a letter of the case by hand, in the handler's wording, under the next number of its series.

    `Forbidden` for those who write no letters, `Invalid` for a reply (it is issued by being sent) and while a place
    is still to be filled in.
    """
    if actor.role not in ISSUERS:
        raise Forbidden
    if kind not in BY_HAND:
        raise Invalid("答复书在发出答复时自动制发。", field="kind")
    if not text.strip():
        raise Invalid("请写明内容。", field="text")
    for blank in check_blanks(read(text)):
        raise Invalid(f"第{blank.line}行：{blank.message}", field="text")
    composed = compose(kind, facts, templates).with_text(text)
    letter = issue(
        session,
        composed,
        case_id=view.case.id,
        author_id=actor.id,
        now=now,
        sample=sample,
    )
    _log(session, letter, actor, now)
    return letter


def fit_for(bureau: Bureau) -> Fit:
    """What the verbs of a reply ask the linter by: `require_fit` with this bureau's names."""
    return lambda case, text, outcome: require_fit(case, text, outcome, bureau)


def send_with_letters(
    session: Session,
    actor: Actor,
    case_id: int,
    shelf: Shelf,
    templates: Templates,
    rules: Rules,
    now: datetime,
) -> list[Letter]:
    """Send the signed reply; it becomes a numbered letter, word for word, one for each case it answers."""
    merged = get_case_for_staff(session, case_id, local_date(now), rules).merged
    waiting = [one.id for one in merged if one.status is CaseStatus.MERGED]
    send(session, actor, case_id, now, fit_for(shelf.bureau))
    return [
        _issue_reply(session, actor, one, shelf, templates, rules, now)
        for one in (case_id, *waiting)
    ]


def _issue_reply(
    session: Session,
    actor: Actor,
    case_id: int,
    shelf: Shelf,
    templates: Templates,
    rules: Rules,
    now: datetime,
) -> Letter:
    view = get_case_for_staff(session, case_id, local_date(now), rules)
    draft = view.drafts[0]
    kind = draft.outcome or LetterKind.INQUIRY_REPLY
    facts = facts_of(session, view, shelf, rules, local_date(now), kind)
    composed = compose(kind, facts, templates).with_text(draft.text)
    sample = shelf.bureau.sample
    letter = issue(session, composed, case_id=case_id, author_id=actor.id, now=now, sample=sample)
    _log(session, letter, actor, now)
    return letter


def _is_application(case: Case) -> bool:
    return case.kind.family is Family.DISCLOSURE


def _log(session: Session, letter: Letter, actor: Actor, now: datetime) -> None:
    data: dict[str, audit.Scalar] = {
        "case": letter.case_id,
        "kind": letter.kind,
        "text_hash": letter.text_hash,
    }
    audit.append(session, "letter", letter.id, "issue", actor, now, data)
