"""What texts are compared by: their content words, and pairs of characters. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from assistant.language.text import bare, words_of

# Words that say how something is asked, not what is asked about; an OR over them finds everything.
STOP_WORDS = frozenset(
    [
        "的",
        "了",
        "吗",
        "呢",
        "啊",
        "吧",
        "呀",
        "我",
        "你",
        "您",
        "他",
        "她",
        "它",
        "们",
        "我们",
        "你们",
        "是",
        "在",
        "有",
        "和",
        "与",
        "及",
        "或",
        "就",
        "都",
        "也",
        "还",
        "又",
        "要",
        "想",
        "请",
        "请问",
        "问",
        "问下",
        "一下",
        "这",
        "那",
        "这个",
        "那个",
        "个",
        "什么",
        "啥",
        "怎么",
        "怎样",
        "咋",
        "咋个",
        "如何",
        "哪",
        "哪里",
        "哪儿",
        "能",
        "能不能",
        "可以",
        "可不可以",
        "会",
        "需要",
        "应该",
        "应",
        "把",
        "被",
        "给",
        "让",
        "对",
        "到",
        "去",
        "来",
        "从",
        "向",
        "为",
        "以",
        "于",
        "着",
        "过",
        "得",
        "地",
        "不",
        "没",
        "没有",
        "说",
        "看",
        "做",
        "弄",
        "搞",
        "用",
        "一",
        "一个",
        "下",
        "上",
        "里",
        "吗",
        "么",
        "嘛",
        "哦",
        "噢",
        "嗯",
        "那么",
        "然后",
        "现在",
        "你好",
        "您好",
        "麻烦",
        "谢谢",
        "知道",
        "告诉",
        "咨询",
        "了解",
    ]
)


@lru_cache(maxsize=16_384)
def is_content(word: str) -> bool:
    """Whether a word is more than punctuation and says what is asked about."""
    return word not in STOP_WORDS and bool(bare(word))


def features(text: str) -> list[str]:
    """What the lexical witness compares of a normalised text: content words and pairs of characters.

    The pairs keep a typo from costing the whole word.
    """
    return features_of(words_of(text))


def features_of(words: Iterable[str]) -> list[str]:
    """The same of a text that is cut already."""
    words = list(filter(is_content, words))
    joined = bare("".join(words))
    return words + [f"#{joined[i : i + 2]}" for i in range(len(joined) - 1)]
