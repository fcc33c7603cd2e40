"""The way of a sample application for information, to each of the 21 outcomes and what may follow it."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from assistant.cases import actions
from assistant.cases.intake import Channel, NewCase
from assistant.cases.kinds import CaseKind
from assistant.cases.opening import local_date
from assistant.cases.states import CaseAction
from assistant.disclosure.contests import ContestKind, ContestResult
from assistant.disclosure.form import DisclosureForm
from assistant.disclosure.outcomes import Outcome, RemedyClass
from assistant.disclosure.parties import Opinion, PartyKind
from assistant.letters.kinds import LetterKind
from assistant.samples.plans import ApplicationPlan
from assistant.samples.stage import Script, Stage
from assistant.settings import SHANGHAI
from assistant.staff.roles import CITIZEN

# A part of a script; None where the case has come to its end.
Part = Generator[datetime, datetime, datetime | None]

_FREE_DAYS = timedelta(days=20)


def application(stage: Stage, plan: ApplicationPlan) -> Script:
    """One application, from its filing to its delivery, and to the decision on a remedy."""
    at = yield plan.at
    case_id = _file(stage, plan, at)
    moment: datetime | None = yield from _begun(stage, plan, case_id, at)
    for part in (_supplemented, _asked_why, _consulted, _charged, _answered):
        if moment is None:
            return
        moment = yield from part(stage, plan, case_id, moment)
    if moment is not None and plan.contested:
        yield from _contested(stage, plan, case_id, moment)


def _file(stage: Stage, plan: ApplicationPlan, at: datetime) -> int:
    request = NewCase(
        kind=CaseKind.DISCLOSURE,
        text=plan.text,
        form_key=str(uuid5(NAMESPACE_URL, f"xunda-years-application-{plan.number}")),
        channel=plan.channel,
        contact_name=plan.name,
        contact_email="sample@example.com",
        office_id="office.disclosure",
        disclosure=DisclosureForm(plan.text, plan.applicant, plan.delivery),
    )
    actor = CITIZEN if plan.channel is Channel.WEB else stage.staff.operator
    return stage.open(request, at, actor).case_id


def _begun(stage: Stage, plan: ApplicationPlan, case_id: int, at: datetime) -> Part:
    """The clock starts, by confirmation or by receipt (条例第三十一条), and an office takes it on."""
    session, operator, rng = stage.session, stage.staff.operator, plan.rng
    at = yield stage.after(rng, at, rng.choice((0, 0, 1)))
    if plan.channel is Channel.WEB:
        actions.confirm(session, operator, case_id, at, stage.rules)
    else:
        actions.register(session, operator, case_id, local_date(plan.at), at, stage.rules)
    if plan.withdrawn:
        at = yield stage.after(rng, at, rng.randint(1, 5))
        actions.withdraw(session, CITIZEN, case_id, at, stage.texts.withdrawn)
        return None
    actions.assign(session, operator, case_id, plan.office, at)
    return (yield stage.after(rng, at, 1))


def _supplemented(stage: Stage, plan: ApplicationPlan, case_id: int, at: datetime) -> Part:
    if not plan.supplement:
        return at
    session, rng, texts = stage.session, plan.rng, stage.texts
    stage.hold(case_id, at)
    until, handler = local_date(at) + _FREE_DAYS, stage.handler_of(case_id)
    actions.ask_supplement(session, handler, case_id, texts.supplement, until, at, stage.rules)
    stage.issue(case_id, LetterKind.CORRECTION_NOTICE, at)
    if plan.outcome is Outcome.OTHER_CORRECTION_LAPSED:
        at = yield stage.after(rng, _evening(until), 1)
        actions.lapse(session, stage.staff.reviewer, case_id, "逾期没有补正，也没有说明理由。", at)
        return None
    at = yield at + timedelta(minutes=rng.randint(2 * 24 * 60, 14 * 24 * 60))
    actions.receive_supplement(
        session, CITIZEN, case_id, at, reason=texts.supplied, rules=stage.rules
    )
    return (yield stage.after(rng, at, 1))


def _asked_why(stage: Stage, plan: ApplicationPlan, case_id: int, at: datetime) -> Part:
    """Too many applications: the applicant is asked for reasons first (条例第三十五条)."""
    if plan.outcome is not Outcome.UNPROCESSED_EXCESSIVE:
        return at
    until = stage.rules.calendar.add_workdays(local_date(at), 7)
    told = {"reason": stage.texts.excessive, "until": until}
    stage.issue(case_id, LetterKind.REASONS_NOTICE, at, **told)
    return (yield stage.after(plan.rng, _evening(until), 1))


def _consulted(stage: Stage, plan: ApplicationPlan, case_id: int, at: datetime) -> Part:
    """A third party is asked; of those who may answer, some let their period pass."""
    if not plan.consulted:
        return at
    session, rng, texts = stage.session, plan.rng, stage.texts
    stage.hold(case_id, at)
    handler = stage.handler_of(case_id)
    party = rng.choice(texts.parties)
    asked = actions.consult(
        session,
        handler,
        case_id,
        PartyKind.THIRD_PARTY,
        party,
        texts.consultation,
        at,
        stage.rules,
    )
    stage.issue(case_id, LetterKind.THIRD_PARTY_CONSULTATION, at)
    is_denied = plan.outcome is Outcome.DENIED_THIRD_PARTY
    if not is_denied and rng.random() < 0.4:
        # The worker takes note of the silence in the night.
        return (yield stage.after(rng, _evening(asked.due_on + timedelta(days=1)), 1))
    at = yield stage.after(rng, at, rng.randint(3, 12))
    opinion = Opinion.OBJECTS_WITH_REASON if is_denied else Opinion.AGREES
    actions.receive_opinion(session, handler, case_id, opinion, at, rules=stage.rules)
    return at


def _charged(stage: Stage, plan: ApplicationPlan, case_id: int, at: datetime) -> Part:
    """A fee is asked for (条例第四十二条), and paid or not."""
    if not plan.charged:
        return at
    session, rng = stage.session, plan.rng
    stage.hold(case_id, at)
    notice = actions.charge_fee(
        session,
        stage.handler_of(case_id),
        case_id,
        True,
        rng.randint(41, 180),
        stage.texts.fee,
        at,
        stage.rules,
    )
    stage.issue(case_id, LetterKind.FEE_NOTICE, at, payment="凭通知书到银行缴入财政专户")
    if plan.outcome is Outcome.OTHER_FEE_LAPSED:
        at = yield stage.after(rng, _evening(notice.due_on), 1)
        actions.lapse(session, stage.staff.reviewer, case_id, "逾期没有缴纳信息处理费。", at)
        return None
    at = yield stage.after(rng, at, rng.randint(2, 9))
    actions.receive_fee(session, stage.staff.operator, case_id, at, rules=stage.rules)
    return at


def _answered(stage: Stage, plan: ApplicationPlan, case_id: int, at: datetime) -> Part:
    """Drafted, reviewed twice, approved, signed, sent and delivered."""
    session, staff, rng = stage.session, stage.staff, plan.rng
    at = yield from _until_drafting(stage, plan, case_id, at)
    stage.hold(case_id, at)
    text = stage.reply_text(case_id, plan.outcome, "", at)
    handler = stage.handler_of(case_id)
    draft = actions.draft_reply(session, handler, case_id, text, at, plan.outcome)
    at = yield stage.after(rng, at, 0)
    for kind in (CaseAction.SECRECY_REVIEW, CaseAction.LEGALITY_REVIEW):
        actions.review(session, staff.reviewer, case_id, kind, draft.text_hash, True, at)
    actions.approve(session, staff.reviewer, case_id, draft.text_hash, at)
    at = yield stage.after(rng, at, 0)
    actions.sign(session, staff.signer, case_id, draft.text_hash, at)
    at = yield stage.after(rng, at, 0)
    stage.send(case_id, at)
    at = yield stage.after(rng, at, rng.randint(0, 4))
    actions.deliver(session, staff.operator, case_id, local_date(at), at)
    return at


def _until_drafting(
    stage: Stage, plan: ApplicationPlan, case_id: int, at: datetime
) -> Generator[datetime, datetime, datetime]:
    rng, left = plan.rng, stage.workdays_left(case_id, at)
    if plan.extended and left > 2:
        at = yield stage.after(rng, at, left - 2)
        reason, signer = stage.texts.extension, stage.staff.signer
        actions.extend(
            stage.session, signer, case_id, rng.choice((10, 15, 20)), reason, at, stage.rules
        )
        stage.issue(case_id, LetterKind.EXTENSION_NOTICE, at)
        left = stage.workdays_left(case_id, at)
    spend = left + rng.randint(1, 4) if plan.late else round((left - 2) * rng.betavariate(3, 1.6))
    return (yield stage.after(rng, at, max(0, spend)))


def _contested(stage: Stage, plan: ApplicationPlan, case_id: int, at: datetime) -> Script:
    """Reconsideration, sometimes a suit after it; straight to court only where the law lets ."""
    rng = plan.rng
    may_sue = plan.outcome.remedy_class is RemedyClass.A and rng.random() < 0.4
    first = ContestKind.LITIGATION_DIRECT if may_sue else ContestKind.RECONSIDERATION
    at = yield stage.after(rng, at, rng.randint(8, 35))
    result = yield from _decided(stage, plan, case_id, first, at)
    is_upheld = first is ContestKind.RECONSIDERATION and result is ContestResult.UPHELD
    if is_upheld and rng.random() < 0.35:
        at = yield stage.after(rng, at, 55)
        yield from _decided(stage, plan, case_id, ContestKind.LITIGATION_AFTER, at)


def _decided(
    stage: Stage, plan: ApplicationPlan, case_id: int, kind: ContestKind, at: datetime
) -> Generator[datetime, datetime, ContestResult]:
    session, rng, handler = stage.session, plan.rng, stage.handler_of(case_id)
    contest = actions.record_contest(session, handler, case_id, kind, local_date(at), at)
    at = yield stage.after(rng, at, rng.randint(30, 45))
    results = (ContestResult.UPHELD, ContestResult.CORRECTED, ContestResult.OTHER)
    result = rng.choices(results, (0.7, 0.15, 0.15))[0]
    actions.decide_contest(session, handler, contest.id, result, local_date(at), at)
    return result


def _evening(day: date) -> datetime:
    """The end of a day: what begins after it begins the next."""
    return datetime(day.year, day.month, day.day, 23, 59, tzinfo=SHANGHAI).astimezone(UTC)
