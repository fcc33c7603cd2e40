"""What a citizen hands in, made fit to be stored or refused in words they understand. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from assistant.cases.kinds import CaseKind
from assistant.disclosure.form import DisclosureForm, check_form
from assistant.disclosure.outcomes import Outcome
from assistant.errors import Invalid
from assistant.labels import Labelled

TEXT_MIN, TEXT_MAX = 2, 2000
REPLY_MAX = 10_000
NOTE_MAX = 500
NAME_MAX = 50
EMAIL_MAX = 254
TITLE_LENGTH = 40
# What may be kept beside an inquiry, and with which values: whether its reply may be put on the website.
CONSENT = "consent_publication"
_DETAILS: Mapping[str, tuple[str, ...]] = {CONSENT: ("yes", "no")}

_PHONE = re.compile(r"1[3-9]\d{9}|(?:0\d{2,3}-?)?[2-9]\d{6,7}(?:-\d{1,6})?")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
_OFFICE = re.compile(r"[\w.-]{1,64}")
# Overrides of the writing direction can make a page show something other than what is stored.
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Channel(Labelled):
    """By which way a case came in."""

    WEB = "web", "网站"
    CHAT = "chat", "在线问答"
    WECHAT = "wechat", "微信"
    HOTLINE = "hotline", "热线"
    COUNTER = "counter", "窗口"
    POST = "post", "来信"


@dataclass(frozen=True, slots=True)
class NewCase:
    """One submission. `form_key` is the client's UUID: the same form twice makes one case."""

    kind: CaseKind
    text: str
    form_key: str
    channel: Channel = Channel.WEB
    contact_name: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None
    office_id: str | None = None
    conversation_id: int | None = None
    disclosure: DisclosureForm | None = None
    # Of an inquiry; an application's details are its form.
    details: Mapping[str, str] | None = None
    # The 12345 hotline's own number and deadline, where the case comes from there.
    external_no: str | None = None
    external_due_on: date | None = None


def checked(request: NewCase) -> NewCase:
    """The request cleaned and in canonical form; raises `Invalid` with the field that is wrong."""
    form = _cleaned_form(request.disclosure)
    clean = replace(
        request,
        text=checked_text(request.text),
        form_key=_checked_form_key(request.form_key),
        contact_name=_checked_name(request.contact_name),
        contact_phone=_checked_phone(request.contact_phone),
        contact_email=_checked_email(request.contact_email),
        office_id=checked_office(request.office_id),
        external_no=_checked_external(request.external_no),
        disclosure=form if request.kind is CaseKind.DISCLOSURE else None,
        details=_checked_details(request),
    )
    _check_contact(clean)
    if clean.kind is CaseKind.DISCLOSURE:
        check_form(clean.disclosure)
    return clean


def checked_text(text: str, longest: int = TEXT_MAX, field: str = "text") -> str:
    """`text` without control characters; raises `Invalid` when its length does not fit."""
    clean = clean_text(text)
    if len(clean) < TEXT_MIN:
        raise Invalid("内容太短，请至少写两个字。", field=field)
    if len(clean) > longest:
        raise Invalid(f"内容太长，请控制在{longest}字以内。", field=field)
    return clean


def clean_text(text: str) -> str:
    """Line ends unified; control characters, lone surrogates and direction overrides removed."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in unified if c in "\n\t" or _is_storable(c)).strip()


def title_of(text: str) -> str:
    """The first forty characters, on one line."""
    return " ".join(text.split())[:TITLE_LENGTH]


def checked_line(text: str, longest: int, field: str) -> str:
    """One line of at most `longest` characters; raises `Invalid` when it is empty or longer."""
    line = _one_line(text)
    if not line:
        raise Invalid("请填写这一项。", field=field)
    if len(line) > longest:
        raise Invalid(f"内容太长，请控制在{longest}字以内。", field=field)
    return line


def text_hash(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def reply_hash(text: str, outcome: Outcome | None) -> str:
    """SHA-256 of a reply with its outcome: what an approval and a signature are bound to."""
    return text_hash(f"{outcome.value}\n{text}" if outcome else text)


def _is_storable(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in _DIRECTION


def _cleaned_form(form: DisclosureForm | None) -> DisclosureForm | None:
    if form is None:
        return None
    helped = " ".join(clean_text(form.help_needed or "").split()) or None
    return replace(form, information=clean_text(form.information), help_needed=helped)


def _checked_details(request: NewCase) -> dict[str, str] | None:
    """An inquiry's details; what its kind has no use for is dropped, what is none of ours refused."""
    given = request.details or {}
    if any(value not in _DETAILS.get(name, ()) for name, value in given.items()):
        raise Invalid("表单内容有误，请刷新页面后重新填写。", field="form_key")
    return dict(given) if given and request.kind.rule.may_be_published else None


def _checked_form_key(form_key: str) -> str:
    try:
        return str(UUID(form_key))
    except ValueError:
        raise Invalid("表单编号无效，请刷新页面后重新提交。", field="form_key") from None


def _checked_name(name: str | None) -> str | None:
    clean = _one_line(name)
    if clean and len(clean) > NAME_MAX:
        raise Invalid(f"姓名或名称不能超过{NAME_MAX}字。", field="contact_name")
    return clean


def _checked_phone(phone: str | None) -> str | None:
    typed = _one_line(phone)
    if not typed:
        return None
    number = re.sub(r"[\s()]", "", typed).removeprefix("+")
    if len(number) > 11:
        number = number.removeprefix("86")
    if not _PHONE.fullmatch(number):
        message = "电话号码有误，请填写11位手机号码，或带区号的固定电话。"
        raise Invalid(message, field="contact_phone")
    return number


def _checked_email(email: str | None) -> str | None:
    typed = _one_line(email)
    if not typed:
        return None
    if len(typed) > EMAIL_MAX or not _EMAIL.fullmatch(typed):
        raise Invalid("电子邮箱有误，请检查后重新填写。", field="contact_email")
    return typed


def checked_office(office_id: str | None) -> str | None:
    """An office's id, or None; raises `Invalid` for what cannot be one."""
    if office_id and not _OFFICE.fullmatch(office_id):
        raise Invalid("没有这个科室，请重新选择。", field="office_id")
    return office_id or None


def _checked_external(number: str | None) -> str | None:
    return checked_line(number, 64, "external_no") if number and number.strip() else None


def _check_contact(request: NewCase) -> None:
    rule = request.kind.rule
    if rule.needs_name and not request.contact_name:
        raise Invalid(f"{request.kind.label}需要填写姓名或者名称。", field="contact_name")
    reachable = request.contact_phone or request.contact_email
    if rule.needs_contact and not reachable:
        message = f"{request.kind.label}需要填写电话或电子邮箱，以便与您联系。"
        raise Invalid(message, field="contact_phone")


def _one_line(value: str | None) -> str | None:
    if value is None:
        return None
    folded = unicodedata.normalize("NFKC", clean_text(value[:1000]))
    return " ".join(folded.split()) or None
