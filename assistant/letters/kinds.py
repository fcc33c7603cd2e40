"""The documents of 政府信息公开, by the usual set of a bureau (domain.md §1.5). Pure."""

from __future__ import annotations

from assistant.disclosure.outcomes import Outcome, OutcomeGroup
from assistant.labels import Labelled


class LetterKind(Labelled):
    """What a letter is for; the wording and the title stand in `responses/letters/`."""

    APPLICATION_FORM = "application_form", "政府信息公开申请表"
    REGISTER_FORM = "register_form", "政府信息公开申请登记表"
    RECEIPT = "receipt", "接收回执"
    CORRECTION_NOTICE = "correction_notice", "补正告知书"
    REASONS_NOTICE = "reasons_notice", "说明理由告知书"
    EXTENSION_NOTICE = "extension_notice", "延期答复告知书"
    THIRD_PARTY_CONSULTATION = "third_party_consultation", "征求意见书（第三方）"
    THIRD_PARTY_REPLY = "third_party_reply", "征求意见确认函"
    CONSULTATION_NOTICE = "consultation_notice", "征求意见告知书（申请人）"
    DISCLOSURE_NOTICE = "disclosure_notice", "公开告知书（第三方）"
    CO_MAKER_CONSULTATION = "co_maker_consultation", "征求意见书（共同制作机关）"
    ASSISTANCE = "assistance", "协办函"
    FEE_NOTICE = "fee_notice", "收费通知书"
    REPLY_GRANTED = "reply_granted", "答复书（予以公开）"
    REPLY_PARTIAL = "reply_partial", "答复书（部分公开）"
    REPLY_DENIED = "reply_denied", "答复书（不予公开）"
    REPLY_UNABLE = "reply_unable", "答复书（无法提供）"
    REPLY_UNPROCESSED = "reply_unprocessed", "答复书（不予处理）"
    REPLY_OTHER = "reply_other", "答复书（其他处理）"
    INQUIRY_REPLY = "inquiry_reply", "咨询投诉等事项答复书"


_REPLIES: dict[OutcomeGroup, LetterKind] = {
    OutcomeGroup.GRANTED: LetterKind.REPLY_GRANTED,
    OutcomeGroup.PARTIAL: LetterKind.REPLY_PARTIAL,
    OutcomeGroup.DENIED: LetterKind.REPLY_DENIED,
    OutcomeGroup.UNABLE: LetterKind.REPLY_UNABLE,
    OutcomeGroup.UNPROCESSED: LetterKind.REPLY_UNPROCESSED,
    OutcomeGroup.OTHER: LetterKind.REPLY_OTHER,
}
# A reply to an application is one of these; everything else has a template of its own.
REPLY_KINDS = frozenset(_REPLIES.values())


def reply_kind(outcome: Outcome | None) -> LetterKind:
    """The letter a reply with this outcome becomes; without one it answers an ordinary inquiry."""
    return LetterKind.INQUIRY_REPLY if outcome is None else _REPLIES[outcome.group]
