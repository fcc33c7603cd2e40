"""What is told, to citizens and to staff. Pure."""

from __future__ import annotations

from assistant.labels import Labelled


class NoticeKind(Labelled):
    """What is told: first to citizens, then to staff."""

    CLOCK_STARTED = "clock_started", "申请已确认收到，开始计算答复期限"
    SUPPLEMENT_ASKED = "supplement_asked", "申请内容需要补正，请查看"
    CONSULTING = "consulting", "正在征求意见，所需时间不计入答复期限"
    EXTENDED = "extended", "答复期限已延长，请查看理由"
    FEE_ASKED = "fee_asked", "收到收费通知，请查看"
    DECLINED = "declined", "这件不予受理，请查看理由"
    TRANSFERRED = "transferred", "这件已转送有权处理的机关，请查看"
    LAPSED = "lapsed", "这件因逾期不再处理，请查看"
    REOPENED = "reopened", "这件已重新办理"
    REPLIED = "replied", "已经答复，请查看"

    SUPPLEMENT_CAME = "supplement_came", "申请人已补正"
    OPINION_CAME = "opinion_came", "征求意见已结束，期限继续计算"
    FEE_CAME = "fee_came", "申请人已缴费，期限重新起算"
    DRAFT_RETURNED = "draft_returned", "答复稿被退回修改"
    SIGNED = "signed", "答复已签发，请发出"
    REMINDED = "reminded", "有人催办"
    SUPERVISED = "supervised", "已列入督办"
    DUE_SOON = "due_soon", "快到期"
    OVERDUE = "overdue", "已超过期限"
    WITHDRAWN = "withdrawn", "申请人已撤回"
    DIGEST = "digest", "今日待办"
