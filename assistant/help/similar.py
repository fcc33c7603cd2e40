"""Cases like a case: those already answered, with their replies, and likely duplicates.

What the texts are compared by is kept in memory and grows with the cases; everything shown is read afresh from the
database, so that a case that was reopened or withdrawn meanwhile is not offered. For staff only, and even to them
without whose case it was.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from assistant.cases.intake import title_of
from assistant.cases.kinds import CaseKind, Resolution
from assistant.cases.models import Case, ReplyDraft
from assistant.cases.opening import local_date
from assistant.cases.states import OPEN_STATUSES, CaseAction, CaseStatus, steps_from
from assistant.disclosure.outcomes import Outcome
from assistant.help.likeness import Likeness, Near
from assistant.help.wording import without_person, words_of, words_of_case
from assistant.language.encoder import Encoder

# Less alike than this is about something else.
LEAST_LIKE = 0.12
# From this on two texts are one matter told twice; from that on the same text but for a few characters.
NEAR_EQUAL, SAME = 0.6, 0.9
# So much in common, and nearly the same meaning to the sentence encoder: one matter in other words. Measured over 266
# letters about as many matters: 8 pairs of 35,000 are this near in meaning, one of them also this alike in words.
OTHER_WORDS, SAME_MEANING = 0.15, 0.62
# So many are held against their meaning: about 0.6 ms each.
MOST_ENCODED = 24
# Of the same citizen so much likeness is enough.
LIKE_OF_ONE_CITIZEN = 0.2
# Looked at for each case, most of them of no use: not answered, or the same reply again.
CONSIDERED = 200
MOST_DUPLICATES = 10
# Cases read at a time while the memory is filled.
AT_ONCE = 5_000
# A number is given before its case is committed, so that a lower one may appear after a higher.
LOOK_BACK = 200


@dataclass(frozen=True, slots=True)
class PastCase:
    """An answered case like the one in hand. `question` and `reply_text` hold no personal data.

    `ended` is the outcome's or resolution's Chinese word; `same_reply` counts other like cases with this very reply;
    `why` says in words what makes it alike.
    """

    case_id: int
    receipt_no: str
    kind: CaseKind
    title: str
    question: str
    reply_text: str
    replied_on: date
    outcome: Outcome | None
    resolution: Resolution | None
    ended: str
    office_id: str | None
    score: float
    same_reply: int
    why: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A case that may be the same matter. `likely` asks for a decision; the rest is only the same citizen.

    `can_merge`: it could be merged into the one in hand as both stand now, by somebody who may.
    """

    case_id: int
    receipt_no: str
    kind: CaseKind
    status: CaseStatus
    title: str
    office_id: str | None
    received_on: date
    score: float
    same_contact: bool
    likely: bool
    can_merge: bool
    reason: str


class _Told(NamedTuple):
    """What of a case is remembered."""

    id: int
    kind: CaseKind
    received_on: date
    text: str
    details: dict[str, str] | None


