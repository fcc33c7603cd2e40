"""Danger, looked for before anything else and without any model: the right number may not wait for one.

Pure. What is said of each danger is a record; what gives it away is a pattern here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Danger:
    """One kind of danger: the record that answers it, and what gives it away."""

    record_id: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None = None


# Asking what the rules are is not being in danger.
_ASKING = re.compile(
    r"怎么(申请|办理|审批|报批|备案|管理|规定|处罚)|许可|审批|材料|手续|预案|预防|规定|条例|处罚|罚款|罚多少|职责|办公室|电话.{0,4}多少|(?:电话|号码)是(?:多少|几|哪)|哪个号码|什么号码|补偿|赔偿|医药费|谁出|谁赔|报销|理赔"
    r"|可以.{0,6}吗|能不能|能.{0,6}吗|要不要|什么意思|是什么[?？]?$|公开|统计|去年|以前|历史|评价|影响|补助|什么时候通|会不会|哪一?年|[一二三四五六七八九〇零]{2}年|\d{2,4}年|梦见|历史上|当年|前年|大前年|上个月|早好了|哪天[起到开止]|几月|起止|不许|不准|禁火|禁止"
    r"|要得不|得行不|行不行|可不可以|准不准"
    r"|万一(?:看到|发现|碰到|遇到|以后)|(?:如果|要是|假如)(?:看到|发现|碰到|遇到)|平时|先记(?:着|下)"
)

# Which number it is, of those who are in no danger: “山林火警电话是哪个”, “平时先记着”.
_NUMBER_ASKED = re.compile(
    r"(?:火警|报警|急救|防汛|值班)的?(?:电话|号码)|(?:万一|如果|要是|假如|平时|一般|先记).*(?:电话|号码|[打拨](?:哪|几|什么|啥))"
)

# Words of what is over, or has lasted for years, or of who pays and who answers for it.
_AFTERMATH = re.compile(
    r"谁(?:来)?(?:负责|修|鉴定|赔|给|查)|鉴定过|赔(?:吗|不赔|多少)|要赔|申请补助|保险|致害|住院"
    r"|好几年|多年|每年|老漏|怕垮|一冲就|烧完|违法吗|算不算|谎报|有奖|等级|分几级|界定|认定|种回去|隐患排查"
    r"|接到多少|上半年|不是报|选哪|事后|梦见"
)
# What nobody writes who only asks about rules; it overrides the doubt, but for what is over.
_ACUTE = re.compile(
    r"(?:起火|着火|失火|烧起来|决口|溃坝|塌|滑坡|落水|冒水|漏水|渗水|管涌)了|摔下(?:去|来)了"
    r"|刚才[^。]{0,8}(?:滚|掉|塌|裂|冒|喷)"
)
# What nobody writes of what is over; it overrides every doubt.
_CRY = re.compile(
    r"救命|(?:快|马上|赶紧)(?:来|救|派)|[扑浇]不灭|往哪边跑|救(?:人|我|他|她)"
    r"|有人(?:落水|被|掉|受伤|困|摔|溺)|被(?:埋|困|淹|压)"
    r"|不省人事|没有?(?:反应|声音)|扑不灭|流血不止"
)
# An animal or a telephone in the water is no person in danger.
_NOBODY = r"(?:野鸭|松鼠|鹿|鹭|鸟|穿山甲|刺猬|蛇|猫|狗|牛|羊|手机)[^，。,.]{0,3}(?:掉|困|卡)"
# Between the parts of one sign: the same clause, a few words apart.
_NEAR = r"[^，。,.]{0,8}"


def _sign(*ways: str) -> re.Pattern[str]:
    """One pattern of several ways of saying it; `~` stands for a few words of the same clause."""
    return re.compile("|".join(way.replace("~", _NEAR) for way in ways))


DANGERS: tuple[Danger, ...] = (
    Danger(
        "emergency.self_harm",
        _sign(
            r"不想活|想死|活不下去|自杀|轻生|寻短见|(?<!误)喝(?:了)?农药|割腕|了结(?:自己|生命)|活着没(?:意思|意义)|怎么死(?:不|得|最|才)|死了算了",
            r"跳(?:河|江|楼|水库|桥|下去)",
        ),
    ),
    Danger(
        "emergency.house_fire",
        _sign(
            r"(?:房子|屋子|屋里|家里|厨房|灶间|楼上|楼里|楼道|店里|仓库|厂房|车间|宿舍|电动车|汽车|车子|电瓶)~"
            r"(?:着火|起火|失火|烧起来|烧着|冒烟|冒黑烟)"
        ),
        _ASKING,
    ),
    Danger(
        "emergency.forest_fire",
        _sign(
            r"(?:山|林|树|坡|坟|竹)~(?:着火|起火|烧起来|失火|冒烟|烧着)",
            r"(?<![炼清])山火(?!源|防|险)|林火(?!险|源|警)|森林火灾|火情|(?<!防)火警(?!示)|浓烟|[扑浇]不灭",
            r"火(?:已经)?(?:进|窜进|烧进|蔓延)(?:了|到)?~(?:林|山)",
            r"(?:着火|起火|烧起来|失火)了",
            r"烧(?:到|进|向|往)~(?:林|山)|往~(?:林|山)~烧",
        ),
        _ASKING,
    ),
    Danger(
        "emergency.dam_danger",
        _sign(
            r"(?:大坝|大霸|水库|坝|堤|闸|山塘)~(?:裂|塌|漏水|渗水|管涌|决口|溃|垮|缺口|漫顶|滑坡|要倒|快不行)",
            r"(?:大坝|大霸|水库|坝|堤|闸|山塘)~冒(?:水|混水|浑水|泥)",
            r"管涌|决堤|溃坝|决口|水往(?:堤|坝)",
        ),
        _ASKING,
    ),
    Danger(
        "emergency.drowning",
        _sign(
            r"溺水|落水|淹(?:死|着)人|沉下去|被水冲走|(?:掉|跌)水里",
            r"(?<!线)(?<!缆)掉(?:进|到|下)(?!.{0,3}枯井|下水道)~(?:河|水|江|塘|库|渠|沟|井)",
        ),
        re.compile(f"{_ASKING.pattern}|{_NOBODY}"),
    ),
    Danger(
        "emergency.flood_trapped",
        _sign(
            r"水(?![库保土])~(?:进屋|进家|进了屋|涨(?:上来|起来|到(?!几|多少))|困住|围住)",
            r"水(?![库保土])~(?:淹(?:了(?!.{0,4}[田地])|到|上来)|冲(?:走|断|进|垮|塌|倒|下来|过来|到(?:家|屋)))",
            r"被(?:洪水|水|困)~(?:困|围|淹)|山洪(?:来|暴发|下来)|困在~(?:水|屋顶|楼顶|河)",
            r"(?:漫|慢)进(?:了)?(?:屋|家)",
        ),
        re.compile(f"{_ASKING.pattern}|{_NOBODY}|文件|档案"),
    ),
    Danger(
        "emergency.landslide",
        _sign(
            r"(?:山体|后山|山坡|山|坡)~(?:滑坡|(?<!挖)塌|裂开|滑下来|垮)|泥石流|塌方",
            r"(?:往下|一直)(?:滚|掉)~石头?",
        ),
        _ASKING,
    ),
    Danger(
        "emergency.animal_attack",
        _sign(
            r"(?:野猪|蛇|熊|豹|猴|野兽|马蜂)~(?:咬|伤|攻击|追|撞|冲)[^，。,.]{0,3}(?:人|我|了|孩)",
            r"被(?:毒)?(?:蛇|野猪|马蜂|猴子|熊)~(?:咬|蜇|撞|伤|拱(?![倒脱坏]))",
        ),
        _ASKING,
    ),
    Danger(
        "emergency.injury",
        _sign(
            r"(?:人|他|她|爸|妈|孩子|老人|工人|村民)~(?:受伤|昏迷|晕倒|昏过去|流血|没气|摔下|压住|触电)",
            r"(?<!没)(?:人|他|她|爸|妈|孩子|老人|工人|村民)~(?:(?<![会怕])砸(?:到|伤|中)|埋(?:了|住)|不省人事|不动弹)",
            r"(?<![会怕])砸(?:到|中|伤)(?:了)?人|流(?:好多|很多)血|踩空~摔(?:下|了)|叫不醒|喊不应",
            r"(?:躺在?地上|喊他|叫他)~(?:不动|没反应|不应|没有声音)",
            r"出人命",
        ),
        _ASKING,
    ),
    Danger(
        "emergency.violence",
        _sign(
            r"(?:杀|砍|弄死|打死|(?<!轰)炸|捅|烧)(?:了|死|掉)?(?:你们|他们|他|她|人|领导|单位|办公室|局)",
            r"同归于尽|报复社会|拿刀|带刀|(?:有|要)人(?:打|砍|杀)(?:人|我)",
        ),
        re.compile(r"树|竹|砍伐|采伐|木"),
    ),
    Danger(
        "emergency.water_poisoning",
        _sign(
            r"(?:毒|农药|化学品|油罐|罐车|柴油|汽油)~(?:倒|泄漏|漏|翻|流|投)~(?:河|水|库|塘|江|渠)",
            r"投毒|(?:水源|水库)~(?:被污染|中毒)|死鱼一片",
        ),
        _ASKING,
    ),
    Danger(
        "emergency.power_line",
        _sign(r"(?:电线|高压线|电缆|电杆)~(?:断|(?<![清砍修])掉|垂|倒|着火|冒火)"),
        _ASKING,
    ),
    Danger(
        "emergency.gas",
        _sign(r"(?:煤气|燃气|液化气|天然气|瓦斯)~(?:泄漏|漏(?!水)|味道|臭味|中毒)"),
        _ASKING,
    ),
    Danger("emergency.explosion", _sign(r"爆炸了|要爆炸|炸了一|发生爆炸")),
    Danger(
        "emergency.poison_person",
        _sign(
            r"(?:误食|误喝|误服|吃了|喝了)~(?:毒蘑菇|野蘑菇|农药|毒药|老鼠药|有毒)",
            r"(?:食物|农药|蘑菇|酒精)~中毒了?(?:怎么办|了)",
        ),
    ),
    Danger(
        "emergency.person_lost",
        _sign(
            r"(?:困在|迷路|走失|走丢|失联|失踪|出不来|下不来)~(?:山|林|峡谷)",
            r"(?:山|林|峡谷)(?:上|里|中)?~(?:迷路了|走失|走丢|失联|失踪|出不来|下不来|找不到路|找不着路|没回来|没有回来)",
        ),
        _ASKING,
    ),
    # A cry for help that names no danger: after everything that does.
    Danger("emergency.injury", _sign(r"救命|快来救"), _ASKING),
)

DISCIPLINE = _sign(
    r"收受~(?:卡|钱|财物|礼|好处|贿|现金|红包|回扣)|收(?:了)?(?:钱|现金|烟|酒)[^。]{0,6}(?:就|才)(?:放|批|办|给|不管|不查|过)|购物卡|送烟送酒|干股|权钱交易|利益输送|插手工程",
    r"受贿|行贿|贪污|索贿|索要(?:好处|红包|钱)|收(?:了)?(?:红包|好处费|回扣|黑钱)|吃拿卡要",
    r"私吞|侵吞|截留|中饱私囊|(?:款|钱|补助|补偿金?)[^,。]{0,6}(?:自[己已]|独|一个人)?(?:吞|贪)了",
    r"以权谋私|滥用职权|徇私|挪用|包庇|官商勾结",
    r"(?:送|塞|要|拿)(?:了|个|点|些)?(?:几|两|一|三)?(?:个)?(?:条烟|瓶酒|红包|礼)",
    r"(?:检查|执法|验收)的?(?:人|干部|同志)[^。]{0,20}(?:安排一桌|请他们吃|白吃|白喝)",
    r"不(?:送|给)(?:礼|钱|红包)~(?:不办|不批)",
    r"(?:局长|科长|处长|主任|干部|领导|负责人|站长|队长)~(?:亲戚|亲属|家属|小舅子|儿子|女婿|老婆|弟弟?|外甥|侄子?)"
    r"[^。]{0,20}(?:中标|承包|承揽|包揽|拿下|工程)",
    r"(?:叫|让|要)[^,。]{0,4}找(?:他|她|自己)?[^,。]{0,6}(?:亲戚|亲属|家属|小舅子|儿子|女婿|老婆|弟弟?|外甥|侄子?)的?(?:公司|单位|厂|店)"
    r"|指定[^,。]{0,8}(?:公司|中介)[^。]{0,16}(?:卡|不批|不办)",
    r"招标~(?:走过场|内定)|内定~中标|保护伞|(?:上头|上面|局里)有人(?:罩|保)",
    r"(?:局长|科长|处长|主任|干部|领导|公务员|工作人员|执法人员|站长)~(?:收钱|收了~钱|要钱|收礼|拿钱|吃请|贪|腐败|给钱才)",
)

# Asking for what is published of it, or naming it beside the question, is no report.
_NO_REPORT = re.compile(r"公开的|规费|之外|被撤")

# What only staff may settle (domain: predictions, boundaries, the state of one's own case, other people's).
_PERSONAL = re.compile(
    r"(?:能不能|会不会|能|可以|会)(?:打)?(?:赢|胜诉|批(?:得)?下来|批得(?:下来|到)|通过|过得了)(?:不|吗|么|啊|\?|$)|这次能不能批|批得下来不"
    r"|(?:什么时候|啥时候|几时|哪天)[^。]{0,6}(?:打|发|拨|到)[^。]{0,3}(?:我|俺|咱)的?[^。]{0,2}(?:卡|账)"
    r"|(?:名字|姓名|名单)[^。]{0,3}卡号"
    r"|判(?:我|他|她)几年|我[^。]{0,24}会不会(?:[座坐]牢|判刑|被抓|拘留)|(?:我|咱)[^,。]{0,12}(?:案子|官司)[^。]{0,12}(?:赢|输|胜|怎么判|几成|把握)"
    r"|我(?:家|们家|的)?[^。?]{0,12}(?:承包|那块|这块|名下)[^。]{0,20}(?:查|核实)一?下"
    r"|能不能[^,。]{0,6}(?:少罚|免罚|罚少|撤掉|撤了)"
    r"|(?:可能性|胜算|把握|概率|几率)[^,。]{0,4}(?:大|高|多少|几成|有没有)"
    r"|(?:这块|那块|我家|我们家|隔壁)[^,。]{0,16}(?:界|边界|地界|山界)[^。]{0,20}(?:谁的|算谁|归谁|多占|占了)|到底算谁的|硬说是(?:他|她)"
    r"|(?:我|我家|我们)[^,。]{0,14}(?:申请|报告|补偿款?|件|投诉|举报)[^,。]{0,14}(?:办到哪|到哪一步|批了[没吗]|批下来了[没吗]|通过了[没吗]|评审通过|打到(?:我)?卡|怎么还没(?:到|打|下))"
    r"|(?:邻居|隔壁|他家|她家|别人)[^,。]{0,10}(?:有没有|是不是)[^,。]{0,4}(?:举报|投诉|办证|办过)|查(?:一?下)?(?:我)?(?:邻居|隔壁|对门|前夫|前妻|同事|别人|他家)"
)


_HOW_LONG = re.compile(r"多久|几天|多少天|多长时间|几个工作日|什么时候能")


def needs_person(text: str) -> bool:
    """Whether a normalised text asks what no curated answer can settle: a prediction, a boundary, one's own case."""
    return bool(_PERSONAL.search(text)) and not _HOW_LONG.search(text)


def is_asking(text: str) -> bool:
    """Whether a normalised text asks about rules or records rather than telling what is happening."""
    return bool(_ASKING.search(text)) and not _CRY.search(text)


def asks_for_number(text: str) -> bool:
    """Whether somebody who is in no danger wants to know which number to ring if he were."""
    return is_asking(text) and bool(_NUMBER_ASKED.search(text))


def find_danger(text: str) -> str | None:
    """The id of the record that answers a danger named in a normalised text, or None."""
    for danger in DANGERS:
        if danger.pattern.search(text):
            if danger.unless is None or _CRY.search(text):
                return danger.record_id
            doubted = danger.unless.search(text) and not _ACUTE.search(text)
            if not doubted and not _AFTERMATH.search(text):
                return danger.record_id
    return None


def is_discipline(text: str) -> bool:
    """Whether a normalised text reports officials' misconduct, which belongs to 12388."""
    return bool(DISCIPLINE.search(text)) and not _NO_REPORT.search(text)
