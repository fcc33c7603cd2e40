"""The letters of a case: what is known of it put into letter and linter, and a letter issued with its number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from assistant import audit
from assistant.cases.actions.applying import fee_for
from assistant.cases.actions.handling import draft_reply, send
from assistant.cases.actions.moving import load, require_allowed
from assistant.cases.kinds import Family
from assistant.cases.models import Case, ReplyDraft
from assistant.cases.opening import local_date
from assistant.cases.reading import StaffView, get_case_for_staff
from assistant.cases.rules import Rules
from assistant.cases.states import DESK, CaseAction, CaseStatus, next_step
from assistant.disclosure.form import ApplicantClass, DisclosureForm
from assistant.disclosure.outcomes import Outcome
from assistant.errors import Forbidden, Invalid
from assistant.knowledge.content import Bureau
from assistant.knowledge.shelf import Shelf
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
# How a letter addresses whoever gave no name.
NOBODY_NAMED = "来信人"
# Whose words a letter repeats as its reason.
_REASONS: Mapping[LetterKind, CaseAction] = {
    LetterKind.CORRECTION_NOTICE: CaseAction.ASK_SUPPLEMENT,
    LetterKind.EXTENSION_NOTICE: CaseAction.EXTEND,
    LetterKind.FEE_NOTICE: CaseAction.CHARGE_FEE,
    LetterKind.THIRD_PARTY_CONSULTATION: CaseAction.CONSULT,
    LetterKind.CO_MAKER_CONSULTATION: CaseAction.CONSULT,
    LetterKind.CONSULTATION_NOTICE: CaseAction.CONSULT,
    LetterKind.ASSISTANCE: CaseAction.CONSULT,
}


def facts_of(
    view: StaffView, shelf: Shelf, rules: Rules, today: date, kind: LetterKind | None = None
) -> LetterFacts:
    """What a letter about this case may tell; `kind` decides whose words are its reason."""
    case, bureau = view.case, shelf.bureau
    office = shelf.office(case.office_id or "")
    form = _form_of(case)
    fee = view.fees[-1] if view.fees else None
    asked = view.consultations[-1] if view.consultations else None
    return LetterFacts(
        agency=bureau.name,
        government=bureau.government,
        court=bureau.court,
        competent_authority=bureau.supervising_office,
        office=office.title,
        office_phone=office.phone,
        office_address=office.address,
        office_hours=office.hours,
        applicant_name=case.contact_name or NOBODY_NAMED,
        applicant_is_person=form is None or form.applicant is ApplicantClass.PERSON,
        applicant_class=form.applicant.label if form else None,
        applicant_phone=case.contact_phone,
        applicant_email=case.contact_email,
        information=form.information if form else None,
        delivery=form.delivery.label if form else None,
        channel=case.channel.label,
        register_no=case.register_no,
        receipt_no=case.receipt_no,
        matter=case.kind.label,
        received_on=case.counted_on or case.received_on,
        supplemented_on=_supplemented_on(view),
        today=today,
        due_on=_due_before_extension(view, rules.limits[case.kind.limit].amount),
        new_due_on=case.due_on,
        until=case.waiting_until,
        asked_on=asked.sent_on if asked else fee.notified_on if fee else None,
        reason=_reason(view, kind),
        fee=fee_for(fee.by_pages, fee.units) if fee else None,
        fee_by_pages=fee.by_pages if fee else False,
        party_name=asked.name if asked else None,
    )


def check_reply(
    case: Case, text: str, outcome: Outcome | None, bureau: Bureau
) -> tuple[Finding, ...]:
    """What the linter finds in a reply to this case, by line and article."""
    form = (
        DisclosureForm.from_details(case.details)
        if case.details and _is_application(case)
        else None
    )
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


def draft_fit_reply(
    session: Session,
    actor: Actor,
    case_id: int,
    text: str,
    outcome: Outcome | None,
    bureau: Bureau,
    now: datetime,
) -> ReplyDraft:
    """Submit a wording for review; `Invalid` while the linter finds something it may not go out with."""
    case = load(session, case_id)
    require_allowed(
        actor, case, CaseAction.DRAFT, next_step(case.kind, case.status, CaseAction.DRAFT)
    )
    require_fit(case, text, outcome, bureau)
    return draft_reply(session, actor, case_id, text, now, outcome)


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
    send(session, actor, case_id, now)
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
    facts = facts_of(view, shelf, rules, local_date(now))
    kind = draft.outcome or LetterKind.INQUIRY_REPLY
    composed = compose(kind, facts, templates).with_text(draft.text)
    sample = shelf.bureau.sample
    letter = issue(session, composed, case_id=case_id, author_id=actor.id, now=now, sample=sample)
    _log(session, letter, actor, now)
    return letter


def _is_application(case: Case) -> bool:
    return case.kind.family is Family.DISCLOSURE


def _form_of(case: Case) -> DisclosureForm | None:
    return (
        DisclosureForm.from_details(case.details)
        if case.details and _is_application(case)
        else None
    )


def _supplemented_on(view: StaffView) -> date | None:
    came = [one for one in view.history if one.action is CaseAction.RECEIVE_SUPPLEMENT]
    return view.case.clock_from_on if came else None


def _due_before_extension(view: StaffView, limit_amount: int) -> date | None:
    """The day the period would have ended on, found in the clock's own working."""
    if any(one.action is CaseAction.EXTEND for one in view.history):
        nominal = [day.date for day in view.clock.days if day.counted == limit_amount]
        return nominal[0] if nominal else view.case.due_on
    return view.case.due_on


def _reason(view: StaffView, kind: LetterKind | None) -> str | None:
    """What was written when the step was taken that the letter tells of."""
    action = _REASONS.get(kind) if kind else None
    written = [one.note for one in view.history if one.action is action and one.note]
    return written[-1].rstrip("。．.；;") if written else None


def _log(session: Session, letter: Letter, actor: Actor, now: datetime) -> None:
    data: dict[str, audit.Scalar] = {
        "case": letter.case_id,
        "kind": letter.kind,
        "text_hash": letter.text_hash,
    }
    audit.append(session, "letter", letter.id, "issue", actor, now, data)
