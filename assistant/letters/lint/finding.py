"""What the linter is told and what it finds. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistant.disclosure.outcomes import Outcome
from assistant.labels import Labelled

REGULATION = "《政府信息公开条例》"
RECONSIDERATION = "《行政复议法》"
LITIGATION = "《行政诉讼法》"
HOUSE_RULE = "本局拟稿规则"


class Element(Labelled):
    """What a finding is about: an element a reply must have (domain.md §1.5), or something it must not."""

    RECEIVED = "received", "收到日期"
    REQUEST = "request", "申请内容复述"
    DECISION = "decision", "处理决定"
    REASONS = "reasons", "事实和理由"
    ARTICLE = "article", "条例条款"
    ACCESS = "access", "获取方式和途径"
    OTHER_BODY = "other_body", "负责公开的机关"
    REMEDY = "remedy", "救济渠道、机关和期限"
    ROUTE = "route", "已经取消的救济途径"
    BLANK = "blank", "未填写处"
    PURPOSE = "purpose", "申请用途"
    CONTENT = "content", "答复内容"
    PRIVACY = "privacy", "个人信息"
    STALE = "stale", "已经取消的事项"


@dataclass(frozen=True, slots=True)
class LintFacts:
    """What is known of the case. `outcome` is None for an ordinary inquiry, which is asked far less of.

    `received_on` is the day of 条例第三十一条; `government` and `court` those of the remedy; `information` what was
    asked for. What is None is not compared.
    """

    outcome: Outcome | None
    received_on: date | None = None
    government: str | None = None
    court: str | None = None
    agency: str | None = None
    information: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault on `line` (from 1), the `article` it offends, and whether the reply may go out with it."""

    line: int
    element: Element
    message: str
    article: str
    blocks: bool = True
