"""How an application for information ends: one enum for reply, remedy and annual report. Pure.

The members stand in the order of the result rows of
《政府信息公开工作年度报告格式》(国办公开办函〔2021〕30号), so that the report is a count per
member.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from assistant.labels import Labelled


class OutcomeGroup(Labelled):
    """The seven-line skeleton of 三、本年度办理结果; `label` is the form's own heading."""

    GRANTED = "granted", "（一）予以公开"
    PARTIAL = "partial", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"
    DENIED = "denied", "（三）不予公开"
    UNABLE = "unable", "（四）无法提供"
    UNPROCESSED = "unprocessed", "（五）不予处理"
    OTHER = "other", "（六）其他处理"


class RemedyClass(StrEnum):
    """Which way a citizen may contest: A straight to court too, B only after reconsideration.

    B follows 行政复议法第二十三条第一款第四项 for decisions under 条例第十四、十五、十六条
    (司法解释 in force since 2025-06-01).
    """

    A = "a"
    B = "b"


class Outcome(StrEnum):
    """The 21 results; `label` is the annual report's row, `articles` those of 政府信息公开条例."""

    label: str
    group: OutcomeGroup
    articles: tuple[str, ...]
    remedy_class: RemedyClass

    # Without the defaults a type checker would not let `Outcome("granted")` look a member up.
    def __new__(
        cls,
        value: str,
        label: str = "",
        group: OutcomeGroup = OutcomeGroup.OTHER,
        articles: tuple[str, ...] = (),
        remedy_class: RemedyClass = RemedyClass.A,
    ) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.group = group
        member.articles = articles
        member.remedy_class = remedy_class
        return member

    GRANTED = (
        "granted",
        "（一）予以公开",
        OutcomeGroup.GRANTED,
        ("第三十六条第一项", "第三十六条第二项"),
    )
    #  The withheld part needs reconsideration first; a legal officer may relax this (domain §9
    # point 4).
    PARTIAL = (
        "partial",
        "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
        OutcomeGroup.PARTIAL,
        ("第三十七条",),
        RemedyClass.B,
    )
    DENIED_STATE_SECRET = (
        "denied_state_secret",
        "1.属于国家秘密",
        OutcomeGroup.DENIED,
        ("第十四条",),
        RemedyClass.B,
    )
    DENIED_LAW_FORBIDS = (
        "denied_law_forbids",
        "2.其他法律行政法规禁止公开",
        OutcomeGroup.DENIED,
        ("第十四条",),
        RemedyClass.B,
    )
    DENIED_SECURITY_STABILITY = (
        "denied_security_stability",
        "3.危及“三安全一稳定”",
        OutcomeGroup.DENIED,
        ("第十四条",),
        RemedyClass.B,
    )
    DENIED_THIRD_PARTY = (
        "denied_third_party",
        "4.保护第三方合法权益",
        OutcomeGroup.DENIED,
        ("第十五条", "第三十二条"),
        RemedyClass.B,
    )
    DENIED_INTERNAL_AFFAIRS = (
        "denied_internal_affairs",
        "5.属于三类内部事务信息",
        OutcomeGroup.DENIED,
        ("第十六条第一款",),
        RemedyClass.B,
    )
    DENIED_PROCESS = (
        "denied_process",
        "6.属于四类过程性信息",
        OutcomeGroup.DENIED,
        ("第十六条第二款",),
        RemedyClass.B,
    )
    DENIED_ENFORCEMENT_FILE = (
        "denied_enforcement_file",
        "7.属于行政执法案卷",
        OutcomeGroup.DENIED,
        ("第十六条第二款",),
        RemedyClass.B,
    )
    #  Not one of articles 14–16: whether reconsideration must come first is a legal officer's
    # decision.
    DENIED_ADMIN_QUERY = (
        "denied_admin_query",
        "8.属于行政查询事项",
        OutcomeGroup.DENIED,
        ("第三十六条第七项",),
        RemedyClass.B,
    )
    UNABLE_NOT_HELD = (
        "unable_not_held",
        "1.本机关不掌握相关政府信息",
        OutcomeGroup.UNABLE,
        ("第三十六条第四项", "第三十六条第五项"),
    )
    UNABLE_NEEDS_CREATION = (
        "unable_needs_creation",
        "2.没有现成信息需要另行制作",
        OutcomeGroup.UNABLE,
        ("第三十八条",),
    )
    UNABLE_STILL_UNCLEAR = (
        "unable_still_unclear",
        "3.补正后申请内容仍不明确",
        OutcomeGroup.UNABLE,
        ("第三十条",),
    )
    UNPROCESSED_PETITION = (
        "unprocessed_petition",
        "1.信访举报投诉类申请",
        OutcomeGroup.UNPROCESSED,
        ("第三十九条第一款",),
    )
    UNPROCESSED_REPEAT = (
        "unprocessed_repeat",
        "2.重复申请",
        OutcomeGroup.UNPROCESSED,
        ("第三十六条第六项",),
    )
    UNPROCESSED_PUBLICATION = (
        "unprocessed_publication",
        "3.要求提供公开出版物",
        OutcomeGroup.UNPROCESSED,
        ("第三十九条第二款",),
    )
    UNPROCESSED_EXCESSIVE = (
        "unprocessed_excessive",
        "4.无正当理由大量反复申请",
        OutcomeGroup.UNPROCESSED,
        ("第三十五条",),
    )
    UNPROCESSED_REISSUE = (
        "unprocessed_reissue",
        "5.要求行政机关确认或重新出具已获取信息",
        OutcomeGroup.UNPROCESSED,
        (),
    )
    OTHER_CORRECTION_LAPSED = (
        "other_correction_lapsed",
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        OutcomeGroup.OTHER,
        ("第三十条",),
    )
    OTHER_FEE_LAPSED = (
        "other_fee_lapsed",
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
        OutcomeGroup.OTHER,
        ("第四十二条",),
    )
    OTHER_OTHER = (
        "other_other",
        "3.其他",
        OutcomeGroup.OTHER,
        (),
    )


def remedy_text(outcome: Outcome, government: str, court: str) -> str:
    """The remedy paragraph a reply with this outcome must carry.

    `government` is the 本级人民政府 (行政复议法第二十四条), `court` the competent 人民法院.
    Class B first sends to reconsideration (第二十三条), periods by 行政复议法第二十条 and
    行政诉讼法第四十五、四十六条.
    """
    if outcome.remedy_class is RemedyClass.B:
        return (
            f"如对本决定不服，应当先自收到本决定之日起60日内向{government}申请行政复议；"
            f"对行政复议决定仍不服的，可自收到行政复议决定书之日起15日内向{court}提起行政诉讼。"
        )
    return (
        f"如对本答复不服，可自收到本答复之日起60日内向{government}申请行政复议，"
        f"或者自收到本答复之日起6个月内向{court}提起行政诉讼。"
    )