class SimilarCases:
    """What all cases say, in memory, and the questions asked of it. Safe for several threads."""

    def __init__(self, encoder: Encoder | None = None) -> None:
        self._encoder = encoder
        self._pools: dict[str, Likeness] = {}
        self._newest = 0
        self._recent: set[int] = set()
        self._first_of_day: dict[date, int] = {}
        self._filling, self._using = threading.Lock(), threading.Lock()

    def __len__(self) -> int:
        with self._using:
            return sum(map(len, self._pools.values()))

    def refresh(self, session: Session) -> int:
        """Take in the cases opened since the last time, at first all of them; returns how many."""
        with self._filling:
            return self._fill(session)

    def similar(self, session: Session, case: Case, limit: int = 5) -> list[PastCase]:
        """Answered cases of the same family like this one, each reply once, the most alike first."""
        near = {one.id: one for one in self._near(session, case) if one.score >= LEAST_LIKE}
        replies = _replies(session, sorted(near.keys() - {case.id}))
        found: dict[str, list[tuple[Case, ReplyDraft]]] = {}
        for answered, draft in sorted(replies, key=lambda one: (-near[one[0].id].score, one[0].id)):
            found.setdefault(draft.text_hash, []).append((answered, draft))
        return [
            _past_case(*same[0], near[same[0][0].id], len(same) - 1)
            for same in list(found.values())[:limit]
        ]

    def duplicates(self, session: Session, case: Case, days: int = 30) -> list[Duplicate]:
        """Cases that may be the same matter: still open, or received within `days` of this one.

        The same telephone number or e-mail address, nearly the same text, or the same matter in other words, which
        only the encoder sees. What is merged with it is left out.
        """
        near = {one.id: one.score for one in self._near(session, case)}
        alike = [case_id for case_id, score in near.items() if score >= OTHER_WORDS]
        since, until = (case.received_on + timedelta(days=n) for n in (-days, days))
        in_time = Case.status.in_(OPEN_STATUSES) | Case.received_on.between(since, until)
        rows: dict[int, Case] = {}
        for condition in (Case.id.in_(alike) & in_time, *self._of_citizen(case, since, until)):
            rows |= {one.id: one for one in session.scalars(select(Case).where(condition))}
        meaning = self._meanings(case, rows.values(), near)
        joined = {case.id, case.merged_into_id}
        found = [
            _duplicate(one, case, near.get(one.id, 0.0), meaning.get(one.id, 0.0))
            for one in rows.values()
            if one.id not in joined and one.merged_into_id not in joined - {None}
        ]
        found = [one for one in found if one.likely or one.same_contact]
        found.sort(key=lambda one: (not one.likely, not one.same_contact, -one.score, -one.case_id))
        return found[:MOST_DUPLICATES]

    def _meanings(
        self, case: Case, others: Iterable[Case], near: Mapping[int, float]
    ) -> dict[int, float]:
        """How near in meaning those are whose words alone do not settle it; none without an encoder.

        Applications differ by one document's name, which an encoder overlooks: only words count there.
        """
        if self._encoder is None or case.kind is CaseKind.DISCLOSURE:
            return {}
        unsettled = [one for one in others if OTHER_WORDS <= near.get(one.id, 0.0) < NEAR_EQUAL]
        unsettled.sort(key=lambda one: -near[one.id])
        asked = [one for one in unsettled if one.id != case.id][:MOST_ENCODED]
        if not asked:
            return {}
        vectors = self._encoder.encode([words_of_case(one) for one in (case, *asked)])
        scores = vectors[1:] @ vectors[0]
        return {one.id: float(score) for one, score in zip(asked, scores, strict=True)}

    def _near(self, session: Session, case: Case) -> list[Near]:
        # While another thread fills the memory for the first time, nobody waits: what is there is used.
        if self._filling.acquire(blocking=False):
            try:
                self._fill(session)
            finally:
                self._filling.release()
        with self._using:
            pool = self._pools.get(_pool_of(case.kind))
            return pool.nearest(words_of_case(case), CONSIDERED) if pool else []

    def _fill(self, session: Session) -> int:
        count = 0
        while fresh := self._unknown_ids(session):
            rows = session.execute(
                select(Case.id, Case.kind, Case.received_on, Case.text, Case.details)
                .where(Case.id.between(fresh[0], fresh[-1]))
                .order_by(Case.id)
            )
            wanted = set(fresh)
            self._take([_Told(*row) for row in rows if row.id in wanted])
            count += len(fresh)
        return count

    def _unknown_ids(self, session: Session) -> list[int]:
        ids = session.scalars(
            select(Case.id)
            .where(Case.id > self._newest - LOOK_BACK)
            .order_by(Case.id)
            .limit(AT_ONCE + LOOK_BACK)
        )
        return [case_id for case_id in ids if case_id not in self._recent]

    def _take(self, told: Collection[_Told]) -> None:
        texts: dict[str, list[tuple[int, str]]] = {}
        for one in told:
            texts.setdefault(_pool_of(one.kind), []).append(
                (one.id, words_of(one.text, one.details))
            )
        with self._using:
            for one in told:
                first = self._first_of_day.get(one.received_on, one.id)
                self._first_of_day[one.received_on] = min(first, one.id)
            for pool, entries in texts.items():
                self._pools.setdefault(pool, Likeness()).add(entries)
        known = self._recent | {one.id for one in told}
        self._newest = max(known)
        self._recent = {case_id for case_id in known if case_id > self._newest - LOOK_BACK}

    def _of_citizen(self, case: Case, since: date, until: date) -> list[ColumnElement[bool]]:
        """The same citizen's cases, asked for in two ways that each have an index: the open ones, the late ones."""
        same: list[ColumnElement[bool]] = []
        if case.contact_phone:
            same.append(Case.contact_phone == case.contact_phone)
        if case.contact_email:
            same.append(func.lower(Case.contact_email) == case.contact_email.lower())
        if not same:
            return []
        with self._using:
            firsts = [first for day, first in self._first_of_day.items() if day >= since]
        recent = (Case.id >= min(firsts, default=0)) & Case.received_on.between(since, until)
        return [Case.status.in_(OPEN_STATUSES) & or_(*same), recent & or_(*same)]


