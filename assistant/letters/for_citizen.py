"""Which letters of a case its applicant may have again: those written to them, and none written about them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from assistant.errors import NotFound
from assistant.letters.kinds import REPLY_KINDS, LetterKind
from assistant.letters.models import Letter
from assistant.letters.numbering import letters_of

# Third parties and other bodies get letters too, and two forms are the bureau's own: none of these.
TO_APPLICANT = REPLY_KINDS | {
    LetterKind.INQUIRY_REPLY,
    LetterKind.RECEIPT,
    LetterKind.CORRECTION_NOTICE,
    LetterKind.REASONS_NOTICE,
    LetterKind.EXTENSION_NOTICE,
    LetterKind.CONSULTATION_NOTICE,
    LetterKind.FEE_NOTICE,
}


def letters_for_citizen(session: Session, case_id: int) -> Sequence[Letter]:
    """The letters to the applicant, oldest first; the caller has checked number and code."""
    return [one for one in letters_of(session, case_id) if LetterKind(one.kind) in TO_APPLICANT]


def letter_for_citizen(session: Session, case_id: int, letter_id: int) -> Letter:
    """One of these; any other letter, and another's, is one and the same `NotFound`."""
    for letter in letters_for_citizen(session, case_id):
        if letter.id == letter_id:
            return letter
    raise NotFound
