"""Putting a reply on the website, a decision of its own: proposed by one, decided by another, withdrawn by few.

What is published is the reply that was sent, word for word, with nothing but covers in it (条例第十七条: what is
published is examined for secrecy before). Personal data are no part of it, whatever the ground: consent lets the
matter be shown, not the person (个人信息保护法第二十五条).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from assistant import audit
from assistant.audit import Scalar
from assistant.cases.actions.moving import is_own_office, load, staff_id
from assistant.cases.intake import (
    NOTE_MAX,
    TEXT_MAX,
    checked_line,
    checked_text,
    text_hash,
)
from assistant.cases.kinds import Resolution
from assistant.cases.models import Case, ReplyDraft
from assistant.cases.opening import local_date
from assistant.errors import Conflict, Forbidden, Invalid, NotFound
from assistant.publication.models import Publication, PublicationBasis, PublicationStatus
from assistant.publication.person import Person
from assistant.publication.wording import own_words, reply_as_sent, require_no_findings
from assistant.staff.roles import Actor, Role

TITLE_MAX = 80
PROPOSERS = frozenset({Role.HANDLER, Role.REVIEWER, Role.PUBLISHER})
PUBLISHERS = frozenset({Role.PUBLISHER})
WITHDRAWERS = frozenset({Role.PUBLISHER, Role.SUPERVISOR, Role.ADMINISTRATOR})
_LIVE = (PublicationStatus.PROPOSED, PublicationStatus.PUBLISHED)


def propose(
    session: Session,
    actor: Actor,
    case_id: int,
    title: str,
    question: str,
    reply: str,
    basis: PublicationBasis,
    now: datetime,
    *,
    also: Collection[str] = (),
    keep: Collection[str] = (),
) -> Publication:
    """Propose the case's sent reply for the website.

    `reply` is the masked preview of what was sent, in which the editor may have marked more to cover; other wording
    is `Invalid`. `question` and `title` may be shortened, and are `Invalid` while they hold personal data. `also` and
    `keep` as in `masking.preview`. `Conflict` when the case is not answered, not of a kind that is published, without
    the consent that `basis` speaks of, or already proposed or published.
    """
    case = load(session, case_id)
    _require_proposer(actor, case)
    draft = require_publishable(session, case)
    _require_basis(case, basis)
    person = person_of(case)
    texts = {
        "title": own_words(checked_line(title, TITLE_MAX, "title"), "title", person, also, keep),
        "question": own_words(
            checked_text(question, TEXT_MAX, "question"), "question", person, also, keep
        ),
        "reply": reply_as_sent(draft.text, reply, person, also, keep),
    }
    # Of two who propose at once the second waits here, and then hears of the first.
    audit.hold(session)
    _require_draft(session, case.id, draft.id)
    _require_none_live(session, case.id)
    proposed = Publication(
        case_id=case.id,
        draft_id=draft.id,
        status=PublicationStatus.PROPOSED,
        basis=basis,
        **{name: seen.text for name, seen in texts.items()},
        masked={name: [list(span) for span in seen.spans] for name, seen in texts.items()},
        text_hash=publication_hash(*(seen.text for seen in texts.values())),
        received_on=case.received_on,
        replied_on=local_date(draft.sent_at or now),
        office_id=case.office_id,
        kind=case.kind.value,
        proposed_by=staff_id(actor),
        proposed_at=now,
    )
    session.add(proposed)
    session.flush()
    _log(session, proposed, "propose", actor, now, {"basis": basis.value})
    return proposed


def publish(
    session: Session,
    actor: Actor,
    publication_id: int,
    seen_hash: str,
    now: datetime,
    *,
    secrecy_reviewed: bool,
) -> Publication:
    """Put the proposal on the website; never one's own.

    `seen_hash` says which wording the publisher has read, `secrecy_reviewed` that they hold it free of state and work
    secrets (条例第十七条). The case must still stand as it was answered.
    """
    proposed = _load(session, publication_id)
    _require_second_person(actor, proposed)
    _require_status(proposed, PublicationStatus.PROPOSED)
    if not secrecy_reviewed:
        raise Invalid(
            "公开前必须做保密审查，请确认内容不涉及国家秘密、工作秘密。", field="secrecy_reviewed"
        )
    if seen_hash != publication_hash(proposed.title, proposed.question, proposed.reply):
        raise Conflict("您看到的内容已经变化，请刷新后重新审阅。")
    audit.hold(session)
    case = _require_draft(session, proposed.case_id, proposed.draft_id)
    _require_basis(case, proposed.basis)
    changes = {
        "status": PublicationStatus.PUBLISHED,
        "decided_by": staff_id(actor),
        "published_at": now,
    }
    _save(session, proposed, changes)
    _log(session, proposed, "publish", actor, now, {"secrecy_reviewed": True})
    return proposed


def refuse(
    session: Session, actor: Actor, publication_id: int, reason: str, now: datetime
) -> Publication:
    """Decide against the proposal, with a reason for the colleague who made it; another may follow."""
    words = checked_text(reason, NOTE_MAX, "reason")
    proposed = _load(session, publication_id)
    _require_second_person(actor, proposed)
    _require_status(proposed, PublicationStatus.PROPOSED)
    changes = {"status": PublicationStatus.REFUSED, "decided_by": staff_id(actor), "reason": words}
    _save(session, proposed, changes)
    _log(session, proposed, "refuse", actor, now, {"reason_hash": text_hash(words)})
    return proposed


def withdraw(
    session: Session, actor: Actor, publication_id: int, reason: str, now: datetime
) -> Publication:
    """Take a published reply off the website; the reason is shown in its place, so it names nobody."""
    words = checked_text(reason, NOTE_MAX, "reason")
    shown = _load(session, publication_id)
    if actor.role not in WITHDRAWERS:
        raise Forbidden("撤下已公开的答复，由公开发布人、督办或者管理员办理。")
    _require_status(shown, PublicationStatus.PUBLISHED)
    case = session.get_one(Case, shown.case_id, populate_existing=True)
    require_no_findings(words, "reason", person_of(case), ())
    changes = {
        "status": PublicationStatus.WITHDRAWN,
        "withdrawn_by": staff_id(actor),
        "withdrawn_at": now,
        "reason": words,
    }
    _save(session, shown, changes)
    _log(session, shown, "withdraw", actor, now, {"reason_hash": text_hash(words)})
    return shown


def require_publishable(session: Session, case: Case) -> ReplyDraft:
    """The reply that was sent, where it can be published at all; else `Conflict` with the reason."""
    if not case.kind.rule.may_be_published:
        raise Conflict(f"“{case.kind.label}”的答复不在网站公开。")
    draft = session.scalar(
        select(ReplyDraft)
        .where(ReplyDraft.case_id == case.id, ReplyDraft.sent_at.is_not(None))
        .order_by(ReplyDraft.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if case.resolution is not Resolution.ANSWERED or draft is None:
        raise Conflict("这件还没有答复，不能公开。")
    return draft


def person_of(case: Case) -> Person:
    """Whose data must not be in what is published of the case."""
    numbers = (case.receipt_no, case.register_no, case.external_no)
    return Person(
        case.contact_name, case.contact_phone, case.contact_email, tuple(filter(None, numbers))
    )


def has_consent(case: Case) -> bool:
    """Whether who wrote has agreed to publication."""
    return (case.details or {}).get("consent_publication") == "yes"


def publication_hash(title: str, question: str, reply: str) -> str:
    """SHA-256 of what is shown: what the publisher's decision is bound to."""
    return text_hash(json.dumps([title, question, reply], ensure_ascii=False))


