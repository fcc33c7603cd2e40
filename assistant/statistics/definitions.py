"""What every published figure means, in words that stand beside it (domain.md §8). Pure."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.statistics.rates import MINIMUM_SAMPLE
from assistant.statistics.suppression import SMALLEST_SHOWN

_FEW = f"不足{MINIMUM_SAMPLE}件（条）时不计算。"
_DAYS = "中位数：从短到长排，排在正中间的那件；九成不超过：十件里有九件不超过这个天数。"


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure's name, the unit it is counted in, and how it is counted."""

    label: str
    unit: str
    text: str


DEFINITIONS: dict[str, Definition] = {
    # Cases
    "received": Definition(
        "收到",
        "件",
        "统计期内收到、开始计算答复期限的件数。依申请公开以双方确认之日为收到之日"
        "（《政府信息公开条例》第三十一条）。重办的不另算一件。",
    ),
    "closed": Definition("已答复", "件", "统计期内第一次发出答复的件数，不论哪一天收到。"),
    "open_at_end": Definition(
        "期末在办", "件", "统计期最后一天（还没过完的算到现在）已经收到、还没有结果的件数。"
    ),
    "on_time_rate": Definition(
        "按期答复率",
        "%",
        "按期答复的件数÷已答复的件数。答复日期不晚于到期日即为按期；到期日已经算进依法停止计算的时间和延期。"
        + _FEW,
    ),
    "extended": Definition("延期后答复", "件", "已答复的件里，依法延长过答复期限的件数。"),
    "overdue": Definition(
        "超过期限",
        "件",
        "统计期内过了到期日还没有答复的件数，以到期日的次日为准，后来答复了的也算。",
    ),
    "reopened": Definition("重办", "次", "统计期内因为群众不满意等原因重新办理的次数。"),
    "reply_days": Definition(
        "答复用时",
        "个工作日",
        "从收到的次日数到第一次答复当日的工作日，扣除依法停止计算的时间（等补正、征求意见、等缴费）。"
        + _DAYS,
    ),
    "closing_days": Definition(
        "办结用时", "个工作日", "从收到的次日数到办结当日的工作日，不扣除停止计算的时间。" + _DAYS
    ),
    "case_satisfaction": Definition(
        "办件满意率", "%", "评价“满意”或者“非常满意”的件数÷作出评价的件数。" + _FEW
    ),
    "results": Definition(
        "办理结果",
        "件",
        "统计期内有了结果的件，按第一次的结果分。依申请公开按年度报告的六类结果分。",
    ),
    "cases_by_kind": Definition("按类别", "件", "收到和已答复的件，按办件的类别分。"),
    "cases_by_office": Definition(
        "按处室", "件", "收到和已答复的件，按承办处室分；还没有派办的单列。"
    ),
    "cases_by_channel": Definition("按渠道", "件", "收到和已答复的件，按来件的渠道分。"),
    "cases_by_time": Definition(
        "按时间",
        "件",
        "按北京时间分月、分季度，四个季度相加等于全年。收到按收到之日，答复按答复之日。",
    ),
    "crossed": Definition(
        "交叉表",
        "件",
        f"不到{SMALLEST_SHOWN}件的格子可能让人认出是谁，不公布，写成“*”；"
        "为了不让人从合计里推算出来，另有一些格子（包括0）也写成“*”。合计是准确的。过完的年份才有交叉表。",
    ),
    # Applications for information
    "applications": Definition(
        "收到和处理申请",
        "件",
        "双方确认收到申请之日（《政府信息公开条例》第三十一条）在统计期内的计为新收，发出答复之日在统计期内的计入结果；"
        "期末没有办结的结转下期。按申请人类别分的，见统计报告。",
    ),
    "contests": Definition(
        "行政复议、行政诉讼",
        "件",
        "因政府信息公开引起的，统计期内审结的按结果计，期末没有审结的计为尚未审结。",
    ),
    "application_on_time_rate": Definition(
        "申请按期答复率",
        "%",
        "按期答复的申请÷已答复的申请。到期日已经算进依法停止计算的时间和延期（条例第三十三条）。"
        + _FEW,
    ),
    "application_extended": Definition(
        "申请延期后答复", "件", "已答复的申请里，依法延长过答复期限的件数（条例第三十三条）。"
    ),
    "application_overdue": Definition(
        "申请超过期限", "件", "统计期内过了到期日还没有答复的申请，以到期日的次日为准。"
    ),
    "application_days": Definition(
        "申请答复用时",
        "个工作日",
        "从收到的次日数到答复当日的工作日，扣除补正、征求意见、等缴费等不计算的时间。" + _DAYS,
    ),
    "fees_asked": Definition(
        "发出收费通知", "件", "按通知日期计（条例第四十二条，国办函〔2020〕109号）。"
    ),
    "fees_asked_amount": Definition("通知收费金额", "元", "统计期内收费通知的金额合计。"),
    "fees_paid": Definition("缴纳信息处理费", "件", "统计期内缴清了费用的件数，按缴费日期计。"),
    "fees_paid_amount": Definition("实收信息处理费", "元", "统计期内实际缴纳的金额合计。"),
    # Questions of the chat
    "questions": Definition("在线提问", "条", "统计期内在线提问的条数，每问一句算一条。"),
    "outcomes": Definition("按结果", "条", "每条提问只归入一种结果，各项相加等于在线提问的条数。"),
    "answered_rate": Definition("直接答复率", "%", "直接答复的条数÷提问条数（不算寒暄）。" + _FEW),
    "handover_rate": Definition("转人工率", "%", "转人工的条数÷提问条数（不算寒暄）。" + _FEW),
    "clarification_rate": Definition(
        "请对方选择率", "%", "没有把握、列出几项请提问人选择的条数÷提问条数（不算寒暄）。" + _FEW
    ),
    "out_of_scope_rate": Definition(
        "不属本局率", "%", "问的是其他机关职责的条数÷提问条数（不算寒暄）。" + _FEW
    ),
    "unanswerable_rate": Definition(
        "答不上来率", "%", "没有答上来的条数÷提问条数（不算寒暄）。" + _FEW
    ),
    "bot_resolved": Definition(
        "在线解决", "条", "直接答复、并且提问人24小时内没有再从这次对话来件的条数。"
    ),
    "bot_resolved_rate": Definition(
        "在线解决率", "%", "在线解决的条数÷提问条数（不算寒暄）。" + _FEW
    ),
    "satisfaction": Definition("答复有帮助", "%", "评价“有帮助”的条数÷作出评价的条数。" + _FEW),
    "questions_by_channel": Definition("按渠道", "条", "在线提问按来的渠道分。"),
    "questions_by_topic": Definition("按主题", "条", "在线提问按答复所依据的知识归类。"),
    "top_questions": Definition(
        "问得最多的", "条", f"直接答复次数最多的事项和问答，不到{SMALLEST_SHOWN}条的不列。"
    ),
    "top_gaps": Definition(
        "最需要补充的",
        "条",
        "没有答上来、或者请对方选择的提问，按最接近的事项归并；只列事项，不列提问人的原话，"
        f"不到{SMALLEST_SHOWN}条的不列。",
    ),
    # Documents
    "interpretation_rate": Definition(
        "规范性文件解读率",
        "%",
        "统计期内生成的行政规范性文件里，公开目录中有对应解读的件数÷行政规范性文件的件数。没有文件时不计算。",
    ),
}


def label_of(key: str) -> str:
    """How the figure is called."""
    return DEFINITIONS[key].label
