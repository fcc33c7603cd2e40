"""Words written with the wrong character of the same sound are mended; right words are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from assistant.knowledge.files import Loaded
from assistant.knowledge.shelf import Shelf
from assistant.language.sounds import (
    PAIR_SEEN_OFTEN,
    SYLLABLES_FILE,
    Sounds,
    Spoken,
    initials,
    syllable,
)
from assistant.language.text import bare, normalise, words_of


@pytest.fixture(scope="module")
def sounds(shelf: Shelf) -> Sounds:
    return shelf.index.sounds


def sounds_of(*texts: str, names: tuple[str, ...] = ()) -> Sounds:
    """The words of these texts, each written often enough to be sure of."""
    spoken = Spoken()
    for text in texts * PAIR_SEEN_OFTEN:
        spoken.add(bare(text), words_of(text))
    return Sounds(spoken, names)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("采发证怎么办", "采伐证怎么办"),
        ("林木采罚许可证", "林木采伐许可证"),
    ],
)
def test_word_of_the_same_sound_is_mended(sounds: Sounds, written: str, meant: str) -> None:
    assert sounds.mend(normalise(written)) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "采伐证怎么办",
        "取水许可证要哪些材料",
        "今天天气真好我们去公园散步",
        "量子色动力学夸克禁闭",
        "高考成绩什么时候公布",
        "gb/t 50433 怎么下载",
        "？！……😀",
        "张三和李四去爬山",
    ],
)
def test_right_words_and_other_peoples_are_left_alone(sounds: Sounds, text: str) -> None:
    assert sounds.mend(normalise(text)) == normalise(text)


def test_almost_no_phrasing_on_record_is_changed(sounds: Sounds, loaded: Loaded) -> None:
    """What citizens are on record as writing is written right, but for the slips that are there on purpose."""
    texts = [normalise(text) for texts in loaded.examples.values() for text in texts][::5]
    changed = [text for text in texts if sounds.mend(text) != text]
    assert len(changed) / len(texts) < 0.03, changed[:40]


def test_name_is_known_however_rare() -> None:
    assert sounds_of("天气", names=("松材线虫病",)).mend("松材现虫病怎么防") == "松材线虫病怎么防"
    assert sounds_of("天气").mend("松材现虫病怎么防") == "松材现虫病怎么防"


def test_word_that_is_rare_mends_nothing() -> None:
    spoken = Spoken()
    spoken.add("采伐证", ["采伐证"])
    assert Sounds(spoken).mend("采发证") == "采发证"


def test_careless_ear_hears_long_words_and_not_pairs() -> None:
    """zh as z and ing as in: proof enough in a long word, in two characters mere chance."""
    known = sounds_of("水土保持方案", "砂石")
    assert known.mend("水土保迟方案") == "水土保持方案"
    assert known.mend("水土保次方案") == "水土保持方案"
    assert known.mend("水土保特方案") == "水土保特方案"
    assert sounds_of("采砂许可证").mend("采撒许可证") == "采砂许可证"
    assert known.mend("撒石") == "撒石"


TEXTS = st.text(alphabet="采伐发罚证正政取水书许可克林木目在再 a1，？", max_size=20) | st.text(
    max_size=20
)


@given(TEXTS)
@settings(deadline=None)
def test_mending_keeps_the_length_and_is_done_once(text: str) -> None:
    known = sounds_of("采伐证", "取水许可证", "林木采伐")
    once = known.mend(normalise(text))
    assert len(once) == len(normalise(text))
    assert known.mend(once) == once
    assert bare(once).isascii() == bare(normalise(text)).isascii()


def test_everything_citizens_write_is_mended_once(sounds: Sounds, loaded: Loaded) -> None:
    for text in [normalise(text) for texts in loaded.examples.values() for text in texts][::25]:
        once = sounds.mend(text)
        assert len(once) == len(text)
        assert sounds.mend(once) == once, text


def test_syllables_are_pypinyins() -> None:
    """Each character once, with the reading pypinyin gives it standing alone."""
    lines = [line.split() for line in SYLLABLES_FILE.read_text(encoding="utf-8").splitlines()]
    told = [(character, sound) for sound, characters in lines for character in characters]
    assert len(told) == len({character for character, _ in told}) > 6_700
    differing = {
        character: (sound, lazy_pinyin(character, style=Style.NORMAL)[0])
        for character, sound in told
        if lazy_pinyin(character, style=Style.NORMAL)[0] != sound
    }
    assert differing == {}


def test_every_character_of_gb2312_has_a_syllable() -> None:
    han = [
        bytes([row, cell]).decode("gb2312", "ignore")
        for row in range(0xB0, 0xF8)
        for cell in range(0xA1, 0xFF)
    ]
    assert [one for one in han if one and syllable(one) == one] == []


def test_initials_are_what_a_word_is_typed_by() -> None:
    assert initials("取水许可") == "qsxk"
    assert initials("A4纸") == "A4z"
    assert initials("") == ""
