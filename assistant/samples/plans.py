"""What comes in when over the sample years: drawn from a fixed seed, before anything happens. Pure."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import accumulate
from random import Random
from typing import TypeVar

from assistant.cases.intake import Channel
from assistant.cases.kinds import CaseKind
from assistant.cases.workdays import Calendar
from assistant.disclosure.form import ApplicantClass, Delivery
from assistant.disclosure.outcomes import Outcome, OutcomeGroup
from assistant.samples.texts import Matter, Texts
from assistant.settings import SHANGHAI

T = TypeVar("T")

# How many of each kind come in over two years, beside those that follow a chat.
COUNTS = {
    CaseKind.CONSULTATION: 90,
    CaseKind.HELP: 38,
    CaseKind.SUGGESTION: 24,
    CaseKind.COMPLAINT: 44,
    CaseKind.REPORT: 18,
    CaseKind.PRAISE: 10,
    CaseKind.LEADER_MAILBOX: 22,
    CaseKind.PROPOSAL: 8,
}
APPLICATIONS = 120
# An application needs so long to come to any of its ends.
_TIME_FOR_ALL = timedelta(days=150)
_SEASON, _WEEKEND = 5.0, 0.3
_REPEATED_AFTER = timedelta(days=60)


class Ending(StrEnum):
    ANSWERED = "answered"
    DECLINED = "declined"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


@dataclass(frozen=True)
class InquiryPlan:
    """One inquiry as it will go, unless the days run out before."""

    number: int
    at: datetime
    matter: Matter
    wording: int
    channel: Channel
    ending: Ending
    name: str
    late: bool
    extended: bool
    sent_back: bool
    score: int | None
    published: bool
    rng: Random
    conversation_id: int | None = None


@dataclass(frozen=True)
class ApplicationPlan:
    """One application for information as it will go."""

    number: int
    at: datetime
    text: str
    office: str
    name: str
    applicant: ApplicantClass
    channel: Channel
    delivery: Delivery
    outcome: Outcome
    withdrawn: bool
    supplement: bool
    consulted: bool
    charged: bool
    extended: bool
    late: bool
    contested: bool
    rng: Random


@dataclass
class Draw:
    """Everything is drawn from here: the same seed and days give the same plans."""

    texts: Texts
    calendar: Calendar
    first: date
    last: date
    seed: int
    rng: Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)  # noqa: S311 (nothing secret is drawn)
        span = range((self.last - self.first).days + 1)
        self.days = [self.first + timedelta(days=offset) for offset in span]
        self._known: dict[tuple[int, ...], list[float]] = {}

    def day(self, months: tuple[int, ...] = (), until: date | None = None) -> date:
        """A day of the period: more often in season, less often when nobody works."""
        count = len(self.days) if until is None else (until - self.first).days + 1
        reached = self._reached(months)[:count]
        return self.days[bisect(reached, self.rng.random() * reached[-1])]

    def _reached(self, months: tuple[int, ...]) -> list[float]:
        """For each day, the chances of all days up to it together."""
        if months not in self._known:
            chances = (
                (_SEASON if day.month in months else 1.0)
                * (1.0 if self.calendar.is_workday(day) else _WEEKEND)
                for day in self.days
            )
            self._known[months] = list(accumulate(chances))
        return self._known[months]

    def moment(self, day: date, office_hours: bool) -> datetime:
        begins, ends = (8 * 60 + 40, 17 * 60) if office_hours else (7 * 60, 22 * 60 + 30)
        minutes = self.rng.randint(begins, ends)
        local = datetime.combine(day, time(), SHANGHAI) + timedelta(minutes=minutes)
        return local.astimezone(UTC)

    def own_rng(self, *key: object) -> Random:
        """Chance of one case's own, so that no other case has a say in how it goes."""
        return Random(f"{self.seed}:{':'.join(map(str, key))}")  # noqa: S311


def plan_inquiries(draw: Draw, followed: Sequence[tuple[int, datetime]]) -> list[InquiryPlan]:
    """All inquiries, by their moment. `followed`: conversations a case came out of, and when."""
    rng, matters = draw.rng, draw.texts.matters
    wanted: list[tuple[Matter, datetime, Channel, int | None]] = []
    for kind, count in COUNTS.items():
        own = [matter for matter in matters if matter.kind is kind]
        for matter in rng.choices(own, [one.weight for one in own], k=count):
            channel = _channel(rng, kind)
            is_staffed = channel not in (Channel.WEB, Channel.WECHAT)
            at = draw.moment(_staffed(draw, draw.day(matter.months), is_staffed), is_staffed)
            wanted.append((matter, at, channel, None))
    asked = [one for one in matters if one.kind in (CaseKind.CONSULTATION, CaseKind.HELP)]
    for conversation_id, at in followed:
        wanted.append((rng.choice(asked), at, Channel.CHAT, conversation_id))
    wanted.sort(key=lambda one: one[1])
    return [_inquiry(draw, number, *one) for number, one in enumerate(wanted)]


