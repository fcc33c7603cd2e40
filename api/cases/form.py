"""The form a case is handed in with: what was typed, what it asks for, and everything wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from fastapi import UploadFile
from pydantic import BaseModel

from assistant.cases.intake import CONSENT, Channel, NewCase, checked
from assistant.cases.kinds import CaseKind
from assistant.disclosure.form import ApplicantClass, Delivery, DisclosureForm
from assistant.errors import Invalid

# In the order of the page, which is the order of the error summary.
_FIELDS = (
    "kind",
    "information",
    "delivery",
    "applicant",
    "help_needed",
    "identity",
    "text",
    "evidence",
    "contact_name",
    "contact_phone",
    "contact_email",
    "consent",
    "form_key",
)


# A value of each field that is never refused: put in to see what else is wrong.
_FITTING: dict[str, Callable[[NewCase], NewCase]] = {
    "text": lambda request: replace(request, text="——"),
    "information": lambda request: replace(
        request, disclosure=replace(_form_of(request), information="——")
    ),
    "help_needed": lambda request: replace(
        request, disclosure=replace(_form_of(request), help_needed=None)
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
    """The form as typed, every value a string, so that all of it can be shown again.

    `advised` says that the page has told what the words look like (条例第三十九条); `go` names the button pressed.
    """

    csrf: str = ""
    form_key: str = ""
    from_turn: str = ""
    advised: str = ""
    go: str = ""
    kind: str = ""
    text: str = ""
    information: str = ""
    delivery: str = ""
    applicant: str = ""
    help_needed: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    consent: str = ""


class SentForm(CaseForm):
    """The same with the files chosen: identity proof of an application, papers or pictures of anything."""

    identity: list[UploadFile] = []
    evidence: list[UploadFile] = []

    def typed(self) -> CaseForm:
        """What can be shown again: a browser lets no page choose files for anybody."""
        return CaseForm(**self.model_dump(exclude={"identity", "evidence"}))


class Faulty(Invalid):
    """More than one thing to put right: `faults` in the order of the page."""

    def __init__(self, faults: Sequence[Invalid]) -> None:
        self.faults = sorted(faults, key=lambda fault: _FIELDS.index(field_of(fault)))
        super().__init__("有几处需要改一下，改好后再提交。您填写的内容都还在。")


def field_of(fault: Invalid) -> str:
    """The form field a refusal is about."""
    field = fault.details.get("field")
    return field if isinstance(field, str) and field in _FIELDS else "form_key"


def wanted_case(typed: CaseForm, file_faults: Iterable[Invalid] = ()) -> NewCase:
    """The submission in these words; `Faulty` with everything that is wrong, not the first only."""
    faults: list[Invalid] = [*file_faults]
    kind = chosen(CaseKind, typed.kind)
    if kind is None:
        faults.append(Invalid("请选一个类别。", field="kind"))
    form = _wanted_form(typed, faults) if kind is CaseKind.DISCLOSURE else None
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
        details={CONSENT: typed.consent} if typed.consent and form is None else None,
    )
    faults += faults_of(request, may_lack_text=form is not None and not typed.text.strip())
    if faults:
        raise Faulty(faults)
    return request


def _wanted_form(typed: CaseForm, faults: list[Invalid]) -> DisclosureForm:
    delivery = chosen(Delivery, typed.delivery)
    applicant = chosen(ApplicantClass, typed.applicant)
    if delivery is None:
        faults.append(Invalid("请选一种获取方式。", field="delivery"))
    if applicant is None:
        faults.append(Invalid("请选申请人的类型。", field="applicant"))
    return DisclosureForm(
        typed.information,
        applicant or ApplicantClass.PERSON,
        delivery or Delivery.EMAIL,
        typed.help_needed or None,
    )


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


def as_inquiry(typed: CaseForm, kind: CaseKind) -> CaseForm:
    """The same words as a matter of another kind, to be read over and sent: nothing has been filed yet."""
    words = [typed.information.strip(), typed.text.strip()]
    text = "\n".join(dict.fromkeys(word for word in words if word))
    return typed.model_copy(
        update={"kind": kind.value, "text": text, "information": "", "go": "", "advised": ""}
    )
