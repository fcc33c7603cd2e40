"""Two sample years: by the real verbs, the same from the same seed, and never beside anything real."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant import audit
from assistant.cases.actions import open_case
from assistant.cases.intake import Channel
from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case, Rating
from assistant.cases.rules import SHIPPED
from assistant.conversation.models import Message
from assistant.db import Database
from assistant.disclosure.form import ApplicantClass
from assistant.disclosure.models import Consultation, Contest, FeeNotice
from assistant.disclosure.outcomes import Outcome
from assistant.errors import Conflict
from assistant.knowledge import store
from assistant.knowledge.files import Loaded
from assistant.knowledge.models import KnowledgeRecord
from assistant.knowledge.shelf import Shelf, load_shelf
from assistant.language.privacy import mask
from assistant.letters.models import Letter
from assistant.migrations import migrate
from assistant.notices.models import Notice
from assistant.publication.masking import findings
from assistant.samples import chats, plans
from assistant.samples.mark import holds_samples, mark_as_sample
from assistant.samples.queue import load_samples, read_samples
from assistant.samples.reports import Press, publish_reports
from assistant.samples.texts import Matter, read_texts
from assistant.samples.years import Years, load_years
from assistant.service import Service
from assistant.settings import PROJECT_DIR, Settings
from assistant.statistics.applications import application_table
from assistant.statistics.facts import Key
from assistant.statistics.gathering import gather_all
from assistant.statistics.models import CaseDay, MessageDay
from assistant.statistics.periods import Year
from assistant.statistics.reports.building import Publisher
from assistant.statistics.reports.reading import changes_in, get_published, published_reports
from assistant.statistics.verifying import verify
from tests.cases.conftest import a_request

NOW = datetime(2026, 11, 27, 1, 30, tzinfo=UTC)
TEXTS = read_texts(PROJECT_DIR)
# Enough that every kind of thing happens, and few enough for a test.
FEW = dict.fromkeys(plans.COUNTS, 4)


Figures = Counter[tuple[object, ...]]


@pytest.fixture
def known(database: Database, loaded: Loaded) -> Database:
    """The sample bureau's knowledge, and nothing else."""
    return _with_knowledge(database, loaded)


