"""The files of a case: handed in, looked at, handed out, erased. Every one of these is an audit event.

The verbs never commit. `attach` has the file on the disk before it writes the row; when the transaction fails
afterwards, `orphans` finds what is left and the worker's `sweep` takes it away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant import audit
from assistant.attachments.access import require_may_attach, require_may_fetch
from assistant.attachments.checks import MAX_FILES, OFFICE, PAPERS, check_file, refusal
from assistant.attachments.models import Attachment, AttachmentPurpose
from assistant.attachments.vault import Damaged, Vault
from assistant.cases.models import Case
from assistant.cases.states import ENDED_STATUSES
from assistant.db import Database
from assistant.errors import Forbidden, NotFound
from assistant.staff.roles import CITIZEN, Actor, Role

# No upload takes so long: a file this old without a row will never have one.
STRAY_FOR = timedelta(days=1)
_GONE = "这份文件已经按规定删除。"


def attach(
    session: Session,
    vault: Vault,
    case: Case,
    purpose: AttachmentPurpose,
    file_name: str,
    content: bytes,
    actor: Actor,
    now: datetime,
) -> Attachment:
    """Keep a file with the case; the same content sent again is the same attachment.

    Raises `Invalid` (`field="file"`) for a file that is not taken or one too many, `Forbidden` and `Conflict`
    when this person, or this state of the case, may not add to it.
    """
    require_may_attach(case, purpose, actor)
    kinds = PAPERS | OFFICE if purpose is AttachmentPurpose.REPLY else PAPERS
    checked = check_file(file_name, content, kinds)
    digest = hashlib.sha256(content).hexdigest()
    # Looking into a file takes its time; only now do the others wait, and two files sent at once are counted in turn.
    audit.hold(session)
    case = session.get_one(Case, case.id, populate_existing=True)
    require_may_attach(case, purpose, actor)
    kept = _kept(session, case.id, purpose)
    for known in kept:
        if known.sha256 == digest:
            return known
    if len(kept) >= MAX_FILES:
        raise refusal(f"{purpose.label}最多上传{MAX_FILES}个文件。")
    attachment = Attachment(
        case_id=case.id,
        purpose=purpose,
        file_name=checked.file_name,
        media_type=checked.media_type,
        size=len(content),
        sha256=digest,
        uploaded_by=actor.id,
        uploaded_at=now,
    )
    attachment.stored_as = vault.seal(content, _about(attachment))
    try:
        session.add(attachment)
        session.flush()
        _log(session, attachment, "attach", actor, now)
    except Exception:
        vault.erase(attachment.stored_as)
        raise
    return attachment


def fetch(
    session: Session, vault: Vault, attachment_id: int, actor: Actor, now: datetime
) -> tuple[Attachment, bytes]:
    """A file for a member of staff, and the record that they looked at it.

    Raises `NotFound`, `Forbidden`, and `Damaged` for a file that is no longer what was handed in.
    """
    attachment = _load(session, attachment_id)
    case = session.get_one(Case, attachment.case_id, populate_existing=True)
    require_may_fetch(case, attachment.purpose, actor)
    return _opened(session, vault, attachment, actor, now)


def fetch_for_citizen(
    session: Session, vault: Vault, case_id: int, attachment_id: int, now: datetime
) -> tuple[Attachment, bytes]:
    """What came with the reply to their own case, once it has been sent; the caller has checked number and code.

    Anything else of the case, or of another's, is one and the same `NotFound`.
    """
    attachment = _load(session, attachment_id)
    case = session.get_one(Case, attachment.case_id, populate_existing=True)
    is_theirs = case.id == case_id and attachment.purpose is AttachmentPurpose.REPLY
    if not is_theirs or not _is_replied(case):
        raise NotFound
    return _opened(session, vault, attachment, CITIZEN, now)


def list_of(session: Session, case_id: int) -> Sequence[Attachment]:
    """All files of a case, oldest first; those with `erased_at` have no content any more."""
    return session.scalars(
        select(Attachment).where(Attachment.case_id == case_id).order_by(Attachment.id)
    ).all()


def list_for_citizen(session: Session, case_id: int) -> Sequence[Attachment]:
    """What `fetch_for_citizen` would hand out."""
    case = session.get(Case, case_id, populate_existing=True)
    if case is None or not _is_replied(case):
        return []
    return _kept(session, case_id, AttachmentPurpose.REPLY)


def erase(
    session: Session, vault: Vault, attachment_id: int, actor: Actor, now: datetime
) -> Attachment:
    """Destroy the content and the name it was given; that there was a file stays known. Twice is once."""
    if actor.role is not Role.ADMINISTRATOR:
        raise Forbidden
    audit.hold(session)
    attachment = _load(session, attachment_id)
    if attachment.erased_at is None:
        attachment.erased_at = now
        attachment.file_name = f"已删除的{attachment.purpose.label}"
        session.flush()
        _log(session, attachment, "erase", actor, now)
    # Last: should the commit fail, a row without a file is what was asked for, and this can be done again.
    vault.erase(attachment.stored_as)
    return attachment


def orphans(session: Session, vault: Vault, written_before: datetime | None = None) -> list[str]:
    """Stored files that no row speaks for: left by a crash before the commit, or by an erasure cut short.

    A file is there a moment before its row: whoever sweeps gives an hour ago as `written_before`.
    """
    moment = written_before.timestamp() if written_before else None
    stored = list(vault.names(moment))  # before the rows: what is committed meanwhile is no orphan
    known = set(session.scalars(select(Attachment.stored_as).where(Attachment.erased_at.is_(None))))
    return [name for name in stored if name not in known]


def sweep(database: Database, vault: Vault, now: datetime) -> int:
    """Erase the orphans older than a day, somebody's papers with no case to them; returns how many.

    None at all while the database knows not one of the stored files: then it is the wrong one, or an empty one.
    """
    with database.reading() as session:
        stray = orphans(session, vault, now - STRAY_FOR)
        if not stray or set(vault.names()).issubset(orphans(session, vault)):
            return 0
    for stored_as in stray:
        vault.erase(stored_as)
    return len(stray)


def _opened(
    session: Session, vault: Vault, attachment: Attachment, actor: Actor, now: datetime
) -> tuple[Attachment, bytes]:
    if attachment.erased_at is not None:
        raise NotFound(_GONE)
    content = vault.open(attachment.stored_as, _about(attachment))
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise Damaged
    _log(session, attachment, "fetch", actor, now)
    return attachment, content


def _kept(session: Session, case_id: int, purpose: AttachmentPurpose) -> Sequence[Attachment]:
    return session.scalars(
        select(Attachment)
        .where(
            Attachment.case_id == case_id,
            Attachment.purpose == purpose,
            Attachment.erased_at.is_(None),
        )
        .order_by(Attachment.id)
    ).all()


def _load(session: Session, attachment_id: int) -> Attachment:
    attachment = session.get(Attachment, attachment_id, populate_existing=True)
    if attachment is None:
        raise NotFound
    return attachment


def _is_replied(case: Case) -> bool:
    """The reply has left; a case that was withdrawn or lapsed has ended without one."""
    return case.status in ENDED_STATUSES and case.replied_at is not None


def _about(attachment: Attachment) -> bytes:
    """What a stored file is bound to besides its name: its case and what is known of it."""
    facts = (
        attachment.case_id,
        attachment.purpose.value,
        attachment.media_type,
        attachment.sha256,
    )
    return "\n".join(map(str, facts)).encode()


def _log(
    session: Session, attachment: Attachment, action: str, actor: Actor, now: datetime
) -> None:
    data: dict[str, audit.Scalar] = {
        "case": attachment.case_id,
        "purpose": attachment.purpose.value,
        "sha256": attachment.sha256,
    }
    audit.append(session, "attachment", attachment.id, action, actor, now, data)
