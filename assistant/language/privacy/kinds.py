"""The kinds of personal data, and what stands in the text in their stead."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.labels import Labelled


class Personal(Labelled):
    """Kinds of personal data; `label` is what a citizen is told was covered."""

    IDENTITY = "identity", "身份证号"
    PHONE = "phone", "电话号码"
    BANK_CARD = "bank_card", "银行卡号"
    EMAIL = "email", "电子邮箱"
    PLATE = "plate", "车牌号"
    PASSPORT = "passport", "证件号码"
    ACCOUNT = "account", "微信或QQ号"
    NAME = "name", "姓名"
    ADDRESS = "address", "住址"
    BIRTH = "birth", "出生日期"


# What stands in the text instead; COVER finds it again.
COVERS: dict[Personal, str] = {
    Personal.IDENTITY: "[身份证号]",
    Personal.PHONE: "[电话号码]",
    Personal.BANK_CARD: "[银行卡号]",
    Personal.EMAIL: "[电子邮箱]",
    Personal.PLATE: "[车牌号]",
    Personal.PASSPORT: "[证件号码]",
    Personal.ACCOUNT: "[账号]",
    Personal.NAME: "[姓名]",
    Personal.ADDRESS: "[门牌]",
    Personal.BIRTH: "[出生日期]",
}
COVER = re.compile("|".join(re.escape(cover) for cover in sorted(set(COVERS.values()))))


@dataclass(frozen=True)
class Masked:
    """The text fit to be stored, and the kinds of personal data that were covered in it."""

    text: str
    found: tuple[Personal, ...]