def _inquiry(
    draw: Draw,
    number: int,
    matter: Matter,
    at: datetime,
    channel: Channel,
    conversation_id: int | None,
) -> InquiryPlan:
    rng = draw.own_rng("inquiry", number)
    is_proposal = matter.kind is CaseKind.PROPOSAL
    ending = _one(rng, {**dict.fromkeys(Ending, 0.03), Ending.ANSWERED: 0.88})
    is_rated = rng.random() < 0.42
    score = _one(rng, {5: 0.52, 4: 0.27, 3: 0.11, 2: 0.06, 1: 0.04}) if is_rated else None
    rule = matter.kind.rule
    may_be_shown = rule.may_be_published and not rule.needs_name and (score is None or score > 2)
    return InquiryPlan(
        number=number,
        at=at,
        matter=matter,
        wording=rng.randrange(len(matter.text)),
        channel=channel,
        ending=Ending.ANSWERED if is_proposal else ending,
        name="示例市人大代表" if is_proposal else rng.choice(draw.texts.names),
        late=rng.random() < 0.025,
        extended=rng.random() < 0.03,
        sent_back=rng.random() < 0.06,
        score=None if is_proposal else score,
        published=may_be_shown and rng.random() < 0.07,
        rng=rng,
        conversation_id=conversation_id,
    )


def plan_applications(draw: Draw) -> list[ApplicationPlan]:
    """All applications, by their moment; each outcome at least twice."""
    rng = draw.rng
    sure = [outcome for outcome in Outcome for _ in range(2)]
    rng.shuffle(sure)
    weights = {outcome: _WEIGHTS.get(outcome, 1.0) for outcome in Outcome}
    days = [(draw.day(until=draw.last - _TIME_FOR_ALL), outcome) for outcome in sure]
    days += [(draw.day(), _one(rng, weights)) for _ in range(APPLICATIONS - len(sure))]
    plans: list[ApplicationPlan] = []
    for number, (day, outcome) in enumerate(sorted(days, key=lambda one: one[0])):
        plans.append(_application(draw, number, day, outcome, plans))
    return sorted(plans, key=lambda plan: plan.at)


_WEIGHTS = {
    Outcome.GRANTED: 46.0,
    Outcome.PARTIAL: 9.0,
    Outcome.UNABLE_NOT_HELD: 16.0,
    Outcome.UNABLE_NEEDS_CREATION: 4.0,
    Outcome.OTHER_OTHER: 4.0,
    Outcome.DENIED_STATE_SECRET: 0.2,
}
_CLASSES = {
    ApplicantClass.PERSON: 0.72,
    ApplicantClass.COMPANY: 0.12,
    ApplicantClass.RESEARCH: 0.03,
    ApplicantClass.CHARITY: 0.03,
    ApplicantClass.LEGAL_SERVICE: 0.07,
    ApplicantClass.OTHER: 0.03,
}
_NEEDS_SUPPLEMENT = {Outcome.OTHER_CORRECTION_LAPSED, Outcome.UNABLE_STILL_UNCLEAR}


def _application(
    draw: Draw, number: int, day: date, outcome: Outcome, before: Sequence[ApplicationPlan]
) -> ApplicationPlan:
    rng = draw.own_rng("application", number)
    wanted = rng.choice(draw.texts.information)
    text = "申请公开" + draw.texts.fill(rng.choice(wanted.text), rng, day)
    applicant = _one(rng, _CLASSES)
    names = draw.texts.organisations.get(applicant, draw.texts.names)
    name, office = rng.choice(names), wanted.office
    channel = _one(rng, {Channel.WEB: 0.74, Channel.COUNTER: 0.12, Channel.POST: 0.14})
    is_staffed = channel is not Channel.WEB
    at = draw.moment(_staffed(draw, day, is_staffed), is_staffed)
    if outcome is Outcome.UNPROCESSED_REPEAT and (earlier := _answered_before(before, at)):
        text, office = earlier.text, earlier.office
        name, applicant = earlier.name, earlier.applicant
    is_open = outcome in (Outcome.GRANTED, Outcome.PARTIAL)
    is_denial = outcome.group is OutcomeGroup.DENIED
    return ApplicationPlan(
        number=number,
        at=at,
        text=text,
        office=office,
        name=name,
        applicant=applicant,
        channel=channel,
        delivery=_one(rng, {Delivery.EMAIL: 0.7, Delivery.POST: 0.2, Delivery.COLLECT: 0.1}),
        outcome=outcome,
        withdrawn=outcome is Outcome.OTHER_OTHER and rng.random() < 0.6,
        supplement=outcome in _NEEDS_SUPPLEMENT or (is_open and rng.random() < 0.14),
        consulted=outcome is Outcome.DENIED_THIRD_PARTY or (is_open and rng.random() < 0.12),
        charged=outcome is Outcome.OTHER_FEE_LAPSED or (is_open and rng.random() < 0.06),
        extended=rng.random() < 0.08,
        late=rng.random() < 0.02,
        contested=rng.random() < (0.3 if is_denial else 0.05),
        rng=rng,
    )


def _answered_before(before: Sequence[ApplicationPlan], at: datetime) -> ApplicationPlan | None:
    found = [
        one
        for one in before
        if one.outcome is Outcome.GRANTED and one.at < at - _REPEATED_AFTER and not one.charged
    ]
    return found[-1] if found else None


def _channel(rng: Random, kind: CaseKind) -> Channel:
    if kind is CaseKind.PROPOSAL:
        return Channel.POST
    if kind is CaseKind.LEADER_MAILBOX:
        return Channel.WEB
    shares = {
        Channel.WEB: 0.52,
        Channel.HOTLINE: 0.27,
        Channel.WECHAT: 0.1,
        Channel.COUNTER: 0.06,
        Channel.POST: 0.05,
    }
    return _one(rng, shares)


def _staffed(draw: Draw, day: date, is_staffed: bool) -> date:
    """The day itself, or the last working day before it where somebody of the bureau writes it down."""
    while is_staffed and not draw.calendar.is_workday(day) and day > draw.first:
        day -= timedelta(days=1)
    return day


def _one(rng: Random, weights: dict[T, float]) -> T:
    return rng.choices(list(weights), list(weights.values()))[0]
