"""What a citizen can hand in, and the rules of each kind as data. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.labels import Labelled


class Family(StrEnum):
    """Kinds that share one table of transitions."""

    INQUIRY = "inquiry"
    DISCLOSURE = "disclosure"


class CaseKind(Labelled):
    """What is handed in; `rule` says how it is handled."""

    CONSULTATION = "consultation", "咨询"
    HELP = "help", "求助"
    SUGGESTION = "suggestion", "建议"
    COMPLAINT = "complaint", "投诉"
    REPORT = "report", "举报"
    PRAISE = "praise", "表扬"
    LEADER_MAILBOX = "leader_mailbox", "领导信箱"
    PROPOSAL = "proposal", "建议提案办理"
    DISCLOSURE = "disclosure", "依申请公开"

    @property
    def rule(self) -> KindRule:
        return RULES[self]

    @property
    def family(self) -> Family:
        return self.rule.family

    @property
    def limit(self) -> str:
        """The code of its period in `limits.LIMITS`."""
        return self.rule.limit


@dataclass(frozen=True, slots=True)
class KindRule:
    """How a kind is handled.

    `by_public`: citizens file it themselves; the rest is entered by staff. `needs_contact`: somebody has to be
    called back. `needs_name`: the law or the matter wants to know who asks. `may_be_published`: its reply can be
    put on the website at all (a report names people; an application's answer belongs to the applicant).
    """

    family: Family
    limit: str
    by_public: bool = True
    needs_contact: bool = False
    needs_name: bool = False
    may_be_published: bool = True


def _inquiry(kind: str, *, needs_contact: bool = False, may_be_published: bool = True) -> KindRule:
    return KindRule(
        Family.INQUIRY,
        f"case.{kind}",
        needs_contact=needs_contact,
        may_be_published=may_be_published,
    )


RULES: dict[CaseKind, KindRule] = {
    CaseKind.CONSULTATION: _inquiry("consultation"),
    CaseKind.HELP: _inquiry("help", needs_contact=True),
    CaseKind.SUGGESTION: _inquiry("suggestion"),
    CaseKind.COMPLAINT: _inquiry("complaint", needs_contact=True),
    CaseKind.REPORT: _inquiry("report", needs_contact=True, may_be_published=False),
    CaseKind.PRAISE: _inquiry("praise"),
    CaseKind.LEADER_MAILBOX: _inquiry("leader_mailbox"),
    # Handed over by the congress or the consultative conference, never by a citizen at the form.
    CaseKind.PROPOSAL: KindRule(Family.INQUIRY, "case.proposal", by_public=False, needs_name=True),
    CaseKind.DISCLOSURE: KindRule(
        Family.DISCLOSURE,
        "disclosure.reply",
        needs_contact=True,
        needs_name=True,
        may_be_published=False,
    ),
}


class Resolution(Labelled):
    """How a case that is no application for information ended; an application has an `Outcome` instead."""

    ANSWERED = "answered", "已答复"
    DECLINED = "declined", "不予受理"
    TRANSFERRED = "transferred", "已转送有权处理的机关"
    WITHDRAWN = "withdrawn", "诉求人撤回"
