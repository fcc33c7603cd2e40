"""The wording of the sample years as a file, and how its blanks are filled by chance. Pure but for reading it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from random import Random

import yaml
from pydantic import BaseModel, ConfigDict, Field

from assistant.cases.kinds import CaseKind
from assistant.disclosure.form import ApplicantClass

FILE = Path("responses") / "samples" / "years.yaml"
_SLOT = re.compile(r"\{(\w+)\}")
_BLANK = re.compile(r"【[^】]*】")
_OTHERWISE = "见附件"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Matter(_Part):
    """What people write about. Each wording of it has its own reply, or all have one."""

    kind: CaseKind
    office: str
    title: str
    text: tuple[str, ...]
    reply: tuple[str, ...]
    months: tuple[int, ...] = ()
    weight: int = 1

    def reply_to(self, wording: int) -> str:
        return self.reply[min(wording, len(self.reply) - 1)]


class Information(_Part):
    """What applications ask for, by the office that would hold it."""

    text: tuple[str, ...]
    office: str


class ReportTexts(_Part):
    """What the sample bureau fills into its reports: parts and counts by the keys of the form, and a correction."""

    parts: Mapping[str, str]
    counts: Mapping[str, int | float]
    corrected: str
    correction: str


class Texts(_Part):
    """The whole file."""

    names: tuple[str, ...]
    organisations: Mapping[ApplicantClass, tuple[str, ...]]
    slots: Mapping[str, tuple[str, ...]]
    matters: tuple[Matter, ...]
    information: tuple[Information, ...]
    reopened: str
    supplement: str
    supplied: str
    parties: tuple[str, ...]
    consultation: str
    fee: str
    extension: str
    excessive: str
    declined: str
    transferred: str
    returned: str
    draft_returned: str
    withdrawn: str
    blanks: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    questions: Mapping[str, tuple[str, ...]]
    report: ReportTexts

    def fill(self, text: str, rng: Random, today: date) -> str:
        """`text` with each slot filled by one of its words; {year} is the year before."""

        def word(found: re.Match[str]) -> str:
            if found[1] == "year":
                return str(today.year - 1)
            return rng.choice(self.slots[found[1]])

        return _SLOT.sub(word, text)

    def complete(self, letter: str, fills: Sequence[str]) -> str:
        """A letter whose marked blanks are filled, in their order."""
        left = iter(fills)
        return _BLANK.sub(lambda _: next(left, _OTHERWISE), letter)


def read_texts(project: Path) -> Texts:
    """The file; pydantic names what does not fit."""
    return Texts.model_validate(yaml.safe_load((project / FILE).read_text(encoding="utf-8")))
