"""Remedies by class, closed routes, quotations, blanks, purpose, personal data, and the reply to an inquiry."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import pytest

from assistant.cases.intake import REPLY_MAX
from assistant.disclosure.outcomes import Outcome, RemedyClass, remedy_text
from assistant.letters.compose import compose_reply
from assistant.letters.lint import Element, Finding, LintFacts, blocking, lint
from tests.letters.samples import COURT, GOVERNMENT, INFORMATION, USUAL, finished, known, templates

CLASS_A = tuple(outcome for outcome in Outcome if outcome.remedy_class is RemedyClass.A)
CLASS_B = tuple(outcome for outcome in Outcome if outcome.remedy_class is RemedyClass.B)
A_TEXT = remedy_text(Outcome.GRANTED, GOVERNMENT, COURT)
B_TEXT = remedy_text(Outcome.DENIED_PROCESS, GOVERNMENT, COURT)
INQUIRY = LintFacts(None)
ANSWER = "您反映的示例河北岸堆土，我局已于5月6日现场核实，属于施工临时堆土，已责令施工单位在5月12日前清运。"


def with_remedy(outcome: Outcome, remedy: str) -> str:
    usual = remedy_text(outcome, GOVERNMENT, COURT)
    text = finished(outcome)
    assert usual in text
    return text.replace(usual, remedy)


def found_in(text: str, facts: LintFacts, element: Element) -> list[Finding]:
    return [one for one in lint(text, facts) if one.element is element]


@pytest.mark.parametrize("outcome", CLASS_B)
def test_refusal_that_sends_straight_to_court(outcome: Outcome) -> None:
    found = found_in(with_remedy(outcome, A_TEXT), known(outcome), Element.REMEDY)
    assert any("复议前置" in one.message and "第二十三条" in one.article for one in found)
    assert any("15日" in one.message and "第四十五条" in one.article for one in found)
    assert all(one.blocks for one in found)


@pytest.mark.parametrize("outcome", CLASS_A)
def test_reply_that_closes_the_way_to_court(outcome: Outcome) -> None:
    found = found_in(with_remedy(outcome, B_TEXT), known(outcome), Element.REMEDY)
    assert any("不是复议前置" in one.message and "第二十三条" in one.article for one in found)
    assert any("6个月" in one.message and "第四十六条" in one.article for one in found)
    assert all(one.blocks for one in found)


def test_both_classes_side_by_side_are_wrong_for_either() -> None:
    for outcome in (Outcome.GRANTED, Outcome.DENIED_PROCESS):
        text = with_remedy(outcome, f"{A_TEXT}\n{B_TEXT}")
        assert found_in(text, known(outcome), Element.REMEDY) != []


@pytest.mark.parametrize(
    ("outcome", "old", "new", "article"),
    [
        (Outcome.GRANTED, "60日", "30日", "第二十条"),
        (Outcome.GRANTED, "60日", "60个工作日", "第二十条"),
        (Outcome.GRANTED, "6个月", "1年", "第四十六条"),
        (Outcome.GRANTED, GOVERNMENT, "有关机关", "第二十四条"),
        (Outcome.GRANTED, GOVERNMENT, "本级人民政府", "第二十四条"),
        (Outcome.GRANTED, GOVERNMENT, "示例市司法局", "第二十四条"),
        (Outcome.GRANTED, COURT, "有关部门", "第四十六条"),
        (Outcome.GRANTED, COURT, "样例县人民法院", "第四十六条"),
        (Outcome.DENIED_PROCESS, "应当先", "可以", "第二十三条"),
        (Outcome.DENIED_PROCESS, "应当先", "可以先", "第二十三条"),
        (Outcome.DENIED_PROCESS, "15日", "30日", "第四十五条"),
        (Outcome.DENIED_PROCESS, "60日", "15日", "第二十条"),
        (Outcome.DENIED_PROCESS, COURT, "有关部门", "第四十六条"),
    ],
)
def test_single_fault_in_the_remedy(outcome: Outcome, old: str, new: str, article: str) -> None:
    usual = remedy_text(outcome, GOVERNMENT, COURT)
    found = found_in(with_remedy(outcome, usual.replace(old, new)), known(outcome), Element.REMEDY)
    assert any(article in one.article and one.blocks for one in found)
    line = finished(outcome).split("\n").index(usual) + 1
    assert {one.line for one in found} == {line}


@pytest.mark.parametrize(
    ("outcome", "changes"),
    [
        (Outcome.GRANTED, {"60日": "六十日", "6个月": "六个月"}),
        (Outcome.GRANTED, {"60日": "60 日", "6个月": "6 个\n月"}),
        (Outcome.GRANTED, {"60日": "６０日", "6个月": "６个月"}),
        (Outcome.GRANTED, {COURT: "有管辖权的人民法院"}),
        (Outcome.GRANTED, {"向示例市人民政府": "向示例市政府"}),
        (Outcome.GRANTED, {"向示例市人民政府": "向示例市人民政府（地址：示例市样例路8号）"}),
        (Outcome.GRANTED, {"申请行政复议，或者": "申请行政\n复议，或者"}),
        (Outcome.DENIED_PROCESS, {"60日": "六十日", "15日": "十五日"}),
        (Outcome.DENIED_PROCESS, {COURT: "人民法院"}),
        (Outcome.DENIED_PROCESS, {"应当先自": "必须首先自"}),
        (Outcome.DENIED_PROCESS, {"应当先自": "依法先自"}),
        (Outcome.DENIED_PROCESS, {"应当先": "应\n当先", "15日": "１５日"}),
    ],
)
def test_remedy_in_other_writing(outcome: Outcome, changes: dict[str, str]) -> None:
    remedy = remedy_text(outcome, GOVERNMENT, COURT)
    for old, new in changes.items():
        assert old in remedy
        remedy = remedy.replace(old, new)
    assert lint(with_remedy(outcome, remedy), known(outcome)) == ()


def test_only_court_or_only_reconsideration_is_half_a_remedy() -> None:
    court_only = f"如对本答复不服，可自收到本答复之日起6个月内向{COURT}提起行政诉讼。"
    found = found_in(
        with_remedy(Outcome.GRANTED, court_only), known(Outcome.GRANTED), Element.REMEDY
    )
    assert ["第二十条" in one.article for one in found] == [True]
    appeal_only = f"如对本答复不服，可自收到本答复之日起60日内向{GOVERNMENT}申请行政复议。"
    found = found_in(
        with_remedy(Outcome.GRANTED, appeal_only), known(Outcome.GRANTED), Element.REMEDY
    )
    assert {one.article for one in found} == {"《行政诉讼法》第四十六条"}


OBSOLETE = {
    "可以向上级主管部门申请行政复议。": "《行政复议法》第二十四条",
    "可以向示例市人民政府或者上一级主管部门申请行政复议。": "《行政复议法》第二十四条",
    "可自收到之日起60日内向省水利厅申请行政复议。": "《行政复议法》第二十四条",
    "可自收到之日起60日内向浙江省林业局提出复议申请。": "《行政复议法》第二十四条",
    "可以向上一级行政机关申请复议。": "《行政复议法》第二十四条",
    "复议机关为省级主管部门。": "《行政复议法》第二十四条",
    "可以在3个月内向人民法院提起行政诉讼。": "《行政诉讼法》第四十六条",
    "可以自收到之日起三个月内直接向人民法院起诉。": "《行政诉讼法》第四十六条",
    "可以自收到之日起３个月内，依法提起行政诉讼。": "《行政诉讼法》第四十六条",
    "提起行政诉讼的期限是三个月。": "《行政诉讼法》第四十六条",
}


@pytest.mark.parametrize("sentence", OBSOLETE)
@pytest.mark.parametrize("outcome", [Outcome.GRANTED, Outcome.DENIED_PROCESS, None])
def test_closed_route_is_blocked(outcome: Outcome | None, sentence: str) -> None:
    text = f"{ANSWER if outcome is None else finished(outcome)}\n{sentence}"
    found = found_in(text, known(outcome), Element.ROUTE)
    assert [(one.article, one.blocks) for one in found] == [(OBSOLETE[sentence], True)]
    assert found[0].line == len(text.split("\n"))


@pytest.mark.parametrize("sentence", OBSOLETE)
def test_closed_route_in_wrapped_lines_is_blocked_at_its_beginning(sentence: str) -> None:
    middle = len(sentence) // 2
    wrapped = f"{ANSWER}\n{sentence[:middle]}\n{sentence[middle:]}"
    found = found_in(wrapped, INQUIRY, Element.ROUTE)
    assert [one.article for one in found] == [OBSOLETE[sentence]]
    assert found[0].line in (2, 3)


@pytest.mark.parametrize("sentence", OBSOLETE)
@pytest.mark.parametrize(("opening", "closing"), [("“", "”"), ("「", "」"), ('"', '"')])
def test_quoting_a_closed_route_blocks_nothing(sentence: str, opening: str, closing: str) -> None:
    """The applicant may have copied an old leaflet; restating it is not advice."""
    text = finished(Outcome.GRANTED).replace(
        f"“{INFORMATION}”",
        f"{opening}答复书上“{sentence}”这句话的依据{closing}"
        if opening == "“"
        else f"{opening}答复书上这句话的依据：{sentence}{closing}",
    )
    assert sentence in text
    assert lint(text, known(Outcome.GRANTED)) == ()


def test_quotation_that_never_closes_hides_nothing() -> None:
    text = f"{ANSWER}\n您提到“可以向上级主管部门申请行政复议。\n以上“供参考”。"
    assert [one.line for one in found_in(text, INQUIRY, Element.ROUTE)] == [2]


@pytest.mark.parametrize(
    "sentence",
    [
        "现在不再向上级主管部门申请行政复议，只向示例市人民政府申请。",
        "原来3个月内提起行政诉讼的规定已经取消。",
        "您可以向上一级行政机关或者政府信息公开工作主管部门投诉、举报，也可以依法申请行政复议。",
        "工程3个月内完工。",
        "省水利厅的批复已经印发。",
    ],
)
def test_what_only_sounds_like_a_closed_route(sentence: str) -> None:
    assert lint(f"{ANSWER}\n{sentence}", INQUIRY) == ()


@pytest.mark.parametrize(
    ("words", "line"),
    [("【请写明页数】", 4), ("【页数】", 4), ("共____页", 4), ("××年", 4), ("{pages}", 4)],
)
def test_blank_is_blocked_where_it_stands(words: str, line: int) -> None:
    lines = finished(Outcome.GRANTED).split("\n")
    lines[line - 1] += words
    for facts in (known(Outcome.GRANTED), INQUIRY):
        found = found_in("\n".join(lines), facts, Element.BLANK)
        assert [(one.line, one.blocks) for one in found] == [(line, True)]


def test_blank_left_in_the_restated_request_is_blocked() -> None:
    prefilled = compose_reply(
        Outcome.UNPROCESSED_REPEAT, replace(USUAL, information=None), templates()
    )
    found = found_in(prefilled, known(Outcome.UNPROCESSED_REPEAT), Element.BLANK)
    assert [one.line for one in found] == [2]


def test_applicant_s_own_brackets_are_no_blanks() -> None:
    asked = "【机密】目录{draft}第××号及‘三需要’的___说明，用途写明"
    text = finished(Outcome.GRANTED).replace(INFORMATION, asked)
    assert asked in text
    assert lint(text, known(Outcome.GRANTED)) == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "请您说明申请信息的用途。",
        "请补充填写用途后再提交。",
        "您没有证明信息使用用途。",
        "该信息与您自身生产、生活、科研等特殊需要无关。",
        "您的申请不符合“三需要”。".replace("“", "").replace("”", ""),
        "您应当告知使用目的。",
    ],
)
def test_asking_for_a_purpose_is_blocked(sentence: str) -> None:
    text = f"{finished(Outcome.GRANTED)}\n{sentence}"
    found = found_in(text, known(Outcome.GRANTED), Element.PURPOSE)
    assert len(found) >= 1
    assert all(one.blocks and "第二十七条" in one.article for one in found)
    assert {one.line for one in found} == {len(text.split("\n"))}


@pytest.mark.parametrize(
    "sentence",
    [
        "申请公开信息不需要说明用途。",
        "该批复没有改变林地用途。",
        "请说明土地用途管制的范围。",
        "“三需要”已经取消。",
    ],
)
def test_other_uses_of_the_word(sentence: str) -> None:
    assert lint(f"{finished(Outcome.GRANTED)}\n{sentence}", known(Outcome.GRANTED)) == ()


@pytest.mark.parametrize(
    ("sentence", "element"),
    [
        ("举报人的身份证号是330102199003071234。", Element.PRIVACY),
        ("请联系李某，手机13812345678。", Element.PRIVACY),
        ("运输木材应当办理木材运输证。", Element.STALE),
        ("请先取得木材经营加工许可证。", Element.STALE),
        ("请缴纳复制费、邮寄费。", Element.STALE),
        ("依照国务院令第492号的规定办理。", Element.STALE),
    ],
)
@pytest.mark.parametrize("outcome", [Outcome.GRANTED, None])
def test_warning_does_not_block(outcome: Outcome | None, sentence: str, element: Element) -> None:
    text = f"{ANSWER if outcome is None else finished(outcome)}\n{sentence}"
    found = lint(text, known(outcome))
    assert {one.element for one in found} == {element}
    assert {one.line for one in found} == {len(text.split("\n"))}
    assert all(one.article for one in found)
    assert blocking(found) == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "木材运输证已经取消，运输木材不需要再办。",
        "联系电话：0571-00000102，或者拨打12345。",
        "本机关不收取复制费、邮寄费。",
    ],
)
def test_no_warning_where_it_is_right(sentence: str) -> None:
    assert lint(f"{ANSWER}\n{sentence}", INQUIRY) == ()


def test_inquiry_is_asked_for_no_element_of_an_application() -> None:
    assert lint(ANSWER, known(None)) == ()
    assert lint("请您说明土地的用途，我局据此判断是否需要办理用水许可。", INQUIRY) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "您好！",
        "您好，来信收悉。感谢您对我局工作的关心和支持！",
        "尊敬的王先生：您反映的问题已收悉，我局将认真研究处理。特此回复。",
        "您好，您的投诉已转相关部门处理。感谢您的来信。",
    ],
)
def test_reply_without_an_answer_is_blocked(text: str) -> None:
    found = blocking(lint(text, INQUIRY))
    assert [one.element for one in found] == [Element.CONTENT]


def test_prefilled_reply_to_an_inquiry_waits_for_its_answer() -> None:
    facts = replace(USUAL, matter="投诉", receipt_no="20260427-0003")
    prefilled = compose_reply(None, facts, templates())
    assert {one.element for one in lint(prefilled, known(None))} == {Element.BLANK}
    lines = [ANSWER if "【" in line else line for line in prefilled.split("\n")]
    assert lint("\n".join(lines), known(None)) == ()
    emptied = "\n".join(line for line in prefilled.split("\n") if "【" not in line)
    assert [one.element for one in lint(emptied, known(None))] == [Element.CONTENT]


@pytest.mark.parametrize(
    "piece",
    [
        "“",
        "【",
        "{",
        "《",
        "第三十六条、",
        "3个月内",
        "应当先",
        "向",
        "经",
        "2026年4月",
        "上级主管部门",
        "1380000",
    ],
)
def test_a_long_text_is_read_in_time_proportional_to_its_length(piece: str) -> None:
    """A reply holds at most 10,000 characters (`cases.intake.REPLY_MAX`); what slows the linter must not."""
    text = piece * (REPLY_MAX // len(piece))
    started = perf_counter()
    lint(text, known(Outcome.GRANTED))
    assert perf_counter() - started < 5


def test_realistic_replies_are_not_held_up() -> None:
    """Wordings of other bureaus' kind, with the elements in other places."""
    remedy = "如不服，可自收到本答复之日起60日内向示例市人民政府申请复议，或6个月内向示例市示例区人民法院起诉。"
    granted = (
        "王小明：\n您于2026年4月27日通过网上提交的政府信息公开申请收悉，申请公开“2025年水资源公报”。\n"
        "经查，您申请公开的信息属于可以公开的范围。根据《中华人民共和国政府信息公开条例》（以下简称《条例》）"
        f"第三十六条第（二）项规定，现将该信息提供给您，详见附件。\n{remedy}\n附件：2025年水资源公报"
    )
    assert lint(granted, known(Outcome.GRANTED)) == ()
    elsewhere = (
        "您于2026年4月27日申请公开的“某小区绿化图”收悉。经审查，您申请的信息不属于本机关负责公开，该信息由"
        "示例市城市管理局制作，建议您向该局咨询（地址：样例路3号，电话0571-00000009）。依据《政府信息公开条例》"
        f"第三十六条第（五）项告知您。{remedy}"
    )
    assert lint(elsewhere, known(Outcome.UNABLE_NOT_HELD)) == ()
    partial = (
        "您于2026年4月27日申请公开的“处罚决定书”收悉。经审查，其中当事人的住址属于个人隐私，根据《政府信息公开"
        "条例》第十五条、第三十七条，对该部分不予公开，其余部分予以公开，遮盖后随本答复寄送。如不服，应先自收到"
        "之日起60日内向示例市人民政府申请复议，对复议决定不服的，自收到复议决定书15日内向人民法院起诉。"
    )
    assert lint(partial, known(Outcome.PARTIAL)) == ()
