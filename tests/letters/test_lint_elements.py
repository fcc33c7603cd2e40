"""Every element of domain.md §1.5, taken out of every reply in turn: the linter must miss it, with its article."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from assistant.disclosure.outcomes import Outcome, OutcomeGroup, RemedyClass, remedy_text
from assistant.letters.compose import compose_reply
from assistant.letters.facts import fill, words_of
from assistant.letters.lint import Element, Finding, blocking, lint
from assistant.letters.lint.decisions import EXPECTED
from assistant.letters.templates import Part
from tests.letters.samples import (
    COURT,
    FACTS,
    GOVERNMENT,
    INFORMATION,
    USUAL,
    finished,
    known,
    templates,
)

OUTCOMES = tuple(Outcome)
WITH_ARTICLE = tuple(outcome for outcome in Outcome if outcome.articles)
GIVING = (Outcome.GRANTED, Outcome.PARTIAL)
REFUSING = tuple(
    outcome
    for outcome in Outcome
    if outcome.group is OutcomeGroup.DENIED and outcome is not Outcome.DENIED_ADMIN_QUERY
)
CLASS_A = tuple(outcome for outcome in Outcome if outcome.remedy_class is RemedyClass.A)
CLASS_B = tuple(outcome for outcome in Outcome if outcome.remedy_class is RemedyClass.B)


def without(outcome: Outcome, parts: tuple[Part, ...]) -> str:
    """The finished reply without the lines made from `parts`."""
    words = words_of(USUAL)
    used = [part for part in parts if part.applies(words)]
    # A line is known by what stands before its first blank.
    heads = [fill(part.text, words).split("【")[0] for part in used]
    lines = finished(outcome).split("\n")
    kept = [line for line in lines if not line.startswith(tuple(heads))]
    assert len(lines) - len(kept) == len(used)
    return "\n".join(kept)


def blocked(text: str, outcome: Outcome, element: Element) -> list[Finding]:
    return [one for one in blocking(lint(text, known(outcome))) if one.element is element]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_finished_reply_has_nothing_to_mend(outcome: Outcome) -> None:
    assert lint(finished(outcome), known(outcome)) == ()


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_reply_after_a_supplement_and_with_a_site_has_nothing_to_mend(outcome: Outcome) -> None:
    facts = replace(FACTS, published_at=None, other_body=None)
    text = finished(outcome, facts)
    assert "补正的申请" in text
    assert "https://www.example.gov.cn/fuyi" in text
    assert lint(text, known(outcome)) == ()


def test_reply_about_what_is_published_has_nothing_to_mend() -> None:
    facts = replace(USUAL, published_at="https://www.example.gov.cn/lsj/gongkai/2025/12.html")
    text = compose_reply(Outcome.GRANTED, facts, templates())
    assert "第三十六条第一项" in text
    assert lint(text, known(Outcome.GRANTED)) == ()


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_prefilled_reply_is_not_ready_while_a_blank_is_left(outcome: Outcome) -> None:
    prefilled = compose_reply(outcome, replace(USUAL, register_no=None), templates())
    found = blocked(prefilled, outcome, Element.BLANK)
    assert len(found) == prefilled.count("【") > 0
    lines = prefilled.split("\n")
    assert all("【" in lines[one.line - 1] for one in found)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_date_of_receipt_left_out(outcome: Outcome) -> None:
    found = blocked(finished(outcome).replace("2026年4月27日", "近日"), outcome, Element.RECEIVED)
    assert [one.article for one in found] == ["《政府信息公开条例》第三十一条"]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_wrong_date_of_receipt_is_named(outcome: Outcome) -> None:
    text = finished(outcome).replace("2026年4月27日", "2026年4月28日")
    found = blocked(text, outcome, Element.RECEIVED)
    assert [(one.line, one.article) for one in found] == [(1, "《政府信息公开条例》第三十一条")]
    assert "2026年4月28日" in found[0].message
    assert "2026年4月27日" in found[0].message


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_request_not_restated(outcome: Outcome) -> None:
    lines = [line for line in finished(outcome).split("\n") if INFORMATION not in line]
    found = blocked("\n".join(lines), outcome, Element.REQUEST)
    assert [one.article for one in found] == ["《政府信息公开条例》第二十九条第二款第二项"]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_decision_left_out(outcome: Outcome) -> None:
    text = without(outcome, templates().replies.outcomes[outcome].decision)
    found = blocked(text, outcome, Element.DECISION)
    articles = "、".join(outcome.articles) or "第三十六条"
    assert [one.article for one in found] == [f"《政府信息公开条例》{articles}"]
    assert EXPECTED[outcome].says in found[0].message


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_reasons_left_out(outcome: Outcome) -> None:
    text = without(outcome, templates().replies.outcomes[outcome].reasons)
    found = blocked(text, outcome, Element.REASONS)
    article = "第三十六条"
    if outcome in REFUSING:
        article = "第三十六条第三项"
    if outcome is Outcome.PARTIAL:
        article = "第三十七条"
    assert [one.article for one in found] == [f"《政府信息公开条例》{article}"]


@pytest.mark.parametrize("outcome", WITH_ARTICLE)
def test_article_left_out(outcome: Outcome) -> None:
    text = finished(outcome)
    for article in outcome.articles:
        text = text.replace(article, "有关条款")
    found = blocked(text, outcome, Element.ARTICLE)
    assert len(found) == 1
    assert outcome.articles[0] in found[0].article


@pytest.mark.parametrize("outcome", WITH_ARTICLE)
def test_article_of_another_law_is_not_the_regulation_s(outcome: Outcome) -> None:
    text = finished(outcome).replace("《政府信息公开条例》", "《保守国家秘密法》")
    # The reasons of a third party's refusal name the regulation a second time.
    assert len(blocked(text.replace("条例第", "该法第"), outcome, Element.ARTICLE)) == 1


@pytest.mark.parametrize("outcome", GIVING)
def test_way_to_get_it_left_out(outcome: Outcome) -> None:
    text = without(outcome, templates().replies.outcomes[outcome].access)
    found = blocked(text, outcome, Element.ACCESS)
    assert [one.article for one in found] == ["《政府信息公开条例》第三十六条第一项、第二项"]


@pytest.mark.parametrize("outcome", [Outcome.UNPROCESSED_PETITION, Outcome.UNPROCESSED_PUBLICATION])
def test_way_that_may_be_told_is_only_advised(outcome: Outcome) -> None:
    text = without(outcome, templates().replies.outcomes[outcome].access)
    text = text.replace("，现告知您获取的途径", "")
    found = lint(text, known(outcome))
    assert [(one.element, one.blocks) for one in found] == [(Element.ACCESS, False)]
    assert "第三十九条" in found[0].article


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_remedy_left_out(outcome: Outcome) -> None:
    text = finished(outcome).replace(remedy_text(outcome, GOVERNMENT, COURT), "")
    found = blocked(text, outcome, Element.REMEDY)
    expected = "第二十三条第二款" if outcome in CLASS_B else "第四十六条"
    assert len(found) == 1
    assert expected in found[0].article


# A verdict that belongs to another outcome, put into the reply as the bureau's own word.
VERDICTS: dict[str, tuple[Outcome, ...]] = {
    "本机关决定予以公开。": GIVING,
    "本机关决定不予公开。": (
        Outcome.PARTIAL,
        *[o for o in Outcome if o.group is OutcomeGroup.DENIED],
    ),
    "现告知您该政府信息不存在。": (Outcome.PARTIAL, Outcome.UNABLE_NOT_HELD),
    "本机关不予重复处理。": (Outcome.UNPROCESSED_REPEAT,),
    "本机关对该申请不作为政府信息公开申请处理。": (
        Outcome.UNPROCESSED_PETITION,
        Outcome.OTHER_OTHER,
    ),
    "视为放弃申请，本机关不再处理。": tuple(o for o in Outcome if o.group is OutcomeGroup.OTHER),
}


@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_decision_of_another_outcome_is_a_contradiction(outcome: Outcome, verdict: str) -> None:
    lines = finished(outcome).split("\n")
    lines.insert(2, verdict)
    found = blocked("\n".join(lines), outcome, Element.DECISION)
    if outcome in VERDICTS[verdict]:
        assert found == []
    else:
        assert [one.line for one in found] == [3]
        assert "前后矛盾" in found[0].message


@pytest.mark.parametrize("outcome", REFUSING)
def test_what_the_law_says_of_other_cases_contradicts_nothing(outcome: Outcome) -> None:
    law = "第三方同意公开或者不公开会对公共利益造成重大影响的，予以公开，但是本件没有这些情形。"
    assert blocked(f"{finished(outcome)}\n{law}", outcome, Element.DECISION) == []


def test_granting_may_say_that_no_ground_to_withhold_exists() -> None:
    text = finished(Outcome.GRANTED).replace(
        "该信息可以公开", "该信息不属于不予公开的情形，可以公开"
    )
    assert lint(text, known(Outcome.GRANTED)) == ()


def test_repeated_application_may_tell_how_the_first_was_decided() -> None:
    text = finished(Outcome.UNPROCESSED_REPEAT).replace("作出答复，", "作出不予公开的答复，")
    assert lint(text, known(Outcome.UNPROCESSED_REPEAT)) == ()


@pytest.mark.parametrize("outcome", REFUSING)
def test_ground_of_another_refusal_is_no_reason(outcome: Outcome) -> None:
    """A state secret is not refused because of somebody's privacy."""
    other = next(one for one in REFUSING if EXPECTED[one].ground != EXPECTED[outcome].ground)
    wrong = finished(other).split("\n")[2:3]
    lines = finished(outcome).split("\n")
    decision = next(line for line in lines if "决定不予公开" in line)
    text = "\n".join([*lines[:2], *wrong, decision, lines[-2], lines[-1]])
    assert len(blocked(text, outcome, Element.REASONS)) == 1


