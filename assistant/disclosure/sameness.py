"""Whether two descriptions ask for the same information. Pure.

Years and document numbers decide first: last year's budget is not this year's. Then the words that say what is wanted,
without those of asking: one description may say more than the other, but where each names something the other does
not, they are two things.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

from assistant.language.text import bare, normalise, words_of

SAME_FROM = 92.0
# A description that is but a fragment of another (“批复”) is not taken for the same.
_LEAST_SHARE = 0.5
# The most that other words for the same can score; 100 is the very same text.
_NEARLY = 99.9

_ASIDE = re.compile(
    r"(?:根据|依据|依照|按照)[^,。;]{0,6}(?:中华人民共和国)?(?:政府)?信息公开条例[》\"”]?(?:的?(?:有关|相关)?规定)?|政府信息|信息公开"
    r"|[各一两三\d]+[份套本页张]|谢谢|贵局|贵单位|贵机关|你局|你单位|你们"
)
# Words of asking, and those that are said or left out without a difference.
_FILLERS = frozenset(
    re.findall(
        r"\w+",
        """
        申请 公开 公布 请 请求 要求 提供 获取 查阅 复制 复印 复印件 影印件 原件 扫描件 电子版 纸质 副本 麻烦 发 寄
        我 我们 我要 我想 本人 申请人 想 要 想要 需要 希望 依法 现 特 特此 以下 如下 下列 下 一下 一份
        信息 内容 材料 资料 文件 文 情况 有关 相关 关于 具体 详细 全部 所有 全文 完整 工程 项目 附件 制作 作出 保存
        给 的 了 和 及 与 或 等 在 对 就 把 将 是 为 该 此 这 那 其 并 向 年 年度
        """,
    )
)
_CHINESE_YEAR = re.compile(r"[〇零一二三四五六七八九]{4}(?=年|[\]〕])")
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Sameness:
    """How alike the two are, 0–100, and the words the new one has beyond the old one."""

    score: float
    beyond: tuple[str, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Written alike but for width, script, spaces and punctuation."""
        return self.score == 100


def sameness(new: str, old: str) -> Sameness | None:
    """How far `new` asks for what `old` asked for; None when it is something else."""
    if bare(normalise(new)) == bare(normalise(old)):
        return Sameness(100)
    if _numbers(new) != _numbers(old):
        return None
    wanted, had = _content(new), _content(old)
    beyond, missing = wanted - had, had - wanted
    if (beyond and missing) or not _are_of_a_size(wanted, had):
        return None
    one, other = (" ".join(sorted(words)) for words in (wanted, had))
    if fuzz.token_set_ratio(one, other) < SAME_FROM:
        return None
    return Sameness(min(fuzz.ratio(one, other), _NEARLY), tuple(sorted(beyond)))


def _plain(text: str) -> str:
    plain = _ASIDE.sub(" ", normalise(text))
    return _CHINESE_YEAR.sub(lambda year: year[0].translate(_DIGITS), plain)


def _numbers(text: str) -> frozenset[str]:
    return frozenset(number.lstrip("0") for number in _NUMBER.findall(_plain(text)))


def _content(text: str) -> frozenset[str]:
    """The words that say what is wanted."""
    return frozenset(
        word
        for word in words_of(_plain(text))
        if word not in _FILLERS and bare(word) and not word.isdigit()
    )


def _are_of_a_size(one: frozenset[str], other: frozenset[str]) -> bool:
    lengths = sorted(sum(map(len, words)) for words in (one, other))
    return lengths[0] > 0 and lengths[0] >= _LEAST_SHARE * lengths[1]
