"""Where somebody lives, from the door number down; the village or street itself is no secret (domain.md §6)."""

from __future__ import annotations

from assistant.language.privacy.kinds import Personal
from assistant.language.privacy.rules import FEW_WORDS, Rule, rule

_HAN = "[\u4e00-\u9fff]"
_N = r"(?:第? ?(?:[0-9]{1,5}|[一二三四五六七八九十百零〇]{1,5})(?:[-之][0-9一二三四五六七八九]{1,4})?[A-Za-z]?) ?"
_ROOM = (
    r"(?:[0-9一二三四五六七八九零〇幺]{3,4}(?![0-9元亩米])[室户房]?|[0-9]{1,5}[A-Za-z]?[室户房]"
    r"|[一二三四五六七八九十零〇]{1,5}[室户房])"
)
_HOUSE = "(?:号楼|栋|幢|座)"
_REST = (
    rf"(?:(?: ?[,-]? ?(?:{_N}(?:号楼|栋|幢|座|号|弄|支弄|组|单元|门|室|层|楼|户)|{_ROOM}|[东西南北]单元)){{0,5}}"
    r"(?:-[0-9]{1,5}){0,3})"
)
_NOT_A_PAPER = r"(?![文令线]|公告|通告|通知|文件|窗口)"
_STREET = (
    "(?:小区|花园|家园|公寓|公馆|山庄|街道|大街|大道|社区|新村|胡同|大厦|(?<![国省县])道|苑"
    "|[路街巷弄村镇乡庄屯寨埭坊])"
)

PLACES: tuple[Rule, ...] = (
    # A street, then a number: 文三路12号, 大岭村三组18号. The tree in front of a block is nobody's address.
    rule(
        Personal.ADDRESS,
        rf"{_HAN}{_STREET} ?(?P<it>{_N}(?:{_HOUSE}(?!门口|楼下|旁边)|号(?!楼)|弄|组|单元){_NOT_A_PAPER}{_REST})",
    ),
    # Two parts that only stand together in an address: 3组9号, 6栋405, 2单元1103室.
    rule(Personal.ADDRESS, rf"(?P<it>{_N}[组队社弄] ?{_N}号{_NOT_A_PAPER}{_REST})"),
    rule(
        Personal.ADDRESS,
        rf"(?P<it>{_N}{_HOUSE} ?(?:{_N}单元 ?(?:{_N}[层楼] ?)?)?{_ROOM}|{_N}{_HOUSE} ?{_N}单元|{_N}单元 ?{_ROOM})",
    ),
    # Any number after a word that says an address follows.
    rule(
        Personal.ADDRESS,
        r"(?:住址|地址|住在|家住|家在|我住|寄到|寄至|寄给|户籍地?|门牌号?|房号|室号)"
        rf"[^0-9,。;!?、\ue000-\uf8ff]{{0,25}}? ?(?P<it>{_N}(?:号楼|栋|幢|号|弄|组|单元|座|室){_NOT_A_PAPER}{_REST}"
        r"|[0-9]{1,4}(?:-[0-9]{1,5}){1,3}[室号]?)(?![0-9])",
    ),
    rule(
        Personal.ADDRESS,
        rf"(?:门牌号?|房号|室号|房间号){FEW_WORDS}(?P<it>[0-9]{{1,5}}(?:-[0-9]{{1,5}}){{0,3}}号?)",
    ),
)
