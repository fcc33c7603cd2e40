"""Which words decide what: per outcome the decision and its ground, and which decision belongs to whom. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.disclosure.outcomes import Outcome, OutcomeGroup


@dataclass(frozen=True, slots=True)
class Expected:
    """What a reply with an outcome says: `decision` in the bureau's own words, `ground` in its reasons.

    `says` is the decision as a colleague would put it.
    """

    says: str
    decision: re.Pattern[str]
    ground: re.Pattern[str]


def _expected(says: str, decision: str, ground: str) -> Expected:
    return Expected(says, re.compile(decision), re.compile(ground))


def _denied(ground: str) -> Expected:
    return _expected("不予公开", r"不予公开|不[能宜得]公开", ground)


EXPECTED: dict[Outcome, Expected] = {
    Outcome.GRANTED: _expected(
        "予以公开，或者已经主动公开",
        r"(?<![不是否])予以公开|决定(?:向[^,。;]{1,6})?公开|已经?主动公开|现[^。;]{0,16}提供",
        r"可以公开|属于[^。]{0,20}公开|主动公开|保存|制作|获取",
    ),
    Outcome.PARTIAL: _expected(
        "部分公开，其余不予公开",
        r"(?=.*部分(?:内容)?(?:予以)?公开)(?=.*不予公开)",
        r"条例第十[四五六]条|国家秘密|禁止公开|国家安全|公共安全|经济安全|社会稳定|商业秘密|个人隐私|合法权益"
        r"|内部事务|过程性|执法案卷|不属于政府信息",
    ),
    Outcome.DENIED_STATE_SECRET: _denied("国家秘密"),
    Outcome.DENIED_LAW_FORBIDS: _denied("禁止公开"),
    Outcome.DENIED_SECURITY_STABILITY: _denied("国家安全|公共安全|经济安全|社会稳定"),
    Outcome.DENIED_THIRD_PARTY: _denied("商业秘密|个人隐私|第三方"),
    Outcome.DENIED_INTERNAL_AFFAIRS: _denied("内部事务|人事管理|后勤管理|内部工作流程"),
    Outcome.DENIED_PROCESS: _denied("过程性|讨论记录|过程稿|磋商信函|请示报告"),
    Outcome.DENIED_ENFORCEMENT_FILE: _denied("执法案卷"),
    Outcome.DENIED_ADMIN_QUERY: _expected(
        "依照有关法律、行政法规的规定办理",
        r"(?:依照|按照|根据)[^。]{0,40}规定(?:办理|查询)|不予公开",
        "特别规定|另有规定|不动产登记|工商登记|登记资料",
    ),
    Outcome.UNABLE_NOT_HELD: _expected(
        "政府信息不存在，或者不属于本机关负责公开",
        r"不存在|不掌握|不属于本(?:行政)?机关",
        "没有|未|不属于|不掌握|不存在",
    ),
    Outcome.UNABLE_NEEDS_CREATION: _expected(
        "需要另行制作，不予提供", "不予提供|无法提供|不能提供", "加工|分析|汇总|另行制作|没有现成"
    ),
    Outcome.UNABLE_STILL_UNCLEAR: _expected(
        "补正后仍不明确，无法提供", "不明确", "补正[^。]{0,40}(?:仍|不能|无法|不)"
    ),
    Outcome.UNPROCESSED_PETITION: _expected(
        "不作为政府信息公开申请处理", r"不作为政府信息公开申请(?:予以)?处理", "信访|投诉|举报"
    ),
    Outcome.UNPROCESSED_REPEAT: _expected(
        "不予重复处理", "不予重复处理|不再重复(?:处理|答复)", r"已经?[^。]{0,20}答复"
    ),
    Outcome.UNPROCESSED_PUBLICATION: _expected(
        "不另行提供公开出版物，告知获取途径",
        r"不(?:再|予)?(?:另行)?提供|不予处理|告知[^。]{0,12}途径",
        "出版物|公报|报刊|书籍",
    ),
    Outcome.UNPROCESSED_EXCESSIVE: _expected("不予处理", "不予处理", "数量|频次"),
    Outcome.UNPROCESSED_REISSUE: _expected("不予处理", "不予处理", "已经?获取|确认|重新出具"),
    Outcome.OTHER_CORRECTION_LAPSED: _expected("不再处理", "不再处理|视为放弃", "补正"),
    Outcome.OTHER_FEE_LAPSED: _expected("不再处理", "不再处理|视为放弃", "缴费|缴纳|交费|交纳"),
    Outcome.OTHER_OTHER: _expected(
        "终止办理", "终止(?:办理|处理)|不予处理|不再处理|不作为政府信息公开申请", "."
    ),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Words that decide, and with which outcomes they go together; `unless` tells where they decide nothing."""

    words: str
    pattern: re.Pattern[str]
    belongs_to: frozenset[Outcome]
    unless: re.Pattern[str]


def _in(*groups: OutcomeGroup) -> frozenset[Outcome]:
    return frozenset(outcome for outcome in Outcome if outcome.group in groups)


_G = OutcomeGroup
_NEVER = "(?!)"


def _decision(
    words: str, pattern: str, belongs_to: Iterable[Outcome], unless: str = _NEVER
) -> Decision:
    return Decision(words, re.compile(pattern), frozenset(belongs_to), re.compile(unless))


DECISIONS: tuple[Decision, ...] = (
    _decision(
        "予以公开",
        r"(?<![不是否])予以公开|决定(?:向[^,。;]{1,6})?公开",
        _in(_G.GRANTED, _G.PARTIAL),
        # What the law says of other cases (第十五条、第十六条第二款) decides nothing here.
        r"第三方同意|但是|造成重大影响的|如果",
    ),
    _decision(
        "现提供",
        r"现(?:向|将)[^。;]{1,16}提供",
        _in(_G.GRANTED, _G.PARTIAL),
    ),
    _decision(
        "不予公开",
        r"不予公开",
        _in(_G.DENIED, _G.PARTIAL),
        r"不(?:属于|存在|具有)[^。]{0,24}不予公开|(?:没有|无)[^。]{0,12}不予公开",
    ),
    _decision("信息不存在", r"信息不存在", {*_in(_G.PARTIAL), Outcome.UNABLE_NOT_HELD}),
    _decision("不予重复处理", r"不予重复处理", {Outcome.UNPROCESSED_REPEAT}),
    _decision(
        "不作为政府信息公开申请处理",
        r"不作为政府信息公开申请(?:予以)?处理",
        {Outcome.UNPROCESSED_PETITION, Outcome.OTHER_OTHER},
    ),
    _decision("不予处理", r"不予处理", {*_in(_G.UNPROCESSED), Outcome.OTHER_OTHER}),
    _decision(
        "不再处理",
        r"(?<!的,)(?:不再处理|视为放弃)",
        _in(_G.OTHER),
    ),
)
# A reply that points to an earlier one may say how that one decided.
TELLS_OF_EARLIER = frozenset({Outcome.UNPROCESSED_REPEAT, Outcome.UNPROCESSED_REISSUE})
EARLIER = re.compile(r"已经?[^。]{0,30}(?:答复|提供|告知)")
