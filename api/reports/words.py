"""The Chinese words for what an evaluation counts by, for the terminal and the page alike."""

from __future__ import annotations

from assistant.conversation.models import Outcome

GROUPINGS = {"set": "题集", "outcome": "应有的结果", "register": "说法", "topic": "事项"}
SETS = {
    "answered": "该答的问题",
    "must_not_answer": "不该直接答的",
    "near_twins": "近似题",
    "emergencies": "险情和举报",
    "personal_data": "含个人信息",
    "dialogues": "连续对话",
}
REGISTERS = {
    "standard": "规范书面",
    "fragment": "短语",
    "colloquial": "口语",
    "dialect": "方言",
    "typo": "错别字",
    "traditional": "繁体",
    "speech": "语音转写",
    "long": "长篇",
}
OUTCOMES = {outcome.value: outcome.label for outcome in Outcome}
_BY_GROUPING = {"set": SETS, "outcome": OUTCOMES, "register": REGISTERS}


def name_of(grouping: str, name: str) -> str:
    """A group's name; one we have no word for keeps its own."""
    return _BY_GROUPING.get(grouping, {}).get(name, name) or "（未标明）"


def outcome_or_id(name: str) -> str:
    """What was expected or given, where it may be an outcome or a record's id."""
    return OUTCOMES.get(name, name)


def percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"


def limit(at_least: bool, value: float) -> str:
    """A bar in words: at least, at most, or none at all."""
    if not value:
        return "一个也不许"
    return f"≥ {value:.0%}" if at_least else f"≤ {value:.0%}"
