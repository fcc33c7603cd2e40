"""Taipei's frequent questions as a knowledge base of this program: departments become offices. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

from assistant.knowledge.content import Answer, AnyRecord, Bureau, Office, Source

CITY = "臺北市政府"
SOURCE = "臺北市政府常見問答（GOV-TW/TPE-FAQ-OD）"
GENERAL = "office.general"
NO_ANSWER = "（原資料沒有答案內容）"
LONGEST_TITLE = 60

_BLOCKS = frozenset(["br", "p", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4"])
_UNSEEN = frozenset(["script", "style"])
# What a reader writes about numbers (A<0.6) is no tag; a parser needs to see a name.
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|&(?:#\d+|#x[0-9A-Fa-f]+|[A-Za-z]+);")
_BLANK_LINES = re.compile(r"\n{2,}")
_BLANKS = re.compile(r"[^\S\n]+")


@dataclass(frozen=True)
class Question:
    """One row of the FAQ, its answer without HTML."""

    id: str
    department: str
    asked: str
    answer: str
    keywords: tuple[str, ...]
    dated: date


class _Text(HTMLParser):
    """Collects what a browser would show; block elements end a line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _UNSEEN
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in _UNSEEN and self._hidden > 0
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def strip_html(text: str) -> str:
    """The text a browser would show: one line a block, no blank lines."""
    if _TAG.search(text):
        parser = _Text()
        parser.feed(text)
        parser.close()
        text = "".join(parser.parts)
    lines = (_BLANKS.sub(" ", line).strip() for line in text.splitlines())
    return _BLANK_LINES.sub("\n", "\n".join(lines)).strip()


def read_questions(file: Path) -> list[Question]:
    """Every row of the FAQ, in the file's order."""
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [
        Question(
            id=f"taipei.{row['id'].lower()}",
            department=row["dept"],
            asked=strip_html(row["question"]).replace("\n", " "),
            answer=strip_html(row["answer"]) or NO_ANSWER,
            keywords=tuple(word.strip() for word in row["keywords"] if word.strip()),
            dated=date.fromisoformat(row["date"]),
        )
        for row in rows
    ]


def records_of(questions: Sequence[Question]) -> list[tuple[str, AnyRecord]]:
    """The second bureau: its own data (invented), its offices and its answers, each with its file's name."""
    offices = {
        department: f"office.d{number:03}"
        for number, department in enumerate(sorted({one.department for one in questions}), 1)
    }
    general = _office(GENERAL, CITY)
    records: list[AnyRecord] = [_bureau(), general]
    records += [_office(office_id, name) for name, office_id in offices.items()]
    answers = (_answer(one, offices[one.department]) for one in questions)
    return [("bureau.yml", record) for record in records] + [("faq.yml", one) for one in answers]


def _answer(question: Question, office: str) -> Answer:
    return Answer(
        id=question.id,
        title=_title(question.asked),
        office=office,
        sources=(Source(law=SOURCE),),
        effective_on=question.dated,
        verified_on=question.dated,
        text=question.answer,
    )


def _title(asked: str) -> str:
    return asked if len(asked) <= LONGEST_TITLE else asked[: LONGEST_TITLE - 1] + "…"


def _office(office_id: str, name: str) -> Office:
    return Office(
        id=office_id,
        title=name,
        duties=f"{name}的業務",
        address="示例路1號",
        hours="周一至周五 8:30–17:30",
        phone="02-00000000",
    )


def _bureau() -> Bureau:
    """Everything only the bureau can know; invented, since the data do not hold it."""
    hours, address, phone = "周一至周五 8:30–17:30", "示例路1號", "02-00000000"
    return Bureau(
        id="bureau",
        title=CITY,
        sample=True,
        name=CITY,
        short_name="北市府",
        government=CITY,
        supervising_office=CITY,
        court=f"{CITY}所在法院",
        address=address,
        postcode="000000",
        hours=hours,
        phone=phone,
        duty_phone=phone,
        fax=phone,
        email="info@example.gov.tw",
        website="https://www.example.gov.tw",
        service_site="https://www.example.gov.tw/service",
        hall=address,
        hall_hours=hours,
        complaint_phone=phone,
        leaders=(),
        media=(),
        promised_days={},
        verified_on=date(2020, 1, 1),
    )


def spread(questions: Sequence[Question], most: int) -> list[Question]:
    """At most so many questions, taken evenly from the whole file."""
    if len(questions) <= most:
        return list(questions)
    return [questions[place * len(questions) // most] for place in range(most)]


def names_in(records: Iterable[tuple[str, AnyRecord]]) -> int:
    """How many phrasings the records' own names already make."""
    return sum(not isinstance(record, Bureau) for _, record in records)