class TestOtherBody:
    """条例第三十六条第五项: whoever is sent on learns where to."""

    SENT_ON = replace(USUAL, other_body="示例市水文中心", other_body_contact="0571-00000301")

    def reply(self) -> str:
        prefilled = compose_reply(Outcome.UNABLE_NOT_HELD, self.SENT_ON, templates())
        return re.sub("【[^】]*】", "该信息由示例市水文中心制作", prefilled)

    def test_named_with_its_contact(self) -> None:
        assert lint(self.reply(), known(Outcome.UNABLE_NOT_HELD)) == ()

    @pytest.mark.parametrize(
        "mutation",
        [
            ("您可以向示例市水文中心提出申请，联系方式：0571-00000301。", ""),
            ("，联系方式：0571-00000301", ""),
            ("您可以向示例市水文中心提出", "请向有关单位提出"),
            ("您可以向示例市水文中心提出", "您可以向示例市林业水利局提出"),
        ],
    )
    def test_left_out_or_ours(self, mutation: tuple[str, str]) -> None:
        found = blocked(
            self.reply().replace(*mutation), Outcome.UNABLE_NOT_HELD, Element.OTHER_BODY
        )
        assert [one.article for one in found] == ["《政府信息公开条例》第三十六条第五项"]

    def test_not_known_is_said(self) -> None:
        told = "您可以向示例市水文中心提出申请，联系方式：0571-00000301。"
        text = self.reply().replace(told, "本机关不能确定负责公开该信息的机关。")
        assert blocked(text, Outcome.UNABLE_NOT_HELD, Element.OTHER_BODY) == []


