"""One writing for one meaning, and equal cuts whichever tokenizer is installed."""

from __future__ import annotations

import warnings

import pytest

from assistant.knowledge.content import Answer, Notice
from assistant.knowledge.files import Loaded
from assistant.language.text import (
    MAX_UNDERSTOOD,
    WORDS_FILE,
    Segmenter,
    bare,
    clean,
    normalise,
    read_words,
)
from tests.fixtures_service import golden_texts


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("取水許可證", "取水许可证"),
        ("對面山頭起火", "对面山头起火"),
        ("林業、水利資訊網路公開", "林业、水利信息网络公开"),
        ("ＡＢＣ１２３", "abc123"),
        ("ﾊﾝｶｸ", "ハンカク"),
        ("取　水\t许可\n证", "取 水 许可 证"),
        ("  前后  空白  ", "前后 空白"),
        ("①②㎡℃", "12m2°c"),
        ("取\u200b水\u200d许\ufeff可\u2060证", "取水许可证"),
        ("取水\u202e许可\u202c证", "取水许可证"),
        ("取水\x00许\x07可\x1b证\x7f", "取水许可证"),
        ("取\xad水", "取水"),
        ("取\ud800水\udfff证", "取水证"),
        ("", ""),
        ("\u200b\u200c", ""),
        ("ＨＴＴＰＳ", "https"),
        ("e\u0301", "é"),
    ],
)
def test_normalise_gives_one_writing(typed: str, meant: str) -> None:
    assert normalise(typed) == meant


@pytest.mark.parametrize(
    "text", ["取水许可证怎么办？", "GB/T 50433", "林木采伐20立方米", "龙", "😀"]
)
def test_normalise_changes_nothing_the_second_time(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_normalise_is_idempotent_on_everything_we_know(loaded: Loaded) -> None:
    texts = [text for texts in loaded.examples.values() for text in texts] + golden_texts()
    assert [text for text in texts if normalise(normalise(text)) != normalise(text)] == []


def test_normalise_reads_no_more_than_it_understands() -> None:
    assert len(normalise("水" * (MAX_UNDERSTOOD * 3))) == MAX_UNDERSTOOD


def test_normalised_text_can_be_stored() -> None:
    """A lone surrogate would break the database driver, a NUL PostgreSQL."""
    normalise("\ud83d水\x00".encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass"))
    clean("\ud83d水\x00").encode("utf-8")
    assert "\x00" not in clean("水\x00")


def test_clean_keeps_line_ends_and_letters() -> None:
    assert clean("第一行\n第二行\t末尾 ") == "第一行\n第二行\t末尾"
    assert clean("繁體 ＡＢ😀") == "繁體 ＡＢ😀"


@pytest.mark.parametrize(
    ("one", "other"),
    [("取水许可，怎么办？", "取水许可怎么办"), ("（一）A-4 纸", "一A4纸"), ("？！……", "")],
)
def test_bare_drops_punctuation_and_spaces(one: str, other: str) -> None:
    assert bare(one) == other


def test_bureaus_words_are_cut_whole() -> None:
    cut = Segmenter().cut
    assert "取水许可证" in cut(normalise("我想办取水许可證"))
    assert "古树名木" in cut(normalise("古树名木能不能移"))


def test_word_missing_from_the_dictionary_would_be_cut_apart() -> None:
    """The dictionary is what keeps words whole: without it this one falls apart."""
    assert "抽水证" in Segmenter().cut("办抽水证")
    assert "抽水证" not in Segmenter(words=[]).cut("办抽水证")


def test_words_file_is_well_formed() -> None:
    lines = [line.split() for line in WORDS_FILE.read_text(encoding="utf-8").splitlines() if line]
    assert all(2 <= len(parts) <= 3 and parts[1].isdigit() for parts in lines)
    words = [word for word, _ in read_words()]
    assert len(words) == len(set(words)) > 50
    assert [word for word in words if normalise(word) != word] == []


def test_missing_words_file_means_no_words(tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert read_words(tmp_path / "none.txt") == []


def test_jieba_and_rjieba_cut_equally(loaded: Loaded) -> None:
    """Training may run with the one and the service with the other: a different cut is a different model."""
    texts = [text for texts in loaded.examples.values() for text in texts] + golden_texts()
    for _, record in loaded.records:
        texts += [record.title, *getattr(record, "aliases", ())]
        if isinstance(record, Answer | Notice):
            texts.append(record.text)
        texts += [getattr(record, name, "") or "" for name in ("summary", "needed", "duties")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba's own source warns while it is compiled
        rust, python = Segmenter(prefer_rust=True), Segmenter(prefer_rust=False)
    assert rust._is_rust
    assert not python._is_rust
    distinct = {normalise(text) for text in texts}
    assert len(distinct) > 4_000
    assert [text for text in distinct if rust.cut(text) != python.cut(text)] == []


def test_cut_loses_no_character(loaded: Loaded) -> None:
    cut = Segmenter().cut
    for text in golden_texts():
        normal = normalise(text)
        assert "".join(cut(normal)) == normal.replace(" ", "")
