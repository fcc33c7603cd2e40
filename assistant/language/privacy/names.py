"""Personal names: found by the words around them, since a Chinese name is only two or three ordinary characters.

A name is a known surname and one or two characters that can be a given name. Where its surroundings leave doubt,
it must end where a word can end and must not begin with an ordinary word (高山, 林业, 党员).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from assistant.language.privacy.rules import COVERED
from assistant.language.text import segmenter

_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉"
    "岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计成戴宋茅庞熊纪舒屈项祝董梁杜阮蓝闵"
    "席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪解应宗丁宣邓郁单杭洪包诸左石崔吉龚程邢裴陆荣翁荀羊惠甄"
    "曲封储靳段富焦巴牧谷车侯全班秋仲伊宫宁仇栾甘祖武符刘景詹束龙叶幸司黎白蒲从索赖卓蔺屠蒙池乔闻莘党翟谭贡劳申冉雍桑桂牛边燕温庄晏柴"
    "瞿阎连习艾鱼容向古易慎戈廖庾终衡步耿满匡寇广聂晁敖冷辛阚简饶曾沙丰关查游竺权盖益桓肖付代闫岳苟褟揭俸佟佘仝仉亓逄逯郗郜鄢鄞隗"
    "覃粟阳涂宾欧丘邸洛闪佴帅笪谯兰敬青尚银苑卿肇薄宿怀暴鞠冀浦隆巩厍句阙殳"
    "文候楚晋郏蔚濮昝栗庹蹇矫丛宓亢况练麦隋巫牟邝邰甯芦訾鹿井衣冼游"
)
_DOUBLE = re.compile(
    "欧阳|上官|司马|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|司徒|长孙|宇文|端木|东方|独孤|南宫|钟离|轩辕|闻人"
    "|申屠|澹台|赫连|呼延|鲜于|拓跋|百里|东郭|西门|第五|万俟|公冶|濮阳|淳于|单于|太叔|仲孙|司空"
)
# Surnames that are likelier to be another word where nothing else speaks for a name.
_DOUBTFUL = frozenset(
    "和于时从成常应向全安单方满步益管解连项路司车终查习边相关党乐包计危强支班过明平元农秋广丰代易古尚银青怀敬简练况井鹿衣"
)
_COMMON_GIVEN = frozenset(
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰玉萍红玲芬燕彩春菊凤洁梅琳素云莲真环雪荣香莺媛瑞凡佳嘉琼勤珍贞莉娣璧璐娅琦晶妍茜"
    "秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宁欣飘育滢馥筠柔竹霭凝"
    "晓欢霄枫芸菲寒伊亚宜可姬舒影荔枝思毅俊峰保东文辉力永健世广志义兴良海山仁波贵福生龙元全国胜学祥才发武新利清飞彬富顺信子昌康星光天达"
    "安岩中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆民友裕河哲江浩亮政谦亨奇固之轮翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭鹏泽"
    "晨辰士以建家致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘根阿水土火金银宝华美爱惠巧花月大小万千长寿喜来旺财"
)
# Never in a given name: what stands there goes on about something else.
_NEVER = frozenset(
    "的了是不个么吗呢啊吧呀哦嘛这那哪我你您他她它们想问请把被给跟及或就还没很说讲办证收到去过申报诉讼告未已须该谁怎什样几每各此些并且但而因"
    "所对内外里打拿找做用看听吃住电话号码机拨写填交砍伐挖矿垃圾费钱局厅某喂谢拍吵骂欠赔死病疼拆卖买租借老要在也都又再着地得让被比与为何"
    "者们员站厂镇县市区部院校岙坞坝渠闸违法规"
) - frozenset("为法地")
# What a job, a body or a place ends with; names do not.
_NO_NAME_END = frozenset(
    "员户工者人长局所站厂场店镇村县市区乡部处科院校司社团队组坞湾桥路街库岙坳沟渠闸坝草鸟菜们方主头商证权业木图田坪塘溪港"
)
_QUOTES = ('"', "“", "「", "『")
_LANDSCAPE = frozenset("山水火土木林江河海花竹月风云")
_HARD_WORDS = (
    "今年|今天|昨天|明天|现在|家住|家里|家在|家的|住在|住址|地址|电话|手机|座机|身份|证号|号码|微信|联系"
    "|媳妇|老婆|老公|爱人|女士|先生|同志|师傅|老师|"
    "你们|我们|他们|她们|名下|这个人|这人|反映|举报|投诉|申请|咨询|请问|想问|想要|要求|打算|男|女|已经"
    "|因为|能不能|可不可以|可以|有没有|有事|种了|砍了|来问|"
    "前来|特此|实名|自愿|委托|代表|告我|需要|准备|是不是|家砍|家占|家挖|家盖|家养|家把|岁|的时候|他爹"
    "|他妈|他儿|他爸|夫妇|一家|两口子|什么|怎么"
)
_HARD = re.compile(rf"[^\u4e00-\u9fff]|$|{_HARD_WORDS}")
_SOFT = re.compile(
    "[的在是有来到跟和给帮把说讲要想你我他她也就都不没去向问住家偷私乱又今被请了去报交办占挖砍倒盖养放开]"
)
_HAN = "\u4e00-\u9fff"
_KIN = (
    "邻居|前妻|前夫|妻子|丈夫|老公|老婆|爱人|儿子|女儿|媳妇|女婿|父亲|母亲|爸爸|妈妈|老爸|老妈|老爹|老娘"
    "|岳父|岳母|公公|婆婆|哥哥|弟弟|姐姐|妹妹|"
    "大哥|大姐|叔叔|伯伯|舅舅|姑姑|阿姨|爷爷|奶奶|外公|外婆|孙子|孙女|外孙|侄子|侄女|外甥|表哥|堂哥|表弟"
    "|堂弟|同事|朋友|同学|室友|房东|老板|老乡|"
    "战友|亲戚|儿媳|嫂子|弟媳|姐夫|妹夫|小叔子|老伴"
)
_LABELS = (
    "户主|本人|当事人|申请人|投诉人|举报人|经办人|法人代表|法定代表人|法人|负责人|代理人|委托人|受托人"
    "|监护人|村民|业主|承包人|承包户|户名|班主任|"
    "同村|同队|同组|同社|隔壁|对门|楼上|楼下|队长|组长|会计|证人|受益人|持证人|权利人|司机|车主|养殖户"
    "|种植户|老师|信访人|反映人"
)
_NAMED = "姓名|名字|大名|真名|全名|收款人|收件人|寄件人|联系人|联络人|署名|落款|签名|开户名"
_IS = '[ 是为:叫=的"“「『]{0,4}'

# After these a name is meant, whatever follows it.
_SURE = re.compile(
    r"(?:(?:[我俺咱侬]|[他她]|本人|名字?|大名|真名|全名|姓[一-鿿]{1,2}[, ]?)(?:的名字|大名|真名|的)?(?:就"
    r"|是)?叫(?:做|作)?"
    rf"|(?:{_KIN}|{_LABELS}|[儿女爹爸妈娘哥弟姐妹婆公舅叔伯姑姨侄媳]|那个|有个|的人|男的|女的)(?:的名字)?"
    rf"(?:就|是)?叫(?:做|作)?"
    rf"|(?:{_NAMED}|{_LABELS})(?:[:=]|是|为|叫|[ ]){{1,3}})[ :是\"“「『]{{0,2}}"
)
# After these it may be one.
_MAYBE = re.compile(
    rf"(?:{_NAMED}|{_LABELS}|{_KIN}){_IS}"
    r"|(?:^|[,。;!?、 ])叫(?:做|作)?|(?:告|举报|投诉|控告|起诉|检举|揭发)(?:了|的是|一下)?"
    rf"|(?:我|俺|咱|他|她|这里?|本人)(?:就)?是 ?|{COVERED}[ ,:(的、]{{0,2}}"
    r"|(?:谢谢|感谢|此致|敬礼|——|--)[!。,. ]{0,3}"
)
# “我是下坪村的邵永福”: within its clause the name may follow any word for where somebody belongs.
_I_AM = re.compile(
    rf"(?:[我俺咱他她]|本人)(?:就)?(?:是|住在?|家住)(?P<where>[{_HAN}0-9 \ue000-\ue1ff]{{1,30}})"
)
_BELONGS = re.compile(r"[的村镇乡组队社县市号湾坞岙里\ue000-\ue1ff]")
# Only these continuations tell a name from a thing that is looked for.
_SOUGHT = re.compile(
    rf"(?:[查替帮代给问找和跟与向下,。;!? ]|^)(?=[{_HAN}]{{2,4}}(?:名下|这个人|这人|他家|她家|是[我他她俺]"
    rf"(?:的)?(?:{_KIN})|敬上))"
    rf"|的(?=[{_HAN}]{{2,4}}(?:名下|媳妇|老婆|老公|爱人|他爹|他儿|,[他她](?!们)))"
)
_BETWEEN_NAMES = re.compile("[ ,:(的、]{0,2}")
_HONOURED = re.compile(
    r"先生|女士|同志|师傅|小姐|老师|大爷|大娘|大妈|大伯|阿姨|大姐|大哥|医生|律师|老板"
)
_BEFORE_NUMBER = re.compile(
    rf"(?:^|(?<=[^{_HAN}])|(?<=[的是叫找给和跟问人系打]))(?P<it>[{_HAN}]{{2,4}})"
    r"[ ,:(、\-]{0,3}(?:的?(?:联系)?(?:电话|手机|号码|座机|身份证|证号|微信|卡号|账号|邮箱)"
    r"(?:号码?)?[ 是为:]{0,3})?[\ue000-\ue006\ue100-\ue106]"
)
_SURNAME_THEN_NAME = re.compile(
    rf"姓(?P<surname>[{_HAN}]{{1,2}}?)[, ]{{0,2}}(?:名字叫做?|名叫|名字是|单名|名|叫)(?:一个"
    rf"|单)?[ 是:]{{0,2}}(?P<it>[{_HAN}]{{1,2}})(?=[^{_HAN}]|$)"
)
_APART = re.compile(
    rf"(?:{_NAMED}|{_LABELS}|我叫)[ :是]{{1,3}}(?P<it>[{_HAN}](?: [{_HAN}]){{1,2}})(?![{_HAN}])"
)
_OF_PEOPLES = re.compile(
    rf"(?:我叫|我是|{_NAMED}|{_LABELS}|叫){_IS}(?P<it>[{_HAN}]{{1,8}}(?:[·•.][{_HAN}]{{1,8}}?){{1,3}})"
    rf"(?={_HARD.pattern}|[的是在想要来问])"
)
_UNUSUAL = re.compile(
    rf"(?:姓名|名字|真名|大名)(?:[ :是叫为]){{1,3}}(?P<it>[{_HAN}]{{2,4}})(?=[^{_HAN}]|$)|我叫"
    rf"(?P<nick>阿[{_HAN}]{{1,2}})(?=[^{_HAN}]|$)"
)
_LATIN = re.compile(
    r"(?:我叫|名字叫|(?i:my name is)|(?:姓名|名字)(?=[ :是A-Z]))[ :是为叫]{0,3}(?P<it>[A-Za-z]{2,20}"
    r"(?: [A-Za-z]{1,20}){0,3})"
    r"|(?:我是|(?i:i am) |(?i:i'm) ) ?(?P<capital>[A-Z][a-z]{1,20}(?: [A-Z][a-z]{0,20}){1,3})"
)


def find_names(text: str) -> Iterator[tuple[int, int]]:
    """Where the view `text` names a person; may overlap."""
    yield from _after(_SURE, text, sure=True)
    yield from _after(_MAYBE, text, sure=False)
    yield from _after(_SOUGHT, text, sure=False)
    yield from _after_belonging(text)
    yield from _honoured(text)
    yield from _beside_numbers(text)
    yield from _by_shape(text)


def _after(cue: re.Pattern[str], text: str, sure: bool) -> Iterator[tuple[int, int]]:
    for match in cue.finditer(text):
        start, end = match.end(), _name_end(text, match.end(), sure)
        # Names told one after another; only the first has a cue.
        while end:
            yield start, end
            start = _BETWEEN_NAMES.match(text, end).end()  # type: ignore[union-attr]  # matches nothing too
            end = _name_end(text, start, sure=False)


def _after_belonging(text: str) -> Iterator[tuple[int, int]]:
    for match in _I_AM.finditer(text):
        start = match.start("where")
        for belongs in _BELONGS.finditer(match["where"]):
            place = start + belongs.end()
            end = _name_end(text, place, sure=False)
            if end:
                yield place, end
                break


def _honoured(text: str) -> Iterator[tuple[int, int]]:
    for match in _HONOURED.finditer(text):
        for length in (4, 3, 2):
            start = match.start() - length
            if (
                start >= 0
                and _is_name(text[start : match.start()])
                and _stands_free(text, start, length)
            ):
                yield start, match.start()
                break


def _stands_free(text: str, start: int, length: int) -> bool:
    """Two characters are too little to be a name in the middle of a word."""
    before = text[start - 1] if start else " "
    return (
        length > 2
        or not "\u4e00" <= before <= "\u9fff"
        or before in "找问给跟和叫的是请向对替帮让由与及过了"
    )


def _beside_numbers(text: str) -> Iterator[tuple[int, int]]:
    for match in _BEFORE_NUMBER.finditer(text):
        if _is_name(match["it"]):
            yield match.span("it")


def _by_shape(text: str) -> Iterator[tuple[int, int]]:
    for match in _SURNAME_THEN_NAME.finditer(text):
        if _is_surname(match["surname"]) and not _NEVER.intersection(match["it"]):
            yield match.span("it")
    for match in _APART.finditer(text):
        if _is_name(match["it"].replace(" ", ""), sure=True):
            yield match.span("it")
    for match in _OF_PEOPLES.finditer(text):
        yield match.span("it")
    for match in _UNUSUAL.finditer(text):
        group = "it" if match["it"] else "nick"
        if group == "nick" or not (_NEVER.intersection(match["it"]) or _is_word(match["it"])):
            yield match.span(group)
    for match in _LATIN.finditer(text):
        yield match.span("it" if match["it"] else "capital")


def _name_end(text: str, start: int, sure: bool) -> int:
    """Where the name beginning at `start` ends; 0 where there is none."""
    double = _DOUBLE.match(text, start)
    surname = 2 if double else 1
    ends = [start + surname + given for given in (1, 2) if start + surname + given <= len(text)]
    for end in ends:
        if _HARD.match(text, end) and _is_name(text[start:end], sure):
            return end
    if text[start - 1 : start] in _QUOTES:
        return 0  # a quoted name ends with its quotation
    for end in reversed(ends):
        if _SOFT.match(text, end) and _is_name(text[start:end], sure=False):
            return end
    if sure:
        return next((end for end in reversed(ends) if _is_run_on(text, start, end)), 0)
    return 0


def _is_run_on(text: str, start: int, end: int) -> bool:
    """A name that runs into what follows; 林水局 does not name 林水."""
    return _is_name(text[start:end]) and text[end : end + 1] not in _NO_NAME_END


def _is_name(name: str, sure: bool = False) -> bool:
    """Whether these characters can be surname and given name; not `sure`: and are likely nothing else."""
    surname = 2 if _DOUBLE.match(name) and len(name) > 2 else 1
    given = name[surname:]
    if not (_is_surname(name[:surname]) and 1 <= len(given) <= 2) or _NEVER.intersection(given):
        return False
    if not all("\u4e00" <= one <= "\u9fff" for one in given):
        return False
    if sure or surname == 2:
        return not (sure and _is_plain_word(name))
    if name[0] in _DOUBTFUL and (given in _LANDSCAPE or not _COMMON_GIVEN.issuperset(given)):
        return False  # 管河, 查林: a verb and what it is done to
    if name[-1] in _NO_NAME_END:
        return False
    return not _is_word(name[:2]) or _outweighs_a_word(name, given)


def _outweighs_a_word(name: str, given: str) -> bool:
    """莫大富 begins with a word (莫大) and is a name still: both of its given characters are common ones."""
    if len(given) < 2 or name[-1] in _LANDSCAPE or _is_word(name):
        return False
    return _COMMON_GIVEN.issuperset(given)


def _is_plain_word(name: str) -> bool:
    """A doubtful surname in one word with what follows (应当, 成年): no name even where one is expected."""
    return name[0] in _DOUBTFUL and len(name) == 2 and _is_word(name)


def _is_surname(characters: str) -> bool:
    return characters in _SURNAMES or bool(_DOUBLE.fullmatch(characters))


@lru_cache(maxsize=4096)
def _is_word(characters: str) -> bool:
    return len(segmenter().cut(characters)) == 1
