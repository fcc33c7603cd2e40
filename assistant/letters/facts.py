"""What a letter may tell: the facts of one case, and how each is worded. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from assistant.disclosure.fees import Fee, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """Everything a template may use. What is not known stays None and becomes a blank to be filled in by hand.

    Dates are in Asia/Shanghai. `received_on` is the day of 条例第三十一条; `until` the other side's last day
    (supplement, reasons, opinion, fee); `asked_on` the day they were asked; `reason` why the letter is written, or
    what it asks for; `party_name` the third party or the body asked; `other_body` whoever answers for the
    information instead (第三十六条第五项); `published_at` where it is public already; `earlier_no` and `earlier_on`
    the reply a repeated application has had; `matter` the kind of an ordinary inquiry (投诉);
    `reconsideration_site` the online way of 行政复议法第二十二条, wanted where the letter itself goes online.
    """

    agency: str | None = None
    government: str | None = None
    court: str | None = None
    competent_authority: str | None = None
    office: str | None = None
    office_phone: str | None = None
    office_address: str | None = None
    office_hours: str | None = None
    applicant_name: str | None = None
    applicant_is_person: bool = True
    applicant_class: str | None = None
    applicant_phone: str | None = None
    applicant_email: str | None = None
    applicant_address: str | None = None
    information: str | None = None
    delivery: str | None = None
    channel: str | None = None
    register_no: str | None = None
    receipt_no: str | None = None
    matter: str | None = None
    received_on: date | None = None
    supplemented_on: date | None = None
    today: date | None = None
    due_on: date | None = None
    new_due_on: date | None = None
    until: date | None = None
    asked_on: date | None = None
    reason: str | None = None
    fee: Fee | None = None
    fee_by_pages: bool = False
    payment: str | None = None
    party_name: str | None = None
    other_body: str | None = None
    other_body_contact: str | None = None
    published_at: str | None = None
    earlier_no: str | None = None
    earlier_on: date | None = None
    reconsideration_site: str | None = None


# Every placeholder a template may hold, and what its blank asks for where the fact is not known.
LABELS: Mapping[str, str] = {
    "you": "对收件人的称呼",
    "agency": "本机关名称",
    "government": "本级人民政府名称",
    "court": "有管辖权的人民法院名称",
    "competent_authority": "政府信息公开工作主管部门名称",
    "office": "联系处室",
    "office_phone": "联系电话",
    "office_address": "联系地址",
    "office_hours": "办公时间",
    "applicant_name": "申请人的姓名或者名称",
    "applicant_class": "申请人类别",
    "applicant_phone": "申请人电话",
    "applicant_email": "申请人电子邮箱",
    "applicant_address": "申请人通信地址",
    "information": "申请公开的内容",
    "delivery": "获取信息的方式和途径",
    "channel": "提出申请的方式",
    "register_no": "登记编号",
    "receipt_no": "受理编号",
    "matter": "事项类别",
    "received_on": "收到申请的日期",
    "supplemented_on": "收到补正的日期",
    "today": "今天的日期",
    "due_on": "答复期限届满的日期",
    "new_due_on": "延长后期限届满的日期",
    "until": "对方的最后一日",
    "asked_on": "发出通知的日期",
    "reason": "具体的事由",
    "fee_scale": "计收方式",
    "fee_working": "计算过程",
    "fee_amount": "收费数额",
    "payment": "缴纳方式",
    "party_name": "被征求意见方的名称",
    "other_body": "负责公开的机关名称",
    "other_body_contact": "负责公开的机关的联系方式",
    "published_at": "已经公开的网址或者其他途径",
    "earlier_no": "前一次答复的文号",
    "earlier_on": "前一次答复的日期",
    "reconsideration_site": "网上申请行政复议的渠道",
}
# A placeholder, with the mark that opens a quotation: within one, a word's own quotations take the inner marks.
_PLACEHOLDER = re.compile(r"(“?)\{(\w+)\}")
_INNER_QUOTES = str.maketrans("“”", "‘’")


def chinese_date(day: date) -> str:
    """2026年4月27日, the form official documents use (GB/T 9704-2012)."""
    return f"{day.year}年{day.month}月{day.day}日"


def blank(label: str) -> str:
    """A place to be filled in by hand: easy to see, and refused by the linter."""
    return f"【请写明{label}】"


def words_of(facts: LetterFacts) -> dict[str, str | None]:
    """Every placeholder's wording, None where the fact is not known."""
    plain = {name: _word(getattr(facts, name)) for name in LABELS if hasattr(facts, name)}
    fee = facts.fee
    return plain | {
        "you": "您" if facts.applicant_is_person else "你单位",
        "fee_scale": None if fee is None else ("按量计收" if facts.fee_by_pages else "按件计收"),
        "fee_working": None if fee is None else _working(fee, facts.fee_by_pages),
        "fee_amount": None if fee is None else f"{fee.amount}元",
    }


def fill(text: str, words: Mapping[str, str | None], *, by_hand: bool = False) -> str:
    """`text` with its placeholders replaced, once: braces within a citizen's words stay what they are.

    A word that is not known becomes a blank, or nothing at all in a form that is filled in by pen (`by_hand`).
    """
    return _PLACEHOLDER.sub(lambda found: found[1] + _quoted(found, words, by_hand), text)


def _quoted(found: re.Match[str], words: Mapping[str, str | None], by_hand: bool) -> str:
    word = _filled(found[2], words, by_hand)
    # Within quotation marks the letter's own sentence ends, not the citizen's.
    return word.translate(_INNER_QUOTES).rstrip("。") if found[1] else word


def _filled(name: str, words: Mapping[str, str | None], by_hand: bool) -> str:
    known = words.get(name)
    if known is not None:
        return known
    return "" if by_hand else blank(LABELS.get(name, name))


def _word(value: str | date | None) -> str | None:
    if isinstance(value, date):
        return chinese_date(value)
    return _one_line(value) if value else None


def _one_line(text: str) -> str:
    """What comes from outside cannot begin a paragraph of its own."""
    return " ".join(text.split())


def _working(fee: Fee, by_pages: bool) -> str:
    return "；".join(_step(step, "页" if by_pages else "件") for step in fee.steps)


def _step(step: Step, unit: str) -> str:
    span = f"第{step.first}{unit}" if step.units == 1 else f"第{step.first}至{step.last}{unit}"
    if not step.rate:
        return f"{span}不收费"
    return f"{span}共{step.units}{unit}，每{unit}{step.rate}元，合{step.amount}元"
