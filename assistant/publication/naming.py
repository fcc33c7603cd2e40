"""Names as replies write them: people told of, not only those who tell. Pure.

The chat looks for names beside words such as 我叫, because a citizen's question must not lose an ordinary word. A
reply that goes on the website speaks of third persons in the middle of its sentences (由李大山到现场处理), and a
publisher sees every cover; so here a name needs no such word where surname and cut speak for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from assistant.language.privacy.names import find_names
from assistant.language.text import segmenter
from assistant.publication.covers import GIVEN_NAME, HAN

# Surnames that are hardly ever anything else: on 51,000 messages and all answers the cut alone erred on some thirty.
_SURNAMES = frozenset(
    "王李刘陈杨赵周吴徐孙胡朱郭罗宋郑谢韩冯董萧程曹袁邓傅沈曾彭吕苏卢蒋蔡贾魏薛阎潘杜姜谭廖邹熊陆郝崔邱秦顾侯邵孟尹黎乔贺龚张钟姚汪"
)
# 那张条子, 收到张通知: one sheet of something.
_COUNTED = frozenset(
    "这那一二两几三四五六七八九十每哪有开写拿把收要来交填给签刻按找帮寄送补发出用到了我你他"
)
# 老陈代笔: who is called so goes by the surname alone.
_FAMILIAR = frozenset("老小阿姓")
_WHO = (
    "村民|居民|业主|住户|农户|职工|户主|户名|承包人|承包户|承办人|经办人|工作人员|联系人|护林员|巡查员|网格员|河长|林长|责任人|负责人"
    "|当事人|来信人|诉求人|反映人|举报人|投诉人|申请人|书记|主任|村长|站长|所长|队长|组长|会计|司机|局长|科长|处长"
)
# 村民周围, 当事人陈述: what may follow a word for a person and begins like a name of two characters.
_ORDINARY = re.compile(
    "曾经|周[围边期年末一二三四五六日]|程[度序]|陆续|陈[述旧列]|郑重|顾[虑及]|谢[绝谢]|张[贴罗开望]|王国|董事|萧条|罗列|胡[乱编]|苏醒"
)
_NO_NAME = re.compile(
    "^管|[蛇树龟鱼鸟虫]$|(?:先生|女士|小姐|同志|师傅|老师|大[爷妈伯姐哥]|阿姨|主任|书记|[局科处站所队组]长|会计)$"
)
_NAMED = re.compile(rf"(?:{_WHO})[:是为 ]{{0,2}}(?P<rest>[{HAN}]{{2,4}})")
_GREETED = re.compile(rf"(?<![{HAN}])(?P<it>[{HAN}]{{2,4}})(?=[ ,:]{{0,2}}[您你]好)")
_NEXT = re.compile(rf"[、,和与及](?P<rest>[{HAN}]{{2,4}})")


def find_third_persons(text: str) -> Iterator[tuple[int, int]]:
    """Where the view `text` names somebody; may overlap."""
    for start, end in _named(text):
        yield start, end
        while (other := _NEXT.match(text, end)) and (size := _name_size(other["rest"])):
            start = other.start("rest")
            end = start + size
            yield start, end


def surname_size(name: str) -> int:
    """How many characters of a name found here are the surname."""
    return 2 if len(name) > 3 else 1


def _named(text: str) -> Iterator[tuple[int, int]]:
    for match in _NAMED.finditer(text):
        if size := _name_size(match["rest"]):
            yield match.start("rest"), match.start("rest") + size
    for match in _GREETED.finditer(text):
        if len(match["it"]) > 2 and is_likely_name(match["it"]):
            yield match.span("it")
    for run in re.finditer(f"[{HAN}]{{3,}}", text):
        yield from _cut_out(run[0], run.start())


def _cut_out(run: str, offset: int) -> Iterator[tuple[int, int]]:
    """Names of three characters that begin and end where words do."""
    bounds = _bounds(run)
    for start in range(len(run) - 2):
        if run[start] not in _SURNAMES or not {start, start + 3} <= bounds:
            continue
        before = run[start - 1 : start]
        is_counted = run[start] == "张" and before in _COUNTED
        if before in _FAMILIAR or (before and is_counted):
            continue
        if is_likely_name(run[start : start + 3]):
            yield offset + start, offset + start + 3


def _name_size(rest: str) -> int:
    """How many of the characters behind a word for a person are the name; 0 where they are none."""
    if len(rest) > 2 and is_likely_name(rest[:3]) and not _goes_on(rest[2:4]):
        return 3
    two = rest[:2]
    is_short_name = two[0] in _SURNAMES and can_be_name(two) and not _ORDINARY.match(two)
    return 2 if is_short_name or is_likely_name(two) else 0


def _goes_on(characters: str) -> bool:
    """The third character is the first of a word: 村民李强种植."""
    return len(characters) == 2 and len(segmenter().cut(characters)) == 1


def can_be_name(characters: str) -> bool:
    """Whether these Han characters can be a surname and a given name."""
    cue = "姓名 "
    whole = (len(cue), len(cue) + len(characters))
    is_no_name = GIVEN_NAME[0] in characters or _NO_NAME.search(characters)
    return not is_no_name and whole in set(find_names(f"{cue}{characters}。"))


@lru_cache(maxsize=4096)
def is_likely_name(characters: str) -> bool:
    """Whether these Han characters are a name rather than anything else."""
    cue = "户主"
    whole = (len(cue), len(cue) + len(characters))
    is_no_name = GIVEN_NAME[0] in characters or _NO_NAME.search(characters)
    return not is_no_name and whole in set(find_names(f"{cue}{characters}。"))


def _bounds(run: str) -> set[int]:
    place, bounds = 0, {0}
    for word in segmenter().cut(run):
        place += len(word)
        bounds.add(place)
    return bounds
