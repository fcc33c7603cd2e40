"""The shipped wording is whole; a faulty file is refused, and the refusal names file and fault."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from assistant.disclosure.outcomes import Outcome
from assistant.letters.facts import LABELS
from assistant.letters.kinds import REPLY_KINDS, LetterKind, reply_kind
from assistant.letters.templates import BadTemplate, load_templates
from assistant.settings import PROJECT_DIR
from tests.letters.samples import FOLDER, templates

LAW = PROJECT_DIR.parent / "shared" / "law" / "政府信息公开条例(2019-04-03).md"
ARTICLE = re.compile(r"第[一二三四五六七八九十]+条")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy that may be spoilt."""
    return Path(shutil.copytree(FOLDER, tmp_path / "letters"))


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_kind_and_every_outcome_has_its_wording() -> None:
    assert set(templates().letters) == set(LetterKind) - REPLY_KINDS
    assert set(templates().replies.outcomes) == set(Outcome)


def test_every_outcome_has_a_letter_and_every_reply_kind_an_outcome() -> None:
    assert {reply_kind(outcome) for outcome in Outcome} == REPLY_KINDS
    assert reply_kind(None) is LetterKind.INQUIRY_REPLY
    assert all(len(kind.value) <= 32 for kind in LetterKind)


def test_series_fit_the_table_of_numbers() -> None:
    """`serial.series` holds 32 characters; a third party and a co-maker are asked under one series."""
    word = templates().word
    own = [one.series for one in templates().letters.values() if one.series]
    assert all(len(word + series) <= 32 for series in (*own, templates().replies.series))
    assert len(set(own)) == len(own) - 1


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_letter_asks_for_a_purpose_or_names_a_closed_route(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for word in ("用途", "三需要", "特殊需要", "上级主管部门", "上一级主管部门", "3个月", "三个月"):
        assert word not in text


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_articles_cited_are_articles_of_the_regulation(path: Path) -> None:
    """56 articles; a number above would be invented. Where the statute's text is at hand, it is asked too."""
    cited = set(ARTICLE.findall(path.read_text(encoding="utf-8")))
    if not LAW.exists():
        pytest.skip("法规原文不在这台机器上")
    known = set(ARTICLE.findall(LAW.read_text(encoding="utf-8")))
    assert cited <= known


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("receipt.yaml", "{due_on}", "{due_date}", "receipt.yaml: 没有名为“{due_date}”的占位符"),
        ("receipt.yaml", "{due_on}", "{due on}", "receipt.yaml: 没有名为“{due on}”的占位符"),
        ("receipt.yaml", "{due_on}", "{remedy}", "receipt.yaml: 没有名为“{remedy}”的占位符"),
        ("receipt.yaml", "{applicant_name}", "{name}", "receipt.yaml: 没有名为“{name}”的占位符"),
        ("register_form.yaml", "{channel}", "{way}", "register_form.yaml: 没有名为“{way}”"),
        ("replies.yaml", "{information}", "{info}", "replies.yaml: 没有名为“{info}”的占位符"),
        ("replies.yaml", "when: published_at", "when: site", "replies.yaml: 没有名为“site”的事实"),
        ("replies.yaml", "  other_other:", "  other_else:", "replies.yaml: outcomes"),
        ("receipt.yaml", "paragraphs:", "paragraph:", "receipt.yaml: paragraph"),
        ("house.yaml", "word: 示例林水", "word: 示", "house.yaml: word"),
        ("fee_notice.yaml", "title:", "title: [", "fee_notice.yaml: 不是有效的 YAML 文件"),
    ],
)
def test_faulty_file_is_named(folder: Path, name: str, old: str, new: str, told: str) -> None:
    spoil(folder, name, old, new)
    with pytest.raises(BadTemplate, match=re.escape(told)):
        load_templates(folder)


def test_outcome_left_out_is_named(folder: Path) -> None:
    path = folder / "replies.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("  other_other:")], encoding="utf-8")
    with pytest.raises(BadTemplate, match="缺少办理结果 other_other"):
        load_templates(folder)


def test_missing_and_unknown_files_are_named(folder: Path) -> None:
    (folder / "receipt.yaml").rename(folder / "reciept.yaml")
    with pytest.raises(BadTemplate, match=r"缺少 receipt\.yaml"):
        load_templates(folder)
    shutil.copy(folder / "reciept.yaml", folder / "receipt.yaml")
    with pytest.raises(BadTemplate, match=r"不认识 reciept\.yaml"):
        load_templates(folder)


def test_every_placeholder_has_a_label_for_its_blank() -> None:
    used = set(re.findall(r"\{(\w+)\}", "".join(p.read_text("utf-8") for p in FOLDER.glob("*"))))
    assert used - {"remedy"} <= set(LABELS)
