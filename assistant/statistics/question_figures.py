"""Questions of the chat in a period: how they ended, what they were about, what could not be answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.conversation.models import Message, Outcome
from assistant.knowledge.shelf import Shelf
from assistant.statistics.case_figures import Count
from assistant.statistics.facts import Measure
from assistant.statistics.measures import count_messages, sum_cases
from assistant.statistics.periods import Month, Span
from assistant.statistics.rates import Rate
from assistant.statistics.suppression import SMALLEST_SHOWN

TOP = 10
UNANSWERED = (Outcome.UNANSWERABLE, Outcome.CLARIFICATION)
CHANNELS = {"web": "网站", "wechat": "微信", "rest": "程序接口", "cli": "命令行"}
# What a record's id begins with says what it is about.
TOPICS = {
    "service": "办事事项",
    "matter": "办事中的问题",
    "disclosure": "政府信息公开",
    "keyarea": "重点领域信息",
    "document": "公开目录里的文件",
    "contact": "联系方式和机构",
    "office": "处室",
    "case": "留言、投诉和查询进度",
    "discipline": "监督举报",
    "emergency": "紧急情况",
    "elsewhere": "其他机关的事",
    "smalltalk": "寒暄",
}
_NO_TOPIC = "没有归类"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked often: a record, its title, how many times."""

    record_id: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """Everything published on the chat in one period."""

    total: int
    by_outcome: tuple[Count, ...]
    resolved: int
    """Answered, and nothing came in from the conversation within 24 hours."""
    helpful: Rate
    by_channel: tuple[Count, ...]
    by_topic: tuple[Count, ...]
    by_month: Mapping[Month, int]
    top: tuple[Asked, ...]
    gaps: tuple[Asked, ...]

    def of(self, outcome: Outcome) -> int:
        return next(one.count for one in self.by_outcome if one.key == outcome.value)

    @property
    def real(self) -> int:
        """All but small talk."""
        return self.total - self.of(Outcome.SMALLTALK)

    def rate(self, outcome: Outcome) -> Rate:
        """How much of what was really asked ended so."""
        return Rate(self.of(outcome), self.real)

    @property
    def resolved_rate(self) -> Rate:
        return Rate(self.resolved, self.real)


def question_figures(session: Session, months: tuple[Month, ...], shelf: Shelf) -> QuestionFigures:
    """The figures of consecutive `months`."""
    span = Span(months[0].first, months[-1].span.last)
    counts = count_messages(session, span, ("month", "outcome", "channel"))
    told = count_messages(session, span, ("outcome", "record_id"))
    outcomes = _summed(counts, 1)
    by_month = _summed(counts, 0)
    followed = sum_cases(session, Measure.FOLLOWED, span)[()]
    return QuestionFigures(
        total=counts.total(),
        by_outcome=tuple(Count(one.value, one.label, outcomes[one.value]) for one in Outcome),
        resolved=max(0, outcomes[Outcome.ANSWERED.value] - followed),
        helpful=_helpful(session, span),
        by_channel=_lines(_summed(counts, 2), CHANNELS),
        by_topic=_by_topic(told),
        by_month={month: by_month[str(month.code)] for month in months},
        top=_most(_of(told, Outcome.ANSWERED), shelf),
        gaps=_most(_of(told, *UNANSWERED), shelf),
    )


def _summed(counts: Counter[tuple[str, ...]], place: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for key, count in counts.items():
        found[str(key[place])] += count
    return found


def _lines(counts: Counter[str], labels: Mapping[str, str]) -> tuple[Count, ...]:
    others = sorted(counts.keys() - labels.keys())
    return tuple(
        Count(key, labels.get(key, key), counts[key]) for key in (*labels, *others) if counts[key]
    )


def _by_topic(told: Counter[tuple[str, str]]) -> tuple[Count, ...]:
    topics: Counter[str] = Counter()
    for (outcome, record_id), count in told.items():
        # What only came nearest says nothing of what was meant.
        prefix = "" if outcome in UNANSWERED else record_id.partition(".")[0]
        topics[prefix if prefix in TOPICS else ""] += count
    return _lines(topics, {**TOPICS, "": _NO_TOPIC})


def _most(counts: Counter[str], shelf: Shelf) -> tuple[Asked, ...]:
    """The most frequent records that are still published, and not so few that somebody could be recognised."""
    known = ((record, n) for record, n in counts.items() if shelf.get(record) is not None)
    often = sorted(((-n, record) for record, n in known if n >= SMALLEST_SHOWN))
    return tuple(Asked(record, shelf.title(record), -n) for n, record in often[:TOP])


def _of(told: Counter[tuple[str, str]], *outcomes: Outcome) -> Counter[str]:
    """Records of the questions that ended so."""
    found: Counter[str] = Counter()
    for (outcome, record_id), count in told.items():
        if outcome in outcomes and record_id:
            found[record_id] += count
    return found


def _helpful(session: Session, span: Span) -> Rate:
    # One look for each value: the index goes by it first, and most messages have none.
    found = {
        helpful: session.scalar(
            select(func.count()).where(
                Message.helpful.is_(helpful),
                Message.asked_at >= span.starts_at,
                Message.asked_at < span.ends_at,
            )
        )
        or 0
        for helpful in (True, False)
    }
    return Rate(found[True], found[True] + found[False])
