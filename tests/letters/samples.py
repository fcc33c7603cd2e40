"""A full set of facts, and what a handler writes into the blanks of each prefilled reply."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache

from assistant.disclosure.fees import fee_by_items
from assistant.disclosure.form import ApplicantClass, Delivery
from assistant.disclosure.outcomes import Outcome
from assistant.letters.compose import compose_reply
from assistant.letters.facts import LetterFacts
from assistant.letters.kinds import LetterKind
from assistant.letters.lint import LintFacts
from assistant.letters.templates import Templates, load_templates
from assistant.settings import PROJECT_DIR

FOLDER = PROJECT_DIR / "responses" / "letters"
RECEIVED_ON = date(2026, 4, 27)
GOVERNMENT = "示例市人民政府"
COURT = "示例市示例区人民法院"
AGENCY = "示例市林业水利局"
INFORMATION = "示例水库2025年除险加固工程的初步设计批复"

FACTS = LetterFacts(
    agency=AGENCY,
    government=GOVERNMENT,
    court=COURT,
    competent_authority="示例市人民政府办公室",
    office="政府信息公开办公室",
    office_phone="0571-00000102",
    office_address="示例市示例区样例路1号3楼305室",
    office_hours="周一至周五 8:30–12:00、13:30–17:30",
    applicant_name="王小明",
    applicant_class=ApplicantClass.PERSON.label,
    applicant_phone="0571-00000201",
    applicant_email="wang@example.com",
    applicant_address="示例市示例区样例路9号",
    information=INFORMATION,
    delivery=Delivery.EMAIL.label,
    channel="网站",
    register_no="2026-0012",
    receipt_no="20260427-0003",
    matter="投诉",
    received_on=RECEIVED_ON,
    supplemented_on=date(2026, 5, 6),
    today=date(2026, 5, 20),
    due_on=date(2026, 5, 27),
    new_due_on=date(2026, 6, 25),
    until=date(2026, 6, 10),
    asked_on=date(2026, 5, 8),
    reason="需要向有关处室核实2024年以前的纸质档案",
    fee=fee_by_items(35),
    payment="到市政务服务中心非税收入窗口缴纳，或者按缴款单上的账号转账",
    party_name="示例建设有限公司",
    other_body="示例市水文中心",
    other_body_contact="0571-00000301",
    published_at="https://www.example.gov.cn/lsj/gongkai/2025/12.html",
    earlier_no="示例林水公开〔2026〕3号",
    earlier_on=date(2026, 2, 11),
    reconsideration_site="https://www.example.gov.cn/fuyi",
)
_REASONS: dict[LetterKind, str] = {
    LetterKind.CORRECTION_NOTICE: "没有写明是哪一座水库；请补充水库的名称，以及文件的年份或者文号",
    LetterKind.REASONS_NOTICE: "2026年3月至4月共提出86件，其中61件内容相同",
    LetterKind.FEE_NOTICE: "2026年4月共提出35件",
    LetterKind.THIRD_PARTY_CONSULTATION: "其中的投标报价明细由您（单位）提供",
    LetterKind.CONSULTATION_NOTICE: "该信息的一部分涉及第三方的合法权益",
    LetterKind.DISCLOSURE_NOTICE: "该工程关系下游居民的安全，公众需要知道加固的标准和进度",
    LetterKind.CO_MAKER_CONSULTATION: "批复由两家机关联合印发",
    LetterKind.ASSISTANCE: "批复引用了贵单位出具的地质勘察意见",
}
# The usual reply: no supplement, nothing published elsewhere, no other body to send to.
USUAL = LetterFacts(
    agency=AGENCY,
    government=GOVERNMENT,
    court=COURT,
    office="政府信息公开办公室",
    office_phone="0571-00000102",
    applicant_name="王小明",
    information=INFORMATION,
    delivery=Delivery.POST.label,
    register_no="2026-0012",
    received_on=RECEIVED_ON,
    asked_on=date(2026, 5, 8),
    until=date(2026, 6, 10),
    earlier_no="示例林水公开〔2026〕3号",
    earlier_on=date(2026, 2, 11),
)

HANDWRITTEN: dict[Outcome, tuple[str, ...]] = {
    Outcome.GRANTED: ("随本答复附上批复一份，共6页。",),
    Outcome.PARTIAL: (
        "附件三《投标单位联系人名单》",
        "其中有联系人的姓名和电话，属于条例第十五条规定的个人隐私",
        "随本答复附上批复和附件一、附件二，共14页。",
    ),
    Outcome.DENIED_STATE_SECRET: ("密级为秘密，保密期限到2031年12月31日",),
    Outcome.DENIED_LAW_FORBIDS: ("《统计法》禁止公开能够识别单个统计调查对象的资料",),
    Outcome.DENIED_SECURITY_STABILITY: (
        "公共安全",
        "内容含有大坝监测点的位置和应急闸门的控制方式，公开后可能被用来破坏工程",
    ),
    Outcome.DENIED_THIRD_PARTY: (
        "商业秘密",
        "内容含有投标单位的成本构成，公开后会影响其以后的竞争",
        "第三方不同意公开，并说明了理由",
    ),
    Outcome.DENIED_INTERNAL_AFFAIRS: ("属于本机关值班安排，是内部工作流程，不影响他人的权利义务",),
    Outcome.DENIED_PROCESS: ("属于尚未定稿的过程稿，公开会妨碍有关人员坦率地讨论",),
    Outcome.DENIED_ENFORCEMENT_FILE: ("属于一件仍在办理的违法占用河道案件的案卷，公开会妨碍调查",),
    Outcome.DENIED_ADMIN_QUERY: ("不动产登记资料", "《不动产登记暂行条例》"),
    Outcome.UNABLE_NOT_HELD: (
        "查了局档案室和水利工程建设处的全部文件，用水库名称和2024年至2026年的文号检索",
    ),
    Outcome.UNABLE_NEEDS_CREATION: (
        "现有的是逐月的水位记录，要按乡镇重新统计，才能得到申请的表格",
    ),
    Outcome.UNABLE_STILL_UNCLEAR: ("没有写明是哪一座水库、哪一年的文件",),
    Outcome.UNPROCESSED_PETITION: (
        "投诉",
        "申请要求查处施工单位并给予答复",
        "市信访局，电话0571-00000401",
    ),
    Outcome.UNPROCESSED_REPEAT: (),
    Outcome.UNPROCESSED_PUBLICATION: (
        "《示例市水利年鉴（2025）》",
        "示例市图书馆，或者向出版单位购买",
    ),
    Outcome.UNPROCESSED_EXCESSIVE: ("2026年3月至4月共提出86件，其中61件内容相同", "没有说明理由"),
    Outcome.UNPROCESSED_REISSUE: ("2026年2月11日已经通过邮寄取得该批复的复印件",),
    Outcome.OTHER_CORRECTION_LAPSED: (),
    Outcome.OTHER_FEE_LAPSED: (),
    Outcome.OTHER_OTHER: ("申请人已经书面撤回该申请",),
}
_BLANK = re.compile("【[^】]*】")


def facts_for(kind: LetterKind) -> LetterFacts:
    """The full facts, with a reason that fits the letter."""
    return replace(FACTS, reason=_REASONS.get(kind, FACTS.reason))


@cache
def templates() -> Templates:
    return load_templates(FOLDER)


def finished(outcome: Outcome, facts: LetterFacts = USUAL) -> str:
    """The prefilled reply with its blanks filled in, as a handler would send it."""
    words = iter(HANDWRITTEN[outcome])
    return _BLANK.sub(lambda _: next(words), compose_reply(outcome, facts, templates()))


def known(outcome: Outcome | None) -> LintFacts:
    return LintFacts(outcome, RECEIVED_ON, GOVERNMENT, COURT, AGENCY)