@pytest.mark.parametrize(
    "written",
    [
        "2026年4月27日",
        "2026年04月27日",
        "2026-04-27",
        "2026-4-27",
        "2026.4.27",
        "2026/04/27",
        "２０２６年４月２７日",
        "2026 年 4 月 27 日",
        "二〇二六年四月二十七日",
        "二○二六年四月二十七日",
        "二零二六年四月廿七日",
        "2026年四月二十七日",
        "2026年\n4月27日",
        "2026年4月2\n7日",
    ],
)
def test_date_of_receipt_in_any_writing(written: str) -> None:
    text = finished(Outcome.GRANTED).replace("2026年4月27日", written)
    assert lint(text, known(Outcome.GRANTED)) == ()


@pytest.mark.parametrize("written", ["4月27日", "2026年4月", "2026年13月27日", "四月二十七日"])
def test_date_that_is_not_whole_is_none(written: str) -> None:
    text = finished(Outcome.GRANTED).replace("2026年4月27日", written)
    assert len(blocked(text, Outcome.GRANTED, Element.RECEIVED)) == 1


def test_right_date_elsewhere_does_not_make_up_for_a_wrong_one() -> None:
    text = finished(Outcome.GRANTED).replace("2026年4月27日", "2026年4月29日")
    text += "\n该批复于2026年4月27日印发。"
    found = blocked(text, Outcome.GRANTED, Element.RECEIVED)
    assert [one.line for one in found] == [1]


