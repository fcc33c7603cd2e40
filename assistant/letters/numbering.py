"""Letters in the database: given a number in their series and year, kept as they were written, found again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.cases.intake import text_hash
from assistant.cases.opening import local_date, next_number
from assistant.errors import Invalid, NotFound
from assistant.letters.compose import Composed, paragraphs_of
from assistant.letters.models import Letter
from assistant.letters.render.printed import PrintedLetter

ADDRESSEE_MAX = 100
_TITLE, _AGENCY, _SAMPLE, _OUTCOME = "title", "agency", "sample", "outcome"


def issue(
    session: Session,
    composed: Composed,
    *,
    case_id: int,
    author_id: int | None,
    now: datetime,
    data: Mapping[str, str] | None = None,
    sample: bool = False,
    year: int | None = None,
) -> Letter:
    """Keep the letter under the next number of its series in the year (of `now`, in Shanghai, unless given).

    A letter without a series is kept without a number. What is needed to render it again goes into `data` beside
    what the caller adds. `Invalid` for an addressee that is too long to be kept.
    """
    today = local_date(now)
    if len(composed.addressee or "") > ADDRESSEE_MAX:
        raise Invalid(f"收件人不能超过{ADDRESSEE_MAX}字。", field="addressee")
    number = composed.series and next_letter_number(session, composed.series, year or today.year)
    letter = Letter(
        case_id=case_id,
        kind=composed.kind.value,
        number=number,
        addressee=composed.addressee or "",
        body=composed.text,
        text_hash=text_hash(composed.text),
        data={**(data or {}), **_rendering(composed, sample)},
        issued_on=today,
        author_id=author_id,
        created_at=now,
    )
    session.add(letter)
    session.flush()
    return letter


def next_letter_number(session: Session, series: str, year: int) -> str:
    """The next 文号 of `series` in `year`: 示例林水公开〔2026〕12号. The number itself is written without zeros."""
    taken = next_number(session, series, year)
    return f"{series}〔{year}〕{int(taken.rpartition('-')[2])}号"


def letters_of(session: Session, case_id: int) -> list[Letter]:
    """The case's letters, oldest first."""
    query = select(Letter).where(Letter.case_id == case_id).order_by(Letter.id)
    return list(session.scalars(query))


def get_letter(session: Session, letter_id: int) -> Letter:
    """One letter; raises `NotFound`."""
    letter = session.get(Letter, letter_id)
    if letter is None:
        raise NotFound
    return letter


def printed(letter: Letter) -> PrintedLetter:
    """A kept letter made ready for rendering, from what was kept alone."""
    return PrintedLetter(
        number=letter.number,
        title=letter.data[_TITLE],
        addressee=letter.addressee or None,
        paragraphs=paragraphs_of(letter.body),
        agency=letter.data[_AGENCY] or None,
        issued_on=letter.issued_on,
        sample=letter.data[_SAMPLE] == "yes",
    )


def preview(composed: Composed, *, sample: bool) -> PrintedLetter:
    """A letter as it would look, before it has a number and a date."""
    return PrintedLetter(
        number=None,
        title=composed.title,
        addressee=composed.addressee,
        paragraphs=composed.paragraphs,
        agency=composed.agency,
        issued_on=None,
        sample=sample,
    )


def _rendering(composed: Composed, sample: bool) -> dict[str, str]:
    return {
        _TITLE: composed.title,
        _AGENCY: composed.agency or "",
        _SAMPLE: "yes" if sample else "no",
        _OUTCOME: composed.outcome.value if composed.outcome else "",
    }
