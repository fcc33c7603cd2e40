"""What an editor hands in to be published, checked: their own words hold nobody, the reply's are those sent. Pure."""

from __future__ import annotations

from collections.abc import Collection

from assistant.cases.intake import clean_text
from assistant.errors import Invalid
from assistant.publication.covers import (
    END_MARK,
    MARK,
    is_covered_by_editor_only,
    is_covered_only,
)
from assistant.publication.masking import Preview, cover_chosen, findings, preview
from assistant.publication.person import Person


def own_words(
    text: str, field: str, person: Person, also: Collection[str], keep: Collection[str]
) -> Preview:
    """The editor's own wording with what they chose to cover; nothing else in it may need covering."""
    chosen = cover_chosen(text, also, field)
    require_no_findings(chosen, field, person, keep)
    return preview(chosen, person, keep=keep)


def reply_as_sent(
    sent: str, reply: str, person: Person, also: Collection[str], keep: Collection[str]
) -> Preview:
    """The masked reply with what the editor chose to cover besides; `Invalid` for any other difference."""
    chosen = cover_chosen(clean_text(reply), also, "reply")
    seen = preview(chosen, person, keep=keep)
    masked = preview(sent, person, keep=keep).text
    if not (is_covered_by_editor_only(masked, chosen) and is_covered_only(sent, seen.text)):
        message = "公开的答复必须与发出的答复一致，只能再遮盖文字，不能增删、改动。"
        raise Invalid(message, field="reply")
    return seen


def require_no_findings(text: str, field: str, person: Person, keep: Collection[str]) -> None:
    """Raise `Invalid` while `text` holds personal data, saying of which kinds."""
    if kinds := findings(text, person, keep):
        message = f"这里还有个人信息（{'、'.join(kinds)}），请删去，或者用{MARK}{END_MARK}遮盖。"
        raise Invalid(message, field=field)