def _pool_of(kind: CaseKind) -> str:
    """Which cases are compared with each other: a family's; reports name people and stand beside reports only."""
    return kind.value if kind is CaseKind.REPORT else kind.family.value


def _replies(session: Session, ids: Iterable[int]) -> list[tuple[Case, ReplyDraft]]:
    """The answered ones among some cases, each with the reply sent last."""
    rows = session.execute(
        select(Case, ReplyDraft)
        .join(ReplyDraft, ReplyDraft.case_id == Case.id)
        .where(Case.id.in_(ids), Case.replied_at.is_not(None), ReplyDraft.sent_at.is_not(None))
        .order_by(ReplyDraft.id)
    )
    last: Mapping[int, tuple[Case, ReplyDraft]] = {row.id: (row, draft) for row, draft in rows}
    return list(last.values())


def _past_case(case: Case, draft: ReplyDraft, near: Near, same_reply: int) -> PastCase:
    question = without_person(words_of_case(case), case)
    ending = case.outcome or case.resolution
    assert case.replied_at is not None  # asked for by the query
    return PastCase(
        case_id=case.id,
        receipt_no=case.receipt_no,
        kind=case.kind,
        title=title_of(question),  # a title cut from the bare text could end within a number
        question=question,
        reply_text=without_person(draft.text, case),
        replied_on=local_date(case.replied_at),
        outcome=case.outcome,
        resolution=case.resolution,
        ended=ending.label if ending else CaseStatus.SENT.label,
        office_id=case.office_id,
        score=near.score,
        same_reply=same_reply,
        why=_why_alike(near),
    )


def _why_alike(near: Near) -> str:
    if near.score >= SAME:
        return f"内容几乎相同（{near.score:.0%}）"
    words = f"，都提到：{'、'.join(near.shared)}" if near.shared else ""
    return f"内容相近（{near.score:.0%}）{words}"


def _duplicate(other: Case, case: Case, score: float, meaning: float) -> Duplicate:
    same = _same_contacts(other, case)
    means_same = meaning >= SAME_MEANING
    return Duplicate(
        case_id=other.id,
        receipt_no=other.receipt_no,
        kind=other.kind,
        status=other.status,
        title=title_of(without_person(other.text, other)),
        office_id=other.office_id,
        received_on=other.received_on,
        score=score,
        same_contact=bool(same),
        likely=score >= NEAR_EQUAL or means_same or (bool(same) and score >= LIKE_OF_ONE_CITIZEN),
        can_merge=_can_merge(other, case),
        reason="，".join(
            [*same, "说的像是同一件事" if means_same else _how_alike(score, bool(same))]
        ),
    )


def _same_contacts(other: Case, case: Case) -> list[str]:
    same = []
    if case.contact_phone and other.contact_phone == case.contact_phone:
        same.append("电话相同")
    email, theirs = (one.contact_email or "" for one in (case, other))
    if email and theirs.lower() == email.lower():
        same.append("电子邮箱相同")
    return same


def _how_alike(score: float, same_contact: bool) -> str:
    if score >= SAME:
        return f"内容几乎相同（{score:.0%}）"
    if score >= (LIKE_OF_ONE_CITIZEN if same_contact else NEAR_EQUAL):
        return f"内容相近（{score:.0%}）"
    return "内容不同"


def _can_merge(other: Case, case: Case) -> bool:
    movable = steps_from(other.kind, other.status)
    return (
        other.kind.family is case.kind.family
        and CaseAction.MERGE in movable
        and case.status in (CaseStatus.RECEIVED, CaseStatus.ACCEPTED, CaseStatus.CLAIMED)
    )
