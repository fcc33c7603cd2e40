"""Who is asked for an opinion on an application, and what their answer or silence means. Pure."""

from __future__ import annotations

from assistant.labels import Labelled


class PartyKind(Labelled):
    """Whom the bureau asks before it decides."""

    THIRD_PARTY = "third_party", "第三方（第三十二条）"
    CO_MAKER = "co_maker", "共同制作机关（第三十四条）"
    OTHER_AGENCY = "other_agency", "其他机关"


class Opinion(Labelled):
    """What they said; `SILENT` is what the worker records when their period has passed."""

    AGREES = "agrees", "同意公开"
    OBJECTS_WITH_REASON = "objects_with_reason", "不同意公开且有合理理由"
    OBJECTS = "objects", "不同意公开，没有合理理由"
    SILENT = "silent", "逾期未提出意见"


_MEANING: dict[tuple[PartyKind, Opinion], str] = {
    (PartyKind.THIRD_PARTY, Opinion.AGREES): "第三方同意公开，可以公开（第三十二条）。",
    (PartyKind.THIRD_PARTY, Opinion.OBJECTS_WITH_REASON): (
        "第三方不同意且有合理理由，不予公开；认为不公开会对公共利益造成重大影响的，可以决定公开，"
        "并书面告知第三方公开的内容和理由（第三十二条）。"
    ),
    (PartyKind.THIRD_PARTY, Opinion.OBJECTS): (
        "第三方不同意但没有合理理由，由本机关依照条例决定是否公开（第三十二条）。"
    ),
    # Silence means opposite things: here the bureau decides, there it counts as consent.
    (PartyKind.THIRD_PARTY, Opinion.SILENT): (
        "第三方逾期未提出意见，不等于同意，由本机关依照条例决定是否公开（第三十二条）。"
    ),
    (PartyKind.CO_MAKER, Opinion.SILENT): (
        "共同制作机关逾期未提出意见，视为同意公开（第三十四条）。"
    ),
}


def meaning_of(party: PartyKind, opinion: Opinion) -> str:
    """What follows from an answer, or from none, with the article."""
    known = _MEANING.get((party, opinion))
    if known is not None:
        return known
    if opinion is Opinion.SILENT:
        return "对方逾期未提出意见，由本机关依照条例决定是否公开。"
    return f"对方{opinion.label}，由本机关综合考虑后决定是否公开。"
