"""Letters in the database: numbered per series and year, kept whole, found again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest

from assistant.cases.intake import text_hash
from assistant.db import Database
from assistant.disclosure.outcomes import Outcome
from assistant.errors import Invalid, NotFound
from assistant.letters.compose import Composed, compose
from assistant.letters.kinds import LetterKind
from assistant.letters.models import Letter
from assistant.letters.numbering import get_letter, issue, letters_of, preview, printed
from assistant.letters.render import to_html
from tests.cases.conftest import NOW, Open, Staff
from tests.letters.samples import FACTS, finished, templates

REPLY = compose(Outcome.GRANTED, FACTS, templates()).with_text(finished(Outcome.GRANTED))
FEE = compose(LetterKind.FEE_NOTICE, FACTS, templates())
FORM = compose(LetterKind.REGISTER_FORM, FACTS, templates())


def issue_one(
    database: Database, case_id: int, letter: Composed, now: datetime = NOW
) -> tuple[int, str | None]:
    return database.write(
        lambda session: _facts(
            issue(session, letter, case_id=case_id, author_id=None, now=now, sample=True)
        )
    )


def _facts(letter: Letter) -> tuple[int, str | None]:
    return letter.id, letter.number


def test_numbers_count_up_within_their_series(database: Database, open_one: Open) -> None:
    case_id = open_one().case_id
    numbers = [
        issue_one(database, case_id, letter)[1] for letter in (REPLY, FEE, REPLY, REPLY, FEE)
    ]
    assert numbers == [
        "示例林水公开〔2026〕1号",
        "示例林水公开费〔2026〕1号",
        "示例林水公开〔2026〕2号",
        "示例林水公开〔2026〕3号",
        "示例林水公开费〔2026〕2号",
    ]


def test_numbers_begin_anew_with_the_year_in_shanghai(database: Database, open_one: Open) -> None:
    case_id = open_one().case_id
    last = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    first = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    assert issue_one(database, case_id, REPLY, last)[1] == "示例林水公开〔2026〕1号"
    assert issue_one(database, case_id, REPLY, first)[1] == "示例林水公开〔2027〕1号"


def test_form_is_kept_without_a_number(database: Database, open_one: Open) -> None:
    case_id = open_one().case_id
    numbers = [issue_one(database, case_id, FORM)[1] for _ in range(2)]
    assert numbers == [None, None]


def test_failed_write_gives_its_number_back(database: Database, open_one: Open) -> None:
    case_id = open_one().case_id

    def fail(session: object) -> None:
        issue(session, REPLY, case_id=case_id, author_id=None, now=NOW)  # type: ignore[arg-type]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        database.write(fail)
    assert issue_one(database, case_id, REPLY)[1] == "示例林水公开〔2026〕1号"


def test_letters_signed_at_once_get_different_numbers(database: Database, open_one: Open) -> None:
    case_id, together = open_one().case_id, Barrier(8)
    numbers: list[str | None] = []

    def sign() -> None:
        together.wait()
        numbers.append(issue_one(database, case_id, REPLY)[1])

    threads = [Thread(target=sign) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(str(one) for one in numbers) == [
        f"示例林水公开〔2026〕{n}号" for n in range(1, 9)
    ]


def test_letter_is_kept_whole_and_renders_again(
    database: Database, open_one: Open, staff: Staff
) -> None:
    case_id = open_one().case_id

    def sign(session: object) -> int:
        letter = issue(
            session,  # type: ignore[arg-type]
            REPLY,
            case_id=case_id,
            author_id=staff.reviewer.id,
            now=NOW,
            data={"draft": "7"},
            sample=True,
        )
        return letter.id

    letter_id = database.write(sign)
    with database.reading() as session:
        kept = get_letter(session, letter_id)
        assert kept.kind == LetterKind.REPLY_GRANTED
        assert kept.addressee == "王小明"
        assert kept.body == REPLY.text
        assert kept.text_hash == text_hash(REPLY.text)
        assert kept.issued_on == date(2026, 4, 27)
        assert kept.author_id == staff.reviewer.id
        assert kept.data["outcome"] == "granted"
        assert kept.data["draft"] == "7"
        page = to_html(printed(kept))
    assert "示例林水公开〔2026〕1号" in page
    assert "2026年4月27日" in page
    assert all(paragraph in page for paragraph in REPLY.paragraphs if "“" not in paragraph)


def test_form_comes_back_with_its_table(database: Database, open_one: Open) -> None:
    letter_id, _ = issue_one(database, open_one().case_id, FORM)
    with database.reading() as session:
        kept = printed(get_letter(session, letter_id))
    assert kept.paragraphs == FORM.paragraphs
    assert kept.agency is None
    assert kept.addressee is None


def test_letters_of_a_case_come_in_their_order(database: Database, open_one: Open) -> None:
    mine, other = open_one().case_id, open_one().case_id
    for letter in (FORM, REPLY, FEE):
        issue_one(database, mine, letter)
    issue_one(database, other, REPLY)
    with database.reading() as session:
        assert [one.kind for one in letters_of(session, mine)] == [
            "register_form",
            "reply_granted",
            "fee_notice",
        ]
        assert len(letters_of(session, other)) == 1


def test_unknown_letter_is_not_found(database: Database) -> None:
    with database.reading() as session, pytest.raises(NotFound):
        get_letter(session, 404)


def test_addressee_too_long_to_be_kept_is_refused(database: Database, open_one: Open) -> None:
    case_id = open_one().case_id
    with pytest.raises(Invalid) as refused:
        issue_one(database, case_id, replace(REPLY, addressee="王" * 101))
    assert refused.value.details["field"] == "addressee"


def test_preview_has_no_number_yet() -> None:
    page = preview(REPLY, sample=True)
    assert page.number is None
    assert page.issued_on is None
    assert page.paragraphs == REPLY.paragraphs
