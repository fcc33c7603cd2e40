"""Where curated answers end: what nobody tells, what cannot be read, and sure signs of whose matter it is. Pure."""

from __future__ import annotations

import re
from datetime import date

# What no office may tell: whom to hire, whom to buy from.
_RECOMMENDING = re.compile(
    r"(?<!们)(?:推荐|介绍)(?:一下|几|一|个|下)?[个家位]?[^,。]{0,8}(?:公司|单位|中介|机构|律师|厂|师傅|老板|店|施工队)"
    r"|哪[家个](?:公司|单位|中介|机构|律师|厂家?|店|施工队)[^,。?]{0,16}(?:便宜|靠谱|划算|推荐|好过|最好|技术好)"
)
_YEAR = re.compile(
    r"(?<![\d零〇一二三四五六七八九])([2二][0零〇][\d一二三四五六七八九][\d零〇一二三四五六七八九])年"
)
# When a report comes out is known of every year.
_WHEN = re.compile(r"什么时候|何时|几时|哪天|多久|几月")
_PUBLISHED = re.compile(r"年报|报告|公报|预算|决算|统计|数据|数字|名单|结果")
# What nobody is told of anybody: where an official lives, what his wife does.
_PRIVATE = re.compile(
    r"家住(?:哪|几)|住(?:在)?哪(?:幢|栋|个小区|一户)|(?:老婆|老公|爱人|孩子|儿子|女儿)[^,。]{0,3}(?:在哪|哪里上班|干什么|叫什么)"
)
# What no guide holds: how heavy something in the woods or the water is.
_WEIGHING = re.compile(r"[落掉结产收打重][^,。]{0,3}(?:几|多少)公?斤|几两重|有多重")
# “算采砂还是另外一种”: which of two matters it is.
_BETWEEN = re.compile(r"(?:算|属于)[^,。天日]{1,10}还是")
# What surely is this answer, whatever item is named beside it.
_SURELY = {
    "matter.licence_rules": re.compile(
        r"(?:证|许可)(?:(?![山地林塘房])[^。]){0,12}(?:借给|出借|租给|出租|转借|借别人|租别人)"
    )
}
# What surely is another body's, and which record says so; it counts where the witnesses think so too.
_THEIRS = {
    "elsewhere.urban_trees": re.compile(
        r"绿化带|行道树|小区[^,。]{0,6}(?:树|绿化)|公园里?的?(?:树|花)|街边的?树"
    ),
    "elsewhere.tap_water": re.compile(r"水表|水龙头|停水"),
    "elsewhere.water_bill": re.compile(r"水表|水费单|水费账|自来水费"),
}
_HAN = re.compile(r"[\u3400-\u9fff]")
# Sounds that are no words.
_BABBLE = re.compile(r"[啊呃额呀嘎啦咕噜呜叽哇嘟嘀嗒噗]+")
_WORD = re.compile(r"[a-z]{2,}")


def is_foreign(text: str) -> bool:
    """Whether a normalised text has not one Chinese word."""
    return not _HAN.search(_BABBLE.sub(" ", text))


def is_noise(text: str) -> bool:
    """Whether a normalised text holds nothing to read: emoji, punctuation, a keyboard hit at random."""
    text = _BABBLE.sub(" ", text)
    if _HAN.search(text):
        return False
    return not any(
        len(set(word)) > 1 and re.search(r"[aeiouy]", word) for word in _WORD.findall(text)
    )


def asks_of_future(text: str, today: date) -> bool:
    """Whether a normalised text wants figures or a report of a year that has not begun."""
    years = [int("".join(map(_arabic, match))) for match in _YEAR.findall(text)]
    is_future = any(year > today.year for year in years)
    return is_future and bool(_PUBLISHED.search(text)) and not _WHEN.search(text)


def _arabic(digit: str) -> str:
    return digit if digit.isascii() else str("零一二三四五六七八九".find(digit.replace("〇", "零")))


def is_in_no_guide(text: str) -> bool:
    """Whether a normalised text asks what no guide tells: whom to hire, somebody's private life, a weight."""
    return any(way.search(text) for way in (_RECOMMENDING, _PRIVATE, _WEIGHING))


def asks_which_of_two(text: str) -> bool:
    """Whether a normalised text asks which of two matters something is."""
    return bool(_BETWEEN.search(text))


def surely_asked(text: str) -> str | None:
    """The id of the answer a normalised text bears the sure sign of, or None."""
    return next((one for one, sign in _SURELY.items() if sign.search(text)), None)


def is_surely_theirs(text: str, record_id: str) -> bool:
    """Whether a normalised text bears the sure sign of the other body's matter that `record_id` tells of."""
    sign = _THEIRS.get(record_id)
    return sign is not None and bool(sign.search(text))
