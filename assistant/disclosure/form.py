"""The application form of 政府信息公开条例第二十九条, beyond name and contact. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.errors import Invalid
from assistant.labels import Labelled

INFORMATION_MAX = 500
HELP_MAX = 100


class ApplicantClass(Labelled):
    """The six columns of the annual report's application table; `label` is the form's heading."""

    PERSON = "person", "自然人"
    COMPANY = "company", "商业企业"
    RESEARCH = "research", "科研机构"
    CHARITY = "charity", "社会公益组织"
    LEGAL_SERVICE = "legal_service", "法律服务机构"
    OTHER = "other", "其他"


class Delivery(Labelled):
    """In what form and by what way the applicant wants the information (第二十九条第二款第三项)."""

    EMAIL = "email", "电子文件，电子邮件发送"
    POST = "post", "纸质文件，邮寄"
    COLLECT = "collect", "纸质文件，自行领取"
    INSPECT = "inspect", "当面查阅、抄录"


@dataclass(frozen=True, slots=True)
class DisclosureForm:
    """What is wanted and how: 信息名称、文号或者便于查询的其他特征性描述, and the form of delivery.

    `help_needed` is what somebody who reads, sees or hears with difficulty asks for (第四十三条).
    The purpose is never asked: the statute no longer allows it.
    """

    information: str
    applicant: ApplicantClass
    delivery: Delivery
    help_needed: str | None = None

    def to_details(self) -> dict[str, str]:
        """The form as it is stored beside the case."""
        helped = {"help_needed": self.help_needed} if self.help_needed else {}
        return {
            "information": self.information,
            "applicant": self.applicant.value,
            "delivery": self.delivery.value,
            **helped,
        }

    @classmethod
    def from_details(cls, details: Mapping[str, str]) -> DisclosureForm:
        """The stored form read back."""
        return cls(
            information=details["information"],
            applicant=ApplicantClass(details["applicant"]),
            delivery=Delivery(details["delivery"]),
            help_needed=details.get("help_needed"),
        )


def check_form(form: DisclosureForm | None) -> None:
    """Raise `Invalid` unless 第二十九条第二款第二项 is met: the information can be looked for."""
    if form is None or not form.information:
        message = "请写明所需信息的名称、文号，或者便于查询的其他特征。"
        raise Invalid(message, field="information")
    if len(form.information) > INFORMATION_MAX:
        raise Invalid(f"所需信息的描述不能超过{INFORMATION_MAX}字。", field="information")
    if form.help_needed and len(form.help_needed) > HELP_MAX:
        raise Invalid(f"需要的帮助请用{HELP_MAX}字以内说明。", field="help_needed")
