"""A queue to practise on: thirty invented cases for the sample bureau, and for no other database.

They are opened by the verbs citizens and staff use, at moments in the past, so that some are nearly due and some late.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.cases.actions import confirm, open_case
from assistant.cases.intake import Channel, NewCase
from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.cases.opening import local_date
from assistant.cases.rules import Rules
from assistant.disclosure.form import ApplicantClass, Delivery, DisclosureForm
from assistant.samples.mark import holds_samples, require_no_real_cases
from assistant.staff.roles import Actor, Role

FILE = Path("responses") / "samples" / "queue.yaml"
_CLERK = Actor(None, "示例登记员", Role.OPERATOR)


class SampleCase(BaseModel):
    """One line of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: CaseKind
    days: int
    text: str
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    channel: Literal["web", "hotline", "post"] = "web"
    office: str | None = None
    external_no: str | None = None
    external_in: int | None = None
    """In how many days from now the hotline wants it done."""
    applicant: ApplicantClass = ApplicantClass.PERSON
    delivery: Delivery = Delivery.EMAIL
    confirmed: bool = False


_FILE: TypeAdapter[list[SampleCase]] = TypeAdapter(list[SampleCase])


def read_samples(project: Path) -> list[SampleCase]:
    """The file's cases; pydantic names what does not fit."""
    return _FILE.validate_python(yaml.safe_load((project / FILE).read_text(encoding="utf-8")))


def load_samples(session: Session, samples: list[SampleCase], now: datetime, rules: Rules) -> int:
    """Open them, or nothing where they are already; `Conflict` in a database with cases of its own."""
    marks = [sample.external_no for sample in samples if sample.external_no]
    if session.scalar(select(Case.id).where(Case.external_no.in_(marks)).limit(1)):
        return 0
    if not holds_samples(session):
        require_no_real_cases(session, ())
    for place, sample in enumerate(samples):
        _open(session, sample, _key(place), now, rules)
    return len(samples)


def _open(session: Session, sample: SampleCase, key: str, now: datetime, rules: Rules) -> None:
    came = now - timedelta(days=sample.days)
    is_application = sample.kind is CaseKind.DISCLOSURE
    form = DisclosureForm(sample.text, sample.applicant, sample.delivery)
    due_in = sample.external_in
    request = NewCase(
        kind=sample.kind,
        text=sample.text,
        form_key=key,
        channel=Channel(sample.channel),
        contact_name=sample.name,
        contact_phone=sample.phone,
        contact_email=sample.email,
        office_id="office.disclosure" if is_application else sample.office,
        disclosure=form if is_application else None,
        external_no=sample.external_no,
        external_due_on=None if due_in is None else local_date(now + timedelta(days=due_in)),
    )
    receipt = open_case(session, request, came, rules, actor=_CLERK)
    if sample.confirmed:
        confirm(session, _CLERK, receipt.case_id, came, rules)


def queue_keys(samples: list[SampleCase]) -> list[str]:
    """The form keys its cases are filed under."""
    return [_key(place) for place in range(len(samples))]


def _key(place: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"xunda-sample-{place}"))
