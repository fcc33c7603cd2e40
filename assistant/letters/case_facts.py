"""What is known of a case, put into its letters: read off its history, its papers and the letters before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from assistant.audit import events_of
from assistant.cases.actions.applying import fee_for
from assistant.cases.kinds import Family
from assistant.cases.models import Case
from assistant.cases.opening import local_date
from assistant.cases.reading import StaffView
from assistant.cases.rules import Rules
from assistant.cases.states import CaseAction
from assistant.disclosure.form import ApplicantClass, DisclosureForm
from assistant.disclosure.history import repeats
from assistant.disclosure.outcomes import Outcome
from assistant.knowledge.shelf import Shelf
from assistant.letters.facts import LetterFacts
from assistant.letters.kinds import REPLY_KINDS, LetterKind
from assistant.letters.models import Letter
from assistant.letters.numbering import letters_of

# How a letter addresses whoever gave no name.
NOBODY_NAMED = "来信人"
# Whose words a letter repeats as its reason.
_REASONS: Mapping[LetterKind | Outcome, CaseAction] = {
    LetterKind.CORRECTION_NOTICE: CaseAction.ASK_SUPPLEMENT,
    LetterKind.EXTENSION_NOTICE: CaseAction.EXTEND,
    LetterKind.FEE_NOTICE: CaseAction.CHARGE_FEE,
    LetterKind.THIRD_PARTY_CONSULTATION: CaseAction.CONSULT,
    LetterKind.CO_MAKER_CONSULTATION: CaseAction.CONSULT,
    LetterKind.CONSULTATION_NOTICE: CaseAction.CONSULT,
    LetterKind.ASSISTANCE: CaseAction.CONSULT,
}
# What was asked of the applicant or of others, where a letter tells of it.
_TELLS_OF_SUPPLEMENT = frozenset(
    {
        LetterKind.CORRECTION_NOTICE,
        Outcome.UNABLE_STILL_UNCLEAR,
        Outcome.OTHER_CORRECTION_LAPSED,
    }
)
_TELLS_OF_PARTY = frozenset(
    {
        LetterKind.THIRD_PARTY_CONSULTATION,
        LetterKind.THIRD_PARTY_REPLY,
        LetterKind.CONSULTATION_NOTICE,
        LetterKind.DISCLOSURE_NOTICE,
        LetterKind.CO_MAKER_CONSULTATION,
        LetterKind.ASSISTANCE,
    }
)
_TELLS_OF_FEE = frozenset({LetterKind.FEE_NOTICE, Outcome.OTHER_FEE_LAPSED})

Asked = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class Told:
    """What no step of a case has recorded and its handler says: where the information is public, who else has it."""

    published_at: str | None = None
    other_body: str | None = None
    other_body_contact: str | None = None


def facts_of(
    session: Session,
    view: StaffView,
    shelf: Shelf,
    rules: Rules,
    today: date,
    kind: LetterKind | Outcome | None = None,
    told: Told | None = None,
) -> LetterFacts:
    """What a letter about this case may tell; `kind` decides whose words are its reason, and which step it tells of."""
    case, bureau = view.case, shelf.bureau
    office = shelf.office(case.office_id or "")
    form = form_of(case)
    fee = view.fees[-1] if view.fees else None
    party = view.consultations[-1] if view.consultations else None
    asked_on, until = _asked(session, view, kind)
    earlier_no, earlier_on = _earlier(session, case, kind)
    told = told or Told()
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
        until=until or case.waiting_until,
        asked_on=asked_on,
        reason=_reason(view, kind),
        fee=fee_for(fee.by_pages, fee.units) if fee else None,
        fee_by_pages=fee.by_pages if fee else False,
        party_name=party.name if party else None,
        other_body=told.other_body,
        other_body_contact=told.other_body_contact,
        published_at=told.published_at,
        earlier_no=earlier_no,
        earlier_on=earlier_on,
    )


def form_of(case: Case) -> DisclosureForm | None:
    """The application's own form; None for everything else."""
    if case.kind.family is not Family.DISCLOSURE or not case.details:
        return None
    return DisclosureForm.from_details(case.details)


def _asked(session: Session, view: StaffView, kind: LetterKind | Outcome | None) -> Asked:
    """The day they were asked for what this letter tells of, and the last day they were given for it."""
    if kind in _TELLS_OF_SUPPLEMENT:
        return _supplement_asked(session, view.case)
    if kind in _TELLS_OF_FEE:
        fee = view.fees[-1] if view.fees else None
        return (fee.notified_on, fee.due_on) if fee else (None, None)
    if kind is Outcome.UNPROCESSED_EXCESSIVE:
        notice = _newest(session, view.case.id, frozenset({LetterKind.REASONS_NOTICE}))
        return (notice.issued_on if notice else None, None)
    if kind in _TELLS_OF_PARTY and view.consultations:
        return view.consultations[-1].sent_on, view.consultations[-1].due_on
    return None, None


def _supplement_asked(session: Session, case: Case) -> Asked:
    for event in reversed(events_of(session, "case", case.id)):
        if event.action == CaseAction.ASK_SUPPLEMENT:
            until = event.data.get("until")
            return local_date(event.at), date.fromisoformat(str(until)) if until else None
    return None, None


def _earlier(
    session: Session, case: Case, kind: LetterKind | Outcome | None
) -> tuple[str | None, date | None]:
    """Number and day of the reply the same application has had (条例第三十六条第六项)."""
    if kind is not Outcome.UNPROCESSED_REPEAT:
        return None, None
    for same in repeats(session, case):
        letter = _newest(session, same.case_id, REPLY_KINDS)
        if letter is not None:
            return letter.number, letter.issued_on
        if same.replied_at is not None:  # answered before replies became letters
            return None, local_date(same.replied_at)
    return None, None


def _newest(session: Session, case_id: int, kinds: frozenset[LetterKind]) -> Letter | None:
    found = [one for one in letters_of(session, case_id) if LetterKind(one.kind) in kinds]
    return max(found, key=lambda one: one.id, default=None)


def _supplemented_on(view: StaffView) -> date | None:
    came = [one for one in view.history if one.action is CaseAction.RECEIVE_SUPPLEMENT]
    return view.case.clock_from_on if came else None


def _due_before_extension(view: StaffView, limit_amount: int) -> date | None:
    """The day the period would have ended on, found in the clock's own working."""
    if any(one.action is CaseAction.EXTEND for one in view.history):
        nominal = [day.date for day in view.clock.days if day.counted == limit_amount]
        return nominal[0] if nominal else view.case.due_on
    return view.case.due_on


def _reason(view: StaffView, kind: LetterKind | Outcome | None) -> str | None:
    """What was written when the step was taken that the letter tells of."""
    action = _REASONS.get(kind) if kind else None
    written = [one.note for one in view.history if one.action is action and one.note]
    return written[-1].rstrip("。．.；;") if written else None
