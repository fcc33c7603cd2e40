"""What the same applicant, and others, have asked before: repeats, numbers, and what many want to know.

Advice for the officer, who decides. All queries are limited to a span of days by the receipt number, which begins with
the day and has an index; the day of receipt itself has none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.cases.opening import local_date
from assistant.disclosure.fees import FREE_ITEMS
from assistant.disclosure.outcomes import Outcome
from assistant.disclosure.sameness import Sameness, sameness
from assistant.language.text import bare, normalise

# How far back a repeat is looked for, and what others ask; both may be given otherwise.
REPEAT_DAYS = 3 * 366
OTHERS_DAYS = 366
# More than this many applications are not compared: the newest tell.
MOST_COMPARED = 5_000


@dataclass(frozen=True, slots=True)
class SameRequest:
    """An application for the same information. `beyond`: what the present one asks for besides."""

    case_id: int
    receipt_no: str
    received_on: date
    replied_at: datetime | None
    outcome: Outcome | None
    score: float
    is_exact: bool
    beyond: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reasonable:
    """Up to how many applications nobody asks why. The law names no number: the defaults are ours.

    `monthly` is what 国办函〔2020〕109号 leaves free of charge in a natural month; `yearly` is five times that;
    `repeated` counts answered applications for the very same information.
    """

    monthly: int = FREE_ITEMS
    yearly: int = 5 * FREE_ITEMS
    repeated: int = 2


REASONABLE = Reasonable()


@dataclass(frozen=True, slots=True)
class Excess:
    """Whether the numbers are conspicuous, which of them are, and what 条例第三十五条 then allows; true when any is."""

    reasons: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.reasons)

    @property
    def advice(self) -> str:
        """For the officer; empty when nothing is conspicuous."""
        if not self.reasons:
            return ""
        return (
            f"{'；'.join(self.reasons)}。申请的数量、频次是否明显超过合理范围，由您判断：认为明显超过的，可以要求申请人说明理由；"
            "理由不合理的，告知不予处理；理由合理但无法在规定期限内答复的，可以确定延迟答复的合理期限并告知申请人"
            "（《政府信息公开条例》第三十五条）；也可以收取信息处理费（第四十二条）。"
        )


def repeats(session: Session, case: Case, days: int = REPEAT_DAYS) -> list[SameRequest]:
    """Earlier answered applications of the same applicant for the same information (第三十六条第六项), best first."""
    if not _contacts(case):
        return []
    earlier = session.scalars(
        select(Case).where(
            *_within(case.received_on - timedelta(days=days), case.received_on),
            Case.id < case.id,
            Case.replied_at.is_not(None),
            _shares_contact(case),
        )
    )
    return _alike(case, (other for other in earlier if _is_same_applicant(case, other)))


def monthly_count(session: Session, case: Case, now: datetime) -> int:
    """Applications of this applicant in the natural month of `now`, for the fee by items (国办函〔2020〕109号)."""
    today = local_date(now)
    return count_between(session, case, today.replace(day=1), today)


def yearly_count(session: Session, case: Case, now: datetime) -> int:
    """Applications of this applicant in the twelve months up to `now`."""
    today = local_date(now)
    return count_between(session, case, today - timedelta(days=365), today)


def count_between(session: Session, case: Case, first: date, last: date) -> int:
    """Applications of this applicant received from `first` to `last`, this one too; the withdrawn apart."""
    if not _contacts(case):
        return int(first <= case.received_on <= last)
    rows = session.scalars(
        select(Case).where(*_within(first, last), _is_not_withdrawn(), _shares_contact(case))
    )
    return sum(_is_same_applicant(case, other) for other in rows)


def is_excessive(
    count: int, *, yearly: int = 0, repeated: int = 0, limits: Reasonable = REASONABLE
) -> Excess:
    """Whether the numbers ask for a look: `count` of this month, `yearly`, and answered `repeated` ones; pure.

    Never a decision: 条例第三十五条 asks whether the number is *unreasonable*, which no number alone tells.
    """
    found = (
        (count > limits.monthly, f"同一申请人本月已提出{count}件申请"),
        (yearly > limits.yearly, f"近一年已提出{yearly}件申请"),
        (repeated > limits.repeated, f"相同信息已答复过{repeated}次"),
    )
    return Excess(tuple(words for is_over, words in found if is_over))


def same_information(session: Session, case: Case, days: int = OTHERS_DAYS) -> list[SameRequest]:
    """What others have asked for the same information, one line an applicant, their newest.

    条例第四十四条: what several apply for and may be disclosed can be put on the list of proactive disclosure.
    """
    rows = session.scalars(
        select(Case)
        .where(
            *_within(case.received_on - timedelta(days=days), case.received_on),
            Case.id != case.id,
            _is_not_withdrawn(),
        )
        .order_by(Case.id.desc())
        .limit(MOST_COMPARED)
    )
    others: dict[tuple[str, str], Case] = {}
    for row in rows:
        if not _is_same_applicant(case, row) and _sameness(case, row) is not None:
            others.setdefault(_applicant(row), row)
    return _alike(case, others.values())


def _within(first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    after = last + timedelta(days=1)
    return (
        Case.receipt_no >= f"XD{first:%Y%m%d}",
        Case.receipt_no < f"XD{after:%Y%m%d}",
        Case.kind == CaseKind.DISCLOSURE,
    )


def _is_not_withdrawn() -> ColumnElement[bool]:
    """A withdrawn application is closed as 其他—其他 without a reply."""
    return or_(
        Case.outcome.is_(None), Case.outcome != Outcome.OTHER_OTHER, Case.replied_at.is_not(None)
    )


def _shares_contact(case: Case) -> ColumnElement[bool]:
    same: list[ColumnElement[bool]] = []
    if case.contact_phone:
        same.append(Case.contact_phone == case.contact_phone)
    if case.contact_email:
        same.append(func.lower(Case.contact_email) == case.contact_email.lower())
    return or_(*same)


def _contacts(case: Case) -> frozenset[str]:
    known = (case.contact_phone, case.contact_email and case.contact_email.lower())
    return frozenset(contact for contact in known if contact)


def _is_same_applicant(case: Case, other: Case) -> bool:
    """The same name, however it is written, and a telephone or an address in common."""
    return _name(case) == _name(other) and bool(_contacts(case) & _contacts(other))


def _name(case: Case) -> str:
    return bare(normalise(case.contact_name or ""))


def _applicant(case: Case) -> tuple[str, str]:
    return _name(case), min(_contacts(case), default="")


def _information(case: Case) -> str:
    return (case.details or {}).get("information", "") or case.text


def _sameness(case: Case, other: Case) -> Sameness | None:
    return sameness(_information(case), _information(other))


def _alike(case: Case, others: Iterable[Case]) -> list[SameRequest]:
    pairs = [(other, same) for other in others if (same := _sameness(case, other)) is not None]
    pairs.sort(key=lambda pair: (-pair[1].score, -pair[0].id))
    return [_as_request(other, same) for other, same in pairs]


def _as_request(case: Case, same: Sameness) -> SameRequest:
    return SameRequest(
        case_id=case.id,
        receipt_no=case.receipt_no,
        received_on=case.received_on,
        replied_at=case.replied_at,
        outcome=case.outcome,
        score=same.score,
        is_exact=same.is_exact,
        beyond=same.beyond,
    )
