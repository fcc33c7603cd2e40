"""The letters' wording as files: `responses/letters/`, one file a letter. Pure but for reading them.

They end in `.yaml` and not in `.yml`: those are knowledge records (`assistant/knowledge/files.py`).

    house.yaml      the bureau's own word in a 文号
    replies.yaml    the reply to an application: opening and closing once, and what differs by outcome
    <kind>.yaml     every other letter, named by `LetterKind`
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from assistant.disclosure.outcomes import Outcome
from assistant.letters.facts import LABELS
from assistant.letters.kinds import REPLY_KINDS, LetterKind

HOUSE, REPLIES, SUFFIX = "house", "replies", ".yaml"
_NAMES = frozenset(LABELS)
# Only a reply has an outcome, and only an outcome has a remedy.
_REPLY_NAMES = _NAMES | {"remedy"}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class BadTemplate(ValueError):
    """A template cannot be used; the message names the file and what is wrong in it."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


_M = TypeVar("_M", bound=_Model)


class Part(_Model):
    """One paragraph. `when` and `unless` name a fact: the paragraph stands only with, only without it."""

    text: Annotated[str, Field(min_length=1)]
    when: str | None = None
    unless: str | None = None

    def applies(self, words: Mapping[str, str | None]) -> bool:
        """Whether the paragraph stands, the facts being what they are."""
        if self.when is not None and words.get(self.when) is None:
            return False
        return self.unless is None or words.get(self.unless) is None


class Row(_Model):
    """One line of a form's table."""

    label: str
    value: str = ""


def _as_part(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


Parts = tuple[Annotated[Part, BeforeValidator(_as_part)], ...]


class LetterTemplate(_Model):
    """A letter with one wording.

    `series` is the word its number counts under, None where it has no 文号. `issued`: it leaves under the bureau's
    name and seal, as a form somebody else fills in does not. `by_hand`: what is not known stays empty, for the pen.
    """

    title: str
    series: str | None = None
    addressee: str | None = None
    issued: bool = True
    by_hand: bool = False
    rows: tuple[Row, ...] = ()
    paragraphs: Parts = ()


class OutcomeTemplate(_Model):
    """What differs by outcome: why, what was decided under which article, and how to get at it."""

    title: str | None = None
    reasons: Parts
    decision: Parts
    access: Parts = ()


class ReplyTemplates(_Model):
    """The reply to an application: opening, then the outcome's own paragraphs, then closing."""

    title: str
    series: str
    addressee: str
    opening: Parts
    closing: Parts
    outcomes: dict[Outcome, OutcomeTemplate]


class _House(_Model):
    word: Annotated[str, Field(min_length=2, max_length=12)]


@dataclass(frozen=True, slots=True)
class Templates:
    """All of them; `word` is the bureau's own in a 文号 (示例林水)."""

    word: str
    letters: Mapping[LetterKind, LetterTemplate]
    replies: ReplyTemplates


def load_templates(folder: Path) -> Templates:
    """Read and check `folder`; `BadTemplate` names the file and the fault.

    Every kind of letter and every outcome must be there, and no placeholder may be unknown.
    """
    files = {path.stem: _read(path) for path in sorted(folder.glob(f"*{SUFFIX}"))}
    _require_files(folder, files)
    house = _parse(_House, files.pop(HOUSE), HOUSE)
    replies = _parse(ReplyTemplates, files.pop(REPLIES), REPLIES)
    _check_replies(replies)
    letters = {LetterKind(name): _letter(data, name) for name, data in files.items()}
    return Templates(house.word, letters, replies)


def _require_files(folder: Path, files: Mapping[str, Any]) -> None:
    wanted = {HOUSE, REPLIES, *(kind.value for kind in LetterKind if kind not in REPLY_KINDS)}
    if missing := sorted(wanted - files.keys()):
        raise BadTemplate(f"{folder}: 缺少 {'、'.join(name + SUFFIX for name in missing)}")
    if unknown := sorted(files.keys() - wanted):
        raise BadTemplate(f"{folder}: 不认识 {'、'.join(name + SUFFIX for name in unknown)}")


def _read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadTemplate(f"{path.name}: 不是有效的 YAML 文件：{error}") from error


def _parse(model: type[_M], data: Any, name: str) -> _M:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadTemplate(f"{name}{SUFFIX}: {place}: {first['msg']}") from error


def _letter(data: Any, name: str) -> LetterTemplate:
    letter = _parse(LetterTemplate, data, name)
    rows = (text for row in letter.rows for text in (row.label, row.value))
    _check_names(name, (letter.title, letter.addressee or "", *rows), _NAMES)
    _check_parts(name, letter.paragraphs, _NAMES)
    return letter


def _check_replies(replies: ReplyTemplates) -> None:
    if missing := [outcome.value for outcome in Outcome if outcome not in replies.outcomes]:
        raise BadTemplate(f"{REPLIES}{SUFFIX}: 缺少办理结果 {'、'.join(missing)}")
    _check_names(REPLIES, (replies.title, replies.addressee), _REPLY_NAMES)
    _check_parts(REPLIES, (*replies.opening, *replies.closing), _REPLY_NAMES)
    for one in replies.outcomes.values():
        _check_parts(REPLIES, (*one.reasons, *one.decision, *one.access), _REPLY_NAMES)


def _check_parts(name: str, parts: Iterable[Part], known: frozenset[str]) -> None:
    for part in parts:
        _check_names(name, (part.text,), known)
        for fact in (part.when, part.unless):
            if fact is not None and fact not in known:
                raise BadTemplate(f"{name}{SUFFIX}: 没有名为“{fact}”的事实")


def _check_names(name: str, texts: Iterable[str], known: frozenset[str]) -> None:
    for text in texts:
        for found in _PLACEHOLDER.findall(text):
            if found not in known:
                raise BadTemplate(f"{name}{SUFFIX}: 没有名为“{{{found}}}”的占位符")