def test_date_is_not_compared_where_none_is_known() -> None:
    facts = replace(known(Outcome.GRANTED), received_on=None)
    text = finished(Outcome.GRANTED).replace("2026年4月27日", "2025年1月2日")
    assert lint(text, facts) == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "您申请公开《示例水库除险加固初步设计批复》。",
        "您申请公开的内容为：示例水库除险加固初步设计批复。",
        "您要求公开示例水库除险加固的批复，申请内容：初步设计批复全文。",
        "您申请获取示例水库2025年除险加固工程初步设计批复的申请收悉。",
        "您的申请内容是「示例水库除险加固初步设计批复」。",
    ],
)
def test_request_restated_in_other_words(sentence: str) -> None:
    own = f"您申请公开的内容是：“{INFORMATION}”。"
    text = finished(Outcome.GRANTED).replace(own, sentence)
    assert sentence in text
    assert lint(text, known(Outcome.GRANTED)) == ()


def test_restated_request_is_compared_with_what_was_asked() -> None:
    facts = replace(known(Outcome.GRANTED), information=INFORMATION)
    assert lint(finished(Outcome.GRANTED), facts) == ()
    text = finished(Outcome.GRANTED).replace(INFORMATION, "2024年度森林防火宣传经费决算")
    assert [one.element for one in blocking(lint(text, facts))] == [Element.REQUEST]


@pytest.mark.parametrize(
    "written",
    [
        "《政府信息公开条例》第三十六条第（二）项",
        "《政府信息公开条例》第36条第2项",
        "《中华人民共和国政府信息公开条例》第三十六条第(二)项",
        "《政府信息公开条例》第三十六条第（一）、（二）项",
        "《政府信息公开条例》第三十六条第一款第二项",
        "《政府信息公开条例》（以下称条例）的规定，即条例第三十六\n条第二项",
    ],
)
def test_article_in_any_writing(written: str) -> None:
    usual = "《政府信息公开条例》第三十六条第二项"
    text = finished(Outcome.GRANTED).replace(usual, written)
    assert written in text
    assert lint(text, known(Outcome.GRANTED)) == ()


@pytest.mark.parametrize(
    ("outcome", "exact", "vague"),
    [
        (Outcome.DENIED_PROCESS, "第十六条第二款", "第十六条"),
        (Outcome.DENIED_PROCESS, "第十六条第二款", "第十六条第一款"),
        (Outcome.GRANTED, "第三十六条第二项", "第三十六条"),
        (Outcome.UNPROCESSED_PETITION, "第三十九条第一款", "第三十九条"),
    ],
)
def test_article_must_be_exact(outcome: Outcome, exact: str, vague: str) -> None:
    text = finished(outcome).replace(exact, vague)
    assert len(blocked(text, outcome, Element.ARTICLE)) == 1


def test_findings_stand_in_the_order_of_their_lines() -> None:
    prefilled = compose_reply(Outcome.PARTIAL, USUAL, templates())
    lines = [one.line for one in lint(prefilled, known(Outcome.PARTIAL))]
    assert lines == sorted(lines)
    assert lines


def test_every_finding_has_a_line_of_the_text_and_an_article() -> None:
    for outcome in Outcome:
        text = "关于您的申请，\n我局已经处理。\n\n"
        found = lint(text, known(outcome))
        assert {Element.RECEIVED, Element.REQUEST, Element.REMEDY} <= {one.element for one in found}
        assert all(1 <= one.line <= 2 and one.article and one.message for one in found)


def test_empty_text_is_blocked_on_line_one() -> None:
    found = blocking(lint("", known(Outcome.GRANTED)))
    assert found
    assert {one.line for one in found} == {1}
