"""The way of a sample inquiry: filed, sent to its office, answered or ended otherwise, rated, perhaps shown."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from assistant.cases import actions
from assistant.cases.actions import citizen
from assistant.cases.actions.clockwork import IDLE_WORKDAYS
from assistant.cases.intake import CONSENT, Channel, NewCase
from assistant.cases.kinds import CaseKind
from assistant.cases.opening import local_date
from assistant.cases.states import CaseStatus
from assistant.publication import verbs as publication
from assistant.publication.masking import preview
from assistant.publication.models import PublicationBasis
from assistant.samples.plans import Ending, InquiryPlan
from assistant.samples.stage import Script, Stage
from assistant.staff.roles import CITIZEN

# A part of a script that ends at a moment.
Part = Generator[datetime, datetime, datetime]

_BY_STAFF = frozenset({Channel.HOTLINE, Channel.COUNTER, Channel.POST})
_WRONG_OFFICE = "office.general"
_MERGEABLE = (CaseStatus.RECEIVED, CaseStatus.ACCEPTED, CaseStatus.CLAIMED)
_SAID = {True: "yes", False: "no"}


def inquiry(stage: Stage, plan: InquiryPlan) -> Script:
    """One inquiry, from its filing to whatever ends it."""
    staff, session, rng = stage.staff, stage.session, plan.rng
    at = yield plan.at
    case_id = _file(stage, plan, at)
    at = yield stage.after(rng, at, rng.choice((0, 0, 0, 1)))
    if plan.ending is Ending.DECLINED:
        actions.decline(session, staff.reviewer, case_id, stage.texts.declined, at)
        return
    if plan.ending is Ending.TRANSFERRED:
        actions.transfer(session, staff.operator, case_id, stage.texts.transferred, at)
        return
    if plan.ending is Ending.MERGED and _is_merged(stage, plan, case_id, at):
        return
    at = yield from _assigned(stage, plan, case_id, at)
    if plan.ending is Ending.WITHDRAWN:
        actions.withdraw(session, CITIZEN, case_id, at, stage.texts.withdrawn)
        return
    at = yield from _answered(stage, plan, case_id, at)
    if plan.published:
        at = yield stage.after(rng, at, rng.randint(2, 8))
        _show(stage, plan, case_id, at)
    yield from _rated(stage, plan, case_id, at)


def _file(stage: Stage, plan: InquiryPlan, at: datetime) -> int:
    rng, kind, channel = plan.rng, plan.matter.kind, plan.channel
    is_hotline = channel is Channel.HOTLINE
    due_on = stage.rules.calendar.add_workdays(local_date(at), rng.randint(4, 7))
    needs_contact = kind.rule.needs_contact or rng.random() < 0.7
    request = NewCase(
        kind=kind,
        text=stage.texts.fill(plan.matter.text[plan.wording], rng, local_date(at)),
        form_key=str(uuid5(NAMESPACE_URL, f"xunda-years-inquiry-{plan.number}")),
        channel=channel,
        # Invented names are words of invented places too, and whoever wrote is covered in what is published.
        contact_name=None if plan.published else plan.name,
        contact_email=f"sample{plan.number}@example.com" if needs_contact else None,
        conversation_id=plan.conversation_id,
        details={CONSENT: _SAID[plan.published or rng.random() < 0.4]}
        if kind.rule.may_be_published
        else None,
        external_no=f"12345-示例-{local_date(at).year}-{plan.number:04d}" if is_hotline else None,
        external_due_on=due_on if is_hotline else None,
    )
    actor = stage.staff.operator if channel in _BY_STAFF else CITIZEN
    return stage.open(request, at, actor).case_id


def _is_merged(stage: Stage, plan: InquiryPlan, case_id: int, at: datetime) -> bool:
    """Put it together with another of the same matter, where one is still open."""
    main = stage.mains.get(plan.matter.title)
    if main is None or stage.case(main).status not in _MERGEABLE:
        return False
    handler = stage.handler_of(main)
    actions.merge(stage.session, handler, case_id, main, at)
    return True


def _assigned(stage: Stage, plan: InquiryPlan, case_id: int, at: datetime) -> Part:
    """Sent to its office, a few by way of a wrong one that sends it back."""
    session, staff, rng = stage.session, stage.staff, plan.rng
    if rng.random() < 0.04 and plan.matter.office != _WRONG_OFFICE:
        actions.assign(session, staff.operator, case_id, _WRONG_OFFICE, at)
        at = yield stage.after(rng, at, 1)
        handler = staff.handlers[_WRONG_OFFICE]
        actions.return_case(session, handler, case_id, stage.texts.returned, at)
        at = yield stage.after(rng, at, 0)
    actions.assign(session, staff.operator, case_id, plan.matter.office, at)
    if plan.ending is Ending.ANSWERED:
        stage.mains[plan.matter.title] = case_id
    return (yield stage.after(rng, at, rng.choice((0, 0, 1))))


def _answered(stage: Stage, plan: InquiryPlan, case_id: int, at: datetime) -> Part:
    """Claimed, drafted, approved, signed and sent, before its due date but for a few."""
    session, staff, rng = stage.session, stage.staff, plan.rng
    left = stage.workdays_left(case_id, at)
    if left <= IDLE_WORKDAYS:  # whoever claims earlier would only have it taken back
        stage.hold(case_id, at)
    if plan.extended and left > 1:
        at = yield stage.after(rng, at, left - 1)
        amount = 1 if plan.matter.kind is CaseKind.PROPOSAL else rng.randint(3, 8)
        actions.extend(
            session, staff.signer, case_id, amount, stage.texts.extension, at, stage.rules
        )
        left = stage.workdays_left(case_id, at)
    spend = left + rng.randint(1, 5) if plan.late else round((left - 1) * rng.betavariate(2.2, 2))
    at = yield stage.after(rng, at, max(0, spend))
    stage.hold(case_id, at)
    text = stage.reply_text(case_id, None, plan.matter.reply_to(plan.wording), at)
    handler = stage.handler_of(case_id)
    draft = actions.draft_reply(session, handler, case_id, text, at)
    at = yield stage.after(rng, at, 0)
    if plan.sent_back:
        note = stage.texts.draft_returned
        actions.return_draft(session, staff.reviewer, case_id, note, at)
        at = yield stage.after(rng, at, 0)
        stage.hold(case_id, at)
        draft = actions.draft_reply(session, handler, case_id, text, at)
        at = yield stage.after(rng, at, 0)
    actions.approve(session, staff.reviewer, case_id, draft.text_hash, at)
    at = yield stage.after(rng, at, 0)
    actions.sign(session, staff.signer, case_id, draft.text_hash, at)
    at = yield stage.after(rng, at, 0)
    stage.send(case_id, at)
    return at


def _rated(stage: Stage, plan: InquiryPlan, case_id: int, at: datetime) -> Script:
    """The citizen rates the reply; dissatisfied, they say why and are answered again."""
    if plan.score is None:
        return
    at = yield at + timedelta(minutes=plan.rng.randint(60, 60 * 24 * 10))
    reason = stage.texts.reopened if plan.score <= 2 else None
    case = citizen.rate_reply(stage.session, case_id, plan.score, reason, at, stage.rules)
    if case.status is CaseStatus.ACCEPTED:
        at = yield stage.after(plan.rng, at, 1)
        yield from _answered(stage, plan, case_id, at)


def _show(stage: Stage, plan: InquiryPlan, case_id: int, at: datetime) -> None:
    """Put on the website by one and decided by another."""
    session, case = stage.session, stage.case(case_id)
    draft = publication.require_publishable(session, case)
    phones = [office.phone for office in stage.shelf.offices()]
    shown = preview(draft.text, publication.person_of(case), keep=phones)
    proposed = publication.propose(
        session,
        stage.staff.reviewer,
        case_id,
        plan.matter.title,
        case.text,
        shown.text,
        PublicationBasis.CONSENT,
        at,
        keep=phones,
    )
    publication.publish(
        session, stage.staff.publisher, proposed.id, proposed.text_hash, at, secrecy_reviewed=True
    )
