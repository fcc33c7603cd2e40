"""Cases told in `hand_worked.yaml`, played by the verbs people use; step by step in the order they happened."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.cases import actions
from assistant.cases.actions.clockwork import CHORES, LOG_OVERDUE, RESUME_SILENT
from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.cases.rules import SHIPPED
from assistant.cases.states import CaseStatus
from assistant.conversation.models import Conversation, Message
from assistant.db import Database
from assistant.disclosure.contests import ContestKind, ContestResult
from assistant.disclosure.form import ApplicantClass, Delivery, DisclosureForm
from assistant.disclosure.models import Contest
from assistant.disclosure.outcomes import Outcome
from assistant.disclosure.parties import Opinion, PartyKind
from assistant.settings import SHANGHAI
from assistant.staff.roles import CITIZEN
from assistant.statistics.models import OpeningFigure
from tests.cases.conftest import a_request
from tests.cases.roads import PAYMENT, People, Way

FILE = Path(__file__).with_name("hand_worked.yaml")
TELLING: Mapping[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
STORIES: Mapping[str, Mapping[str, Any]] = TELLING["cases"]


@dataclass
class Stage:
    """The database being filled: its people, and the cases and conversations by their name in the file."""

    database: Database
    people: People
    cases: dict[str, int] = field(default_factory=dict)
    talks: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, order=True)
class Step:
    """One line of a story."""

    at: datetime
    place: int
    name: str
    verb: str
    words: tuple[str, ...]


Turn = Callable[[Way, Stage, Step], object]


def moment(day: str, time: str) -> datetime:
    """An instant of the story, Asia/Shanghai."""
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=SHANGHAI)


def play(database: Database, people: People, only: Collection[str] = tuple(STORIES)) -> Stage:
    """Everything the file tells, or only the cases named, in a database without cases."""
    stage = Stage(database, people)
    database.write(lambda session: _open_books(session, stage))
    database.write(lambda session: _chat(session, stage))
    for step in _steps(only):
        database.write(lambda session, step=step: _take(session, stage, step))  # type: ignore[misc]
    return stage


def _steps(only: Collection[str]) -> list[Step]:
    told = [(name, line) for name in only for line in STORIES[name]["steps"]]
    told += [("", f"{line} work") for line in TELLING["worker"]]
    steps = []
    for place, (name, line) in enumerate(told):
        day, time, verb, *words = line.split()
        steps.append(Step(moment(day, time), place, name, verb, tuple(words)))
    return sorted(steps)


def _take(session: Session, stage: Stage, step: Step) -> None:
    way = Way(session, stage.people, step.at)
    if step.verb in ("apply", "file", "work"):
        _BEGINNINGS[step.verb](way, stage, step)
        return
    way.receipt = _Known(stage.cases[step.name])  # type: ignore[assignment]
    TURNS[step.verb](way, stage, step)


@dataclass
class _Known:
    """What `Way` needs of a receipt."""

    case_id: int


def _apply(way: Way, stage: Stage, step: Step) -> None:
    form = DisclosureForm(step.name, ApplicantClass(step.words[0]), Delivery.EMAIL)
    request = a_request(kind=CaseKind.DISCLOSURE, disclosure=form)
    stage.cases[step.name] = actions.open_case(way.session, request, way.now).case_id


def _file(way: Way, stage: Stage, step: Step) -> None:
    kind = CaseKind(step.words[0])
    talk = stage.talks[step.words[1]] if len(step.words) > 1 else None
    request = a_request(kind=kind, conversation_id=talk)
    who = CITIZEN if kind.rule.by_public else way.people.operator
    stage.cases[step.name] = actions.open_case(way.session, request, way.now, actor=who).case_id


def _work(way: Way, _stage: Stage, step: Step) -> None:
    is_last = step.at == max(moment(*line.split()) for line in TELLING["worker"])
    for chore in CHORES if is_last else (RESUME_SILENT, LOG_OVERDUE):
        actions.run_chore(chore, way.session, way.now, SHIPPED)


def _held(way: Way) -> Way:
    status = way.session.get_one(Case, way.case_id, populate_existing=True).status
    return way.claim() if status in (CaseStatus.RECEIVED, CaseStatus.ACCEPTED) else way


def _answer(way: Way, _stage: Stage, step: Step) -> object:
    outcome = Outcome(step.words[0]) if step.words else None
    return _held(way).answer(outcome)


def _register(way: Way, _stage: Stage, step: Step) -> object:
    on = date.fromisoformat(step.words[0])
    return actions.register(way.session, way.people.operator, way.case_id, on, way.now)


def _ask_supplement(way: Way, _stage: Stage, step: Step) -> object:
    until = date.fromisoformat(step.words[0])
    return _held(way).ask_supplement((until - way.now.date()).days)


def _supplement(way: Way, _stage: Stage, step: Step) -> object:
    return actions.receive_supplement(
        way.session, way.people.operator, way.case_id, way.now, _day(step.words[:1])
    )


def _opinion(way: Way, _stage: Stage, step: Step) -> object:
    said, on = Opinion(step.words[0]), _day(step.words[1:])
    return actions.receive_opinion(way.session, way.people.handler, way.case_id, said, way.now, on)


def _fee(way: Way, _stage: Stage, step: Step) -> object:
    by_pages, units = step.words[0] == "pages", int(step.words[1])
    return actions.charge_fee(
        way.session, way.people.handler, _held(way).case_id, by_pages, units, PAYMENT, way.now
    )


def _paid(way: Way, _stage: Stage, step: Step) -> object:
    return actions.receive_fee(
        way.session, way.people.operator, way.case_id, way.now, _day(step.words)
    )


def _merge(way: Way, stage: Stage, step: Step) -> object:
    into = stage.cases[step.words[0]]
    return actions.merge(way.session, way.people.handler, way.case_id, into, way.now)


def _contest(way: Way, _stage: Stage, step: Step) -> object:
    kind = ContestKind(step.words[0])
    return actions.record_contest(
        way.session, way.people.handler, way.case_id, kind, way.now.date(), way.now
    )


def _decide(way: Way, _stage: Stage, step: Step) -> object:
    kind, result = ContestKind(step.words[0]), ContestResult(step.words[1])
    wanted = select(Contest.id).where(Contest.case_id == way.case_id, Contest.kind == kind)
    id = way.session.scalars(wanted).one()
    return actions.decide_contest(
        way.session, way.people.handler, id, result, way.now.date(), way.now
    )


def _day(words: tuple[str, ...]) -> date | None:
    return date.fromisoformat(words[0]) if words else None


_BEGINNINGS: Mapping[str, Turn] = {"apply": _apply, "file": _file, "work": _work}
TURNS: Mapping[str, Turn] = {
    "confirm": lambda way, _, step: way.confirm(),
    "register": _register,
    "answer": _answer,
    "ask_supplement": _ask_supplement,
    "supplement": _supplement,
    "consult": lambda way, _, step: _held(way).consult(PartyKind(step.words[0])),
    "opinion": _opinion,
    "fee": _fee,
    "paid": _paid,
    "lapse": lambda way, _, step: way.lapse(),
    "extend": lambda way, _, step: way.extend(int(step.words[0])),
    "withdraw": lambda way, _, step: way.withdraw(),
    "merge": _merge,
    "rate": lambda way, _, step: way.be_rated(int(step.words[0]), "渠还是坏的"),
    "decline": lambda way, _, step: way.decline(),
    "transfer": lambda way, _, step: way.send_on(),
    "close": lambda way, _, step: way.close(),
    "contest": _contest,
    "decide": _decide,
}


def _open_books(session: Session, stage: Stage) -> None:
    for on, row, applicant, count in TELLING["opening"]:
        entry = OpeningFigure(
            on=on,
            row=row,
            applicant=applicant,
            count=count,
            source="2024年纸质登记簿",
            entered_by=stage.people.operator.id,
            entered_at=moment("2025-07-01", "09:00"),
        )
        session.add(entry)


def _chat(session: Session, stage: Stage) -> None:
    lines = [(name, line.split()) for name, talk in TELLING["chats"].items() for line in talk]
    for name, (day, time, *_) in lines:
        if name not in stage.talks:
            stage.talks[name] = _talk(session, name, moment(day, time))
    ordered = sorted(enumerate(lines), key=lambda one: (moment(*one[1][1][:2]), one[0]))
    for turn, (name, (day, time, outcome, *answer)) in ordered:
        message = Message(
            conversation_id=stage.talks[name],
            turn=turn,
            message_key=None,
            asked_at=moment(day, time),
            question="?",
            outcome=outcome,
            reason=None,
            answer_id=answer[0] if answer else None,
            version_ids=[],
            reply={},
            scores={},
            helpful=None,
        )
        session.add(message)
    session.flush()


def _talk(session: Session, name: str, at: datetime) -> int:
    talk = Conversation(
        token_hash=name * 32, channel="web", created_at=at, last_at=at, turn_count=0,
        miss_count=0, subject=None, aspects=[],
    )  # fmt: skip
    session.add(talk)
    session.flush()
    return talk.id
