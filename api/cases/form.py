"""The form a case is handed in with: what was typed, what it asks for, and everything wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from pydantic import BaseModel

from assistant.cases.intake import Channel, NewCase, checked
from assistant.cases.kinds import CaseKind
from assistant.disclosure.form import ApplicantClass, Delivery, DisclosureForm
from assistant.errors import Invalid

# In the order of the page, which is the order of the error summary.
_FIELDS = (
    "kind",
    "information",
    "delivery",
    "applicant",
    "text",
    "contact_name",
    "contact_phone",
    "contact_email",
    "form_key",
)


# A value of each field that is never refused: put in to see what else is wrong.
_FITTING: dict[str, Callable[[NewCase], NewCase]] = {
    "text": lambda request: replace(request, text="——"),
    "information": lambda request: replace(
        request, disclosure=replace(_form_of(request), information="——")
    ),
    "contact_name": lambda request: replace(request, contact_name="某"),
    "contact_phone": lambda request: replace(request, contact_phone="88888888"),
    "contact_email": lambda request: replace(request, contact_email="a@b.cn"),
}


def _form_of(request: NewCase) -> DisclosureForm:
    return request.disclosure or DisclosureForm("", ApplicantClass.PERSON, Delivery.EMAIL)


def chosen(members: type[E], value: str) -> E | None:
    """The member a form's value names, or None: what a browser sends need not be one of ours."""
    try:
        return members(value)
    except ValueError:
        return None


E = TypeVar("E", bound=StrEnum)


class CaseForm(BaseModel):
    """The form as typed, every value a string, so that all of it can be shown again."""

    csrf: str = ""
    form_key: str = ""
    from_turn: str = ""
    kind: str = ""
    text: str = ""
    information: str = ""
    delivery: str = ""
    applicant: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""


class Faulty(Invalid):
    """More than one thing to put right: `faults` in the order of the page."""

    def __init__(self, faults: Sequence[Invalid]) -> None:
        self.faults = sorted(faults, key=lambda fault: _FIELDS.index(field_of(fault)))
        super().__init__("有几处需要改一下，改好后再提交。您填写的内容都还在。")


def field_of(fault: Invalid) -> str:
    """The form field a refusal is about."""
    field = fault.details.get("field")
    return field if isinstance(field, str) and field in _FIELDS else "form_key"


def wanted_case(typed: CaseForm) -> NewCase:
    """The submission in these words; `Faulty` with everything that is wrong, not the first only."""
    faults: list[Invalid] = []
    kind = chosen(CaseKind, typed.kind)
    if kind is None:
        faults.append(Invalid("请选一个类别。", field="kind"))
    form = None
    if kind is CaseKind.DISCLOSURE:
        delivery = chosen(Delivery, typed.delivery)
        applicant = chosen(ApplicantClass, typed.applicant)
        if delivery is None:
            faults.append(Invalid("请选一种获取方式。", field="delivery"))
        if applicant is None:
            faults.append(Invalid("请选申请人的类型。", field="applicant"))
        form = DisclosureForm(
            typed.information, applicant or ApplicantClass.PERSON, delivery or Delivery.EMAIL
        )
    request = NewCase(
        kind=kind or CaseKind.CONSULTATION,
        # The application is the description itself; more words are welcome, not required.
        text=typed.text if typed.text.strip() or form is None else typed.information,
        form_key=typed.form_key,
        channel=Channel.CHAT if typed.from_turn else Channel.WEB,
        contact_name=typed.contact_name,
        contact_phone=typed.contact_phone,
        contact_email=typed.contact_email,
        disclosure=form,
    )
    faults += faults_of(request, may_lack_text=form is not None and not typed.text.strip())
    if faults:
        raise Faulty(faults)
    return request


def faults_of(request: NewCase, may_lack_text: bool) -> list[Invalid]:
    """Everything `checked` has against a submission, found by mending one field at a time."""
    faults: list[Invalid] = []
    if may_lack_text:
        request = _FITTING["text"](request)
    while True:
        try:
            checked(request)
        except Invalid as fault:
            faults.append(fault)
            field = field_of(fault)
            if field not in _FITTING:
                return faults
            request = _FITTING[field](request)
        else:
            return faults
