"""Two years of cases and conversations for the sample bureau, ending yesterday; the same seed and day give the same.

Every case goes by the verbs everybody else uses, in the order of time, so that log, clocks, letters and figures are
what they would be. All of it is one transaction: there are two years, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from assistant.cases.opening import local_date
from assistant.cases.rules import Rules
from assistant.conversation.models import Message
from assistant.errors import Conflict
from assistant.knowledge.shelf import Shelf
from assistant.letters.templates import load_templates
from assistant.notices.models import Notice
from assistant.samples.applications import application
from assistant.samples.chats import hold_chats
from assistant.samples.inquiries import inquiry
from assistant.samples.mark import holds_samples, mark_as_sample, require_no_real_cases
from assistant.samples.plans import Draw, plan_applications, plan_inquiries
from assistant.samples.queue import queue_keys, read_samples
from assistant.samples.stage import Stage, hire, play
from assistant.samples.texts import read_texts

SEED = 20240901
YEARS = 2
# Older than what any channel still tells: nobody writes to the invented.
_OLD_NEWS = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class Years:
    """What was put in."""

    cases: int
    messages: int


def load_years(
    session: Session,
    project: Path,
    shelf: Shelf,
    rules: Rules,
    now: datetime,
    *,
    seed: int = SEED,
    tell: Callable[[date], None] = lambda _day: None,
) -> Years | None:
    """Put them in, or None where they are already.

    `Conflict` for a bureau that is no sample, and in a database with a case that is none of the samples. `tell` is
    told of every day that begins.
    """
    if holds_samples(session):
        return None
    if not shelf.bureau.sample:
        raise Conflict("这不是示例单位，不能装入示例件。")
    require_no_real_cases(session, queue_keys(read_samples(project)))
    texts, last = read_texts(project), local_date(now) - timedelta(days=1)
    first = _years_before(last) + timedelta(days=1)
    mark_as_sample(session, seed, now)
    draw = Draw(texts, rules.calendar, first, last, seed)
    followed = hold_chats(session, shelf, draw, texts)
    began = draw.moment(first, True)
    stage = Stage(
        session=session,
        rules=rules,
        shelf=shelf,
        templates=load_templates(project / "responses" / "letters"),
        texts=texts,
        staff=hire(session, shelf, began),
    )
    applications, inquiries = plan_applications(draw), plan_inquiries(draw, followed)
    scripts = [application(stage, plan) for plan in applications]
    scripts += [inquiry(stage, plan) for plan in inquiries]
    play(stage, scripts, first, last, tell)
    _tell_nobody(session, now)
    return Years(len(scripts), session.scalar(select(func.count(Message.id))) or 0)


def _tell_nobody(session: Session, now: datetime) -> None:
    """What was to be told has been read on the page long ago."""
    for times in (
        {"delivered_at": Notice.created_at},
        {"delivered_at": now - _OLD_NEWS},
    ):
        recent = Notice.delivered_at.is_(None) | (Notice.delivered_at > now - _OLD_NEWS)
        session.execute(
            update(Notice).where(recent).values(times).execution_options(synchronize_session=False)
        )


def _years_before(day: date) -> date:
    """The same day `YEARS` years earlier; 28 February for 29."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - YEARS, day=28 if is_leap_day else day.day)
