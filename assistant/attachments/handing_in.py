"""Words and papers that come together: a case with its files, a supplement with its. Both are kept, or neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from assistant.attachments.models import AttachmentPurpose
from assistant.attachments.store import attach
from assistant.attachments.vault import Vault
from assistant.cases.actions.citizen import bring_supplement
from assistant.cases.actions.moving import load
from assistant.cases.actions.opening import open_case
from assistant.cases.intake import NewCase
from assistant.cases.models import Case
from assistant.cases.opening import Receipt
from assistant.cases.rules import Rules
from assistant.cases.states import ENDED_STATUSES, CaseStatus
from assistant.errors import Conflict
from assistant.staff.roles import CITIZEN


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as it was sent, not yet part of any case."""

    purpose: AttachmentPurpose
    file_name: str
    content: bytes


def open_with_files(
    session: Session,
    vault: Vault,
    request: NewCase,
    files: Sequence[NewFile],
    now: datetime,
    rules: Rules,
) -> Receipt:
    """Take a submission in with its files; the same form again gives the same receipt and keeps nothing twice."""
    receipt = open_case(session, request, now, rules)
    case = load(session, receipt.case_id)
    if case.status not in ENDED_STATUSES:  # a form sent again after the reply
        _keep(session, vault, case, files, now)
    return receipt


def supplement_with_files(
    session: Session,
    vault: Vault,
    case_id: int,
    text: str,
    files: Sequence[NewFile],
    now: datetime,
    rules: Rules,
) -> Case:
    """Hand in a supplement, in words, in files, or both (条例第三十条)."""
    case = bring_supplement(session, case_id, text, now, rules, with_files=bool(files))
    _keep(session, vault, case, files, now)
    return case


def add_identity(
    session: Session, vault: Vault, case_id: int, files: Sequence[NewFile], now: datetime
) -> Case:
    """Hand in proof of identity after the application, until both sides have confirmed it (条例第二十九、三十一条)."""
    case = load(session, case_id)
    if case.status is not CaseStatus.SUBMITTED:
        raise Conflict("双方已经确认，不用再交身份证明。")
    _keep(session, vault, case, files, now)
    return case


def _keep(
    session: Session, vault: Vault, case: Case, files: Sequence[NewFile], now: datetime
) -> None:
    for file in files:
        attach(session, vault, case, file.purpose, file.file_name, file.content, CITIZEN, now)