def _require_proposer(actor: Actor, case: Case) -> None:
    if actor.role not in PROPOSERS:
        raise Forbidden("提出公开由承办人、审核人或者公开发布人办理。")
    if actor.role is Role.HANDLER and not is_own_office(actor, case.office_id):
        raise Forbidden("这件由别的处室承办，您不能代为处理。")


def _require_second_person(actor: Actor, proposed: Publication) -> None:
    if actor.role not in PUBLISHERS:
        raise Forbidden("公开审查由公开发布人办理。")
    if actor.id == proposed.proposed_by:
        raise Forbidden("不能审查自己提出的公开，请由另一位公开发布人办理。")


def _require_status(publication: Publication, status: PublicationStatus) -> None:
    if publication.status is not status:
        raise Conflict(f"这条现在是“{publication.status.label}”，不能进行这项操作。")


def _require_draft(session: Session, case_id: int, draft_id: int) -> Case:
    """The case, which must still be answered by this very reply."""
    case = load(session, case_id)
    if require_publishable(session, case).id != draft_id:
        raise Conflict("这件后来又作了新的答复，请按新的答复重新提出公开。")
    return case


def _require_none_live(session: Session, case_id: int) -> None:
    live = session.scalar(
        select(Publication.id)
        .where(Publication.case_id == case_id, Publication.status.in_(_LIVE))
        .limit(1)
    )
    if live is not None:
        raise Conflict("这件的答复已经提出公开或者已经公开。")


def _require_basis(case: Case, basis: PublicationBasis) -> None:
    if basis is PublicationBasis.CONSENT and not has_consent(case):
        raise Conflict("来信人没有同意公开，只能匿名处理后公开。")


def _load(session: Session, publication_id: int) -> Publication:
    publication = session.get(Publication, publication_id, populate_existing=True)
    if publication is None:
        raise NotFound
    return publication


def _save(session: Session, publication: Publication, changes: Mapping[str, object]) -> None:
    """Compare-and-set: the UPDATE asks for the version that was read, so a race has one winner."""
    audit.hold(session)
    try:
        with session.begin_nested():
            for name, value in changes.items():
                setattr(publication, name, value)
    except StaleDataError:
        session.refresh(publication)
        raise Conflict from None


def _log(
    session: Session,
    publication: Publication,
    action: str,
    actor: Actor,
    now: datetime,
    data: Mapping[str, Scalar],
) -> None:
    known: dict[str, Scalar] = {
        "case": publication.case_id,
        "draft": publication.draft_id,
        "text_hash": publication.text_hash,
    }
    audit.append(session, "publication", publication.id, action, actor, now, {**known, **data})