@pytest.fixture(scope="module", autouse=True)
def _few() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plans, "COUNTS", FEW)
        patch.setattr(plans, "APPLICATIONS", 46)
        patch.setattr(chats, "CONVERSATIONS", 60)
        patch.setattr(chats, "FOLLOWED", 8)
        yield


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory, loaded: Loaded) -> Iterator[Database]:
    """Another database with the sample bureau's knowledge. Nobody is heard here, so it needs no vectors."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('years') / 'xunda.db'}")
    migrate(database)
    yield _with_knowledge(database, loaded)
    database.close()


@pytest.fixture(scope="module")
def shelf(other: Database) -> Shelf:
    with other.reading() as session:
        return load_shelf(session, None)


@pytest.fixture(scope="module")
def reference(other: Database, shelf: Shelf, _few: None) -> Figures:
    """The figures of the other database with the same seed and day."""
    assert load(other, shelf) is not None
    return figures(other)


def _with_knowledge(database: Database, loaded: Loaded) -> Database:
    database.write(lambda s: store.import_knowledge(s, loaded, NOW))
    return database


def load(database: Database, shelf: Shelf) -> Years | None:
    return database.write(lambda s: load_years(s, PROJECT_DIR, shelf, SHIPPED, NOW))


def figures(database: Database) -> Figures:
    gather_all(database, NOW)
    columns = [getattr(CaseDay, name) for name in (*Key.__slots__, "count")]
    with database.reading() as session:
        cells = {tuple(row[:-1]): row[-1] for row in session.execute(select(*columns))}
        asked = session.execute(select(MessageDay.day, MessageDay.outcome, MessageDay.record_id))
        return Counter(cells) + Counter(tuple(row) for row in asked)


def test_two_years_hold_together(known: Database, shelf: Shelf, reference: Figures) -> None:
    """One load, looked at from every side: loading is what takes the time."""
    done = load(known, shelf)
    assert done is not None
    assert done.cases >= 80
    assert figures(known) == reference
    with known.reading() as session:
        assert holds_samples(session)
        assert audit.verify(session) is None
        assert verify(session) == []
        _require_variety(session)
        _require_tables_to_add_up(session)
        _require_nobody_is_told(session)
    assert load(known, shelf) is None
    # The queue to practise on comes beside them.
    samples = read_samples(PROJECT_DIR)
    assert known.write(lambda s: load_samples(s, samples, NOW, SHIPPED)) == len(samples)


def test_real_case_keeps_them_out(known: Database, shelf: Shelf) -> None:
    samples = read_samples(PROJECT_DIR)
    known.write(lambda s: load_samples(s, samples, NOW, SHIPPED))
    request = a_request()
    known.write(lambda s: open_case(s, request, NOW))
    with pytest.raises(Conflict, match="别的件"):
        load(known, shelf)
    with known.reading() as session:
        assert not holds_samples(session)
        assert session.scalar(select(func.count(Message.id))) == 0


def test_real_bureau_keeps_them_out(known: Database, shelf: Shelf) -> None:
    bureau = shelf.bureau.model_copy(update={"sample": False})
    real = replace(shelf, records={**shelf.records, "bureau": bureau})
    with pytest.raises(Conflict, match="示例单位"):
        load(known, real)


def test_bureau_is_a_sample_for_good(tmp_path: Path, loaded: Loaded) -> None:
    """Whatever it says of itself later: every page, file and letter asks the shelf."""
    settings = Settings(data_dir=tmp_path, database_url="")
    database = Database(settings.url)
    migrate(database)
    _with_knowledge(database, _as_real(loaded))
    assert not _says_sample(settings)
    database.write(lambda s: mark_as_sample(s, 1, NOW))
    database.close()
    assert _says_sample(settings)


def _says_sample(settings: Settings) -> bool:
    service = Service(settings, with_encoder=False)
    try:
        return service.shelf.bureau.sample
    finally:
        service.close()


def _as_real(loaded: Loaded) -> Loaded:
    """The same knowledge of a bureau that says it is real."""
    records = [
        (file, record.model_copy(update={"sample": False}) if record.id == "bureau" else record)
        for file, record in loaded.records
    ]
    return replace(loaded, records=records)


@pytest.mark.parametrize("matter", TEXTS.matters, ids=lambda matter: matter.title)
def test_wording_names_nobody(matter: Matter) -> None:
    assert len(matter.reply) in (1, len(matter.text))
    for wording, number in product(range(len(matter.text)), range(12)):
        text = TEXTS.fill(matter.text[wording], Random(number), NOW.date())
        for one in (
            text,
            matter.reply_to(wording),
            *[matter.title] * matter.kind.rule.may_be_published,
        ):
            assert not mask(one).found
            assert not findings(one)


def test_names_say_that_they_are_made_up() -> None:
    marks = ("示例", "样本", "范例", "演示", "虚拟", "样例")
    named = [*TEXTS.names, *TEXTS.parties]
    named += [name for names in TEXTS.organisations.values() for name in names]
    assert [name for name in named if not any(mark in name for mark in marks)] == []


def _require_variety(session: Session) -> None:
    cases = session.scalars(select(Case)).all()
    assert {case.kind for case in cases} == set(CaseKind)
    assert {case.channel for case in cases} >= {Channel.WEB, Channel.CHAT, Channel.HOTLINE}
    outcomes = Counter(case.outcome for case in cases if case.outcome)
    assert [outcome for outcome in Outcome if outcomes[outcome] < 2] == []
    assert min(case.received_on for case in cases) >= date(2024, 11, 27)
    assert max(case.received_on for case in cases) <= date(2026, 11, 26)
    for happened in (FeeNotice.id, Consultation.id, Contest.id, Rating.case_id, Letter.id):
        assert session.scalar(select(func.count(happened)))
    known = set(session.scalars(select(KnowledgeRecord.id)))
    told = session.scalars(select(Message.answer_id).where(Message.answer_id.is_not(None)))
    assert set(told) <= known
    filed = session.scalars(select(Case.conversation_id).where(Case.channel == Channel.CHAT))
    assert None not in set(filed)


def _require_tables_to_add_up(session: Session) -> None:
    year = Year(2025)
    whole = application_table(session, year.span)
    quarters = [application_table(session, quarter.span) for quarter in year.quarters]
    for applicant, outcome in product(ApplicantClass, Outcome):
        parts = sum(quarter.results[outcome][applicant] for quarter in quarters)
        assert whole.results[outcome][applicant] == parts
    for applicant in ApplicantClass:
        came = whole.received[applicant] + whole.carried_in[applicant]
        assert came == whole.of_class(applicant) + whole.carried_out[applicant]
        assert quarters[0].carried_in[applicant] == whole.carried_in[applicant]
        assert quarters[-1].carried_out[applicant] == whole.carried_out[applicant]
    assert whole.closed


def _require_nobody_is_told(session: Session) -> None:
    recent = Notice.delivered_at.is_(None) | (Notice.delivered_at >= NOW - timedelta(days=3))
    assert session.scalar(select(func.count(Notice.id)).where(recent)) == 0


def test_reports_of_the_last_year_are_published_and_one_of_them_corrected(
    other: Database, shelf: Shelf, reference: Figures
) -> None:
    publisher = Publisher.of(shelf.bureau, shelf.documents())
    press = Press.of(other, publisher, SHIPPED.calendar, NOW)
    assert publish_reports(press, TEXTS.report) == 3
    with other.reading() as session:
        found = published_reports(session)
        assert {(one.period.key, one.version) for one in found} == {
            ("2025", 1),
            ("2025-Q4", 1),
            ("2025-Q4", 2),
        }
        corrected = next(one for one in found if one.version == 2)
        change = changes_in(session, corrected.id)
        assert change is not None
        assert change.texts
        assert not change.cells
        for one in found:
            assert get_published(session, one.id).data["sample"] is True
