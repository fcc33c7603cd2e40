"""The register of periods: how long, from what event, on whose authority. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.errors import Invalid


class Unit(StrEnum):
    WORKDAY = "workday"
    DAY = "day"
    MONTH = "month"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Limit:
    """One period: `amount` in `unit`, counted from the day after `starts`.

    With `Unit.DATE`, `amount` is the day of January after the year of the given date.
    `extendable_by` is in the same unit, 0 when the law allows no extension. `is_local` marks a
    promise of the bureau's own, which may be edited; a period fixed by law may not.
    """

    code: str
    label: str
    amount: int
    unit: Unit
    basis: str
    starts: str
    extendable_by: int = 0
    pausable: bool = False
    is_local: bool = False


_LOCAL_BASIS = "本局设定"


def _local(
    code: str, label: str, amount: int, unit: Unit = Unit.WORKDAY, extendable_by: int = 20
) -> Limit:
    # 延期≤20天 is what hotlines grant (domain.md §3.2); a bureau's own promise needs no statute to be extended.
    return Limit(code, label, amount, unit, _LOCAL_BASIS, "收到之日", extendable_by, is_local=True)


_REGISTER = (
    Limit(
        "disclosure.reply",
        "政府信息公开申请答复",
        20,
        Unit.WORKDAY,
        "《政府信息公开条例》第三十三条",
        "收到申请之日",
        extendable_by=20,
        pausable=True,
    ),
    Limit(
        "disclosure.extension",
        "政府信息公开申请延期答复",
        20,
        Unit.WORKDAY,
        "《政府信息公开条例》第三十三条",
        "原答复期限届满之日",
    ),
    Limit(
        "disclosure.correction_notice",
        "一次性告知补正",
        7,
        Unit.WORKDAY,
        "《政府信息公开条例》第三十条",
        "收到申请之日",
    ),
    Limit(
        "disclosure.third_party",
        "第三方提出意见",
        15,
        Unit.WORKDAY,
        "《政府信息公开条例》第三十二条",
        "第三方收到征求意见书之日",
    ),
    Limit(
        "disclosure.fee_pay",
        "缴纳信息处理费",
        20,
        Unit.WORKDAY,
        "《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）",
        "收到收费通知之日",
    ),
    Limit(
        "disclosure.proactive",
        "主动公开",
        20,
        Unit.WORKDAY,
        "《政府信息公开条例》第二十六条",
        "信息形成或者变更之日",
    ),
    Limit(
        "disclosure.annual_report",
        "公布政府信息公开工作年度报告",
        31,
        Unit.DATE,
        "《政府信息公开条例》第四十九条",
        "报告所属年度",
    ),
    Limit(
        "reconsideration.apply",
        "申请行政复议",
        60,
        Unit.DAY,
        "《行政复议法》第二十条",
        "知道或者应当知道行政行为之日",
    ),
    Limit(
        "litigation.direct",
        "直接提起行政诉讼",
        6,
        Unit.MONTH,
        "《行政诉讼法》第四十六条",
        "知道或者应当知道作出行政行为之日",
    ),
    Limit(
        "litigation.after_reconsideration",
        "不服复议决定提起行政诉讼",
        15,
        Unit.DAY,
        "《行政诉讼法》第四十五条",
        "收到复议决定书之日",
    ),
    Limit(
        "licence.decision",
        "作出行政许可决定",
        20,
        Unit.WORKDAY,
        "《行政许可法》第四十二条第一款、第八十二条",
        "受理之日",
        extendable_by=10,
        pausable=True,
    ),
    Limit(
        "licence.correction",
        "一次性告知补正申请材料",
        5,
        Unit.WORKDAY,
        "《行政许可法》第三十二条第一款第四项、第八十二条",
        "收到申请材料之日",
    ),
    Limit(
        "licence.joint",
        "统一、联合或者集中办理行政许可",
        45,
        Unit.WORKDAY,
        "《行政许可法》第四十二条第二款、第八十二条",
        "受理之日",
        extendable_by=15,
        pausable=True,
    ),
    Limit(
        "licence.delivery",
        "颁发、送达行政许可证件",
        10,
        Unit.WORKDAY,
        "《行政许可法》第四十四条、第八十二条",
        "作出准予许可决定之日",
    ),
    Limit(
        "petition.notice",
        "告知信访事项接收情况",
        15,
        Unit.DAY,
        "《信访工作条例》第二十三条",
        "收到信访事项之日",
    ),
    Limit(
        "petition.finish",
        "办结信访事项",
        60,
        Unit.DAY,
        "《信访工作条例》第三十四条",
        "受理之日",
        extendable_by=30,
    ),
    _local("case.consultation", "咨询答复", 3),
    _local("case.help", "求助答复", 5),
    _local("case.suggestion", "建议答复", 10),
    _local("case.complaint", "投诉答复", 15),
    _local("case.report", "举报答复", 15),
    _local("case.praise", "表扬答复", 10),
    _local("case.leader_mailbox", "领导信箱答复", 7),
    _local("case.proposal", "建议提案答复", 3, Unit.MONTH, extendable_by=3),
    _local("web.message", "网站留言答复", 7),
    _local("web.message_complex", "复杂网站留言答复", 15),
)

LIMITS: dict[str, Limit] = {limit.code: limit for limit in _REGISTER}


def with_local_limits(amounts: Mapping[str, int]) -> dict[str, Limit]:
    """The register with the bureau's own promises replaced, each in its limit's own unit.

    Raises `Invalid` for an unknown code, a period fixed by law, or a number outside 1–60 (months: 1–12).
    """
    return LIMITS | {code: _adjusted(code, amount) for code, amount in amounts.items()}


def _adjusted(code: str, amount: int) -> Limit:
    limit = limit_of(code)
    if not limit.is_local:
        raise Invalid(f"“{limit.label}”的期限由{limit.basis}规定，不能修改。", field=code)
    most, unit = (12, "个月") if limit.unit is Unit.MONTH else (60, "个工作日")
    if not 1 <= amount <= most:
        raise Invalid(f"“{limit.label}”的期限应在1至{most}{unit}之间。", field=code)
    return replace(limit, amount=amount)


def limit_of(kind: str, limits: Mapping[str, Limit] = LIMITS) -> Limit:
    """The period called `kind`; raises `Invalid` when there is none."""
    try:
        return limits[kind]
    except KeyError:
        raise Invalid(f"没有名为“{kind}”的期限。", field="kind") from None
