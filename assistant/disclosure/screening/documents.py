"""What is wanted is a document: finding those a text names, so that the words in their titles mislead nobody. Pure.

Whoever wants 《关于查处违法占用河道案件的处理决定书》 demands no punishment, and a list of complaints is no complaint.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Stands for a document's name: as long as what it covers, so that places in the text stay what they are.
COVER = "□"

# What papers are called, by how the word ends.
_PAPERS = (
    r"书|表格?|单|清册|名册|手册|录|报告|文件|批复|批文|批件|通知|公告|公示|通告|通报|决定|处理意见|审查意见|论证意见|评审意见|征求意见稿"
    r"|方案|规划|计划|预案|办法|细则|规定|制度|规则|规程|基准|协议|合同|契约|图|图纸|图件|许可证|执照|证件|林权证|采伐证|取水证|副本|正本"
    r"|底册|档案|卷宗|案卷|材料|资料|数据|台账|账目|账本|凭证|票据|发票|收据|单据|存根|回执|回证|纪要|日志|照片|录像|视频|录音|复函|回函|答复函"
    r"|公函|移送函|函|信件|请示|批示|清单|明细|公报|年报|简报|决算|预算|概算|文本|条例|指南|流程|程序|目录|底稿|样本|范本|报批稿|核定本"
    r"|影本|导则|规范|来信|名录|笔录|工单|转办件|交办件|信访件|投诉件|结论|要点|册子|本子|那[页张份本]|备案件|(?<![事条案软硬零])件"
)
# What is recorded in them; no citizen asks to be given “三年工资” by such a word alone.
_FACTS = (
    r"红线|建议|名单|结算|经费|支出|收支|资金|补助|金额|底价|总额|费用|面积|人数|数量|指标|结果|情况|信息|内容|机构|职责|审批|手续|分工|编制|工资"
    r"|评估|鉴定|审计|验收|成果|测绘|界线|登记|编号|文号|措施|存档|责任人|电话|标准|依据"
)
NOUNS = rf"(?:{_PAPERS}|{_FACTS})"
_NAMED = re.compile(rf"{_PAPERS}|{COVER}")
# What may follow a document's name without making it anything else.
_REST = (
    r"(?:(?:的|之)?(?:原件|复印件|影印件|影本|扫描件|副本|正本|纸质版|电子版|电子档|全文|正文|附件|附图|附表|最新版|盖章版)"
    r"|及其?(?:附件|附图|附表|送达回证)|等(?:信息|材料|资料|文件)?|各?(?:一|两|\d+)[份套张本]|\d{4}年?(?:度|版)?"
    r"|\([^()]{0,30}\)|[\"”』」)\]]|给我|寄给我|发给我|发到.{0,4}邮箱|看看|看一下|谢谢|谢了|吗|吧|呢|哈|啊|[. ]){0,6}"
)
_ENDS_AS_DOCUMENT = re.compile(rf"(?:(?<![不没未])(?:{NOUNS})|{COVER}){_REST}$")
# “需要哪些材料”“办什么手续” name no document.
_ASKED_WHICH = re.compile(r"(?:什么|哪些|哪种|哪个|啥|多少|几)[^,的]{0,8}$")
# A document somebody has, lacks or quarrels with is not one that is wanted.
_HAD = re.compile(
    r"(?:我们?|俺|他们?|对方|你们|村里|施工队)?(?:手里|手上)?(?:有(?!关|无|限|没有|偿|害|毒|机)|没有?|拿不出|凭|持有|签了?|写着|说好|这是|就是)"
    r"|按照?|不服|不同意|不认可|不满意|认为|对.{2,20}(?:有异议|不满)"
)
# Asking to see what is recorded. “信息公开”“不公开”“公开的” ask for nothing.
REQUESTED = re.compile(
    r"(?<!信息)(?<![不未没])(?<!拒绝)(?:公开(?!不公开|道歉|曝光|处理|审理|赔|的|过|了|栏|平台|指南|申请|条例|办|日)|公布(?!的|过|了)|提供(?!的|过|了)|出示(?!的|过)"
    r"|获取|获得|查阅|查看|阅览|借阅|查询|复制|复印(?!件)|影印|抄录|调取|调阅|索取|索要|公示(?=给|出))"
    r"|(?:发|寄|传|拿|给)(?:给)?我?一?份|给我们一?份|[要想求来]一?份"
)
# Words for it that mean other things besides: they count with a paper's name in the same clause.
_READ = frozenset({"查阅", "阅览", "复制", "复印", "影印", "抄录", "调阅"})
_HANDED = re.compile(
    r"(?:发|寄|传|拿|给)(?:给)?我?(?:看|下)|给我们?看|(?<!介绍)看一?下|看看|[想要]看|想查"
    r"|(?<![调检核])查一?[下查](?!处)|想要|发给我|寄给我"
)
# “公开以下信息：” leads to what follows.
_LEAD_IN = re.compile(
    r"(?:贵局|你局|贵单位|本人|申请人|我)?(?:以下|如下|下列|下面)?(?:几[项个]|\d项)?的?(?:政府)?(?:信息|内容|事项|材料|资料|文件)*(?:是|为|有|如下)?"
)
# What can be provided or told and is no record.
_NO_RECORD = re.compile(
    r"[^,]{0,14}(?:为什么|为啥|为何|凭什么|凭啥|(?:怎么|如何)(?!.*的$)|是否|是不是|有没有|究竟|到底)"
    r"|(?:必要的?)?(?:帮助|救助|服务|住房|灌溉|饮水|用水|水源|救济|补助|工作|支持|便利|保障|援助|说法|解释|答复)"
)
# What is done about wrongs, as it stands in the names of documents: 处罚决定书, 责令停止违法行为通知书.
_ACTS = (
    r"(?:查处|处罚|惩处|赔偿|补偿|整改|整治|拆除|追责|追究|问责|处理|处置|清理|解决|落实|纠正|撤销|调查|督办|制止|停止|取缔|恢复|退还|返还"
    r"|补发|责令|立案|移送|违法|违章|违规|非法|侵占|征收|征地|拆迁|强制|诉求|确认|证明|鉴定|核查|统计|汇总|分析|评估|对比|计算|编制)"
)
# What is done with a complaint at the office; “举报某人伪造登记表” is none of it.
_TELLING = r"(?:举报|投诉|信访|上访|控告|检举|申诉|诉求|来信|来访)"
_OFFICE_WORK = (
    r"(?:奖励|处理|受理|办理|登记|答复|复查|复核|转办|交办|接待|回访|调查|统计|汇总|记录|管理|考核|告知|转送|事项|案件|情况|工作|线索|问题|举报"
    r"|投诉|信访|满意度|热线|年度|责任|的)"
)
_EDGE = r"(?=$|[,。;!?:、()\[\]\"”』」 和及与或并等以跟\d□一]|的?(?:原件|复印件|影本|扫描件|副本|电子版|全文)|情况)"
_TITLES = tuple(
    re.compile(pattern)
    for pattern in (
        r"《[^《》]{1,80}》",
        rf"(?:关于|对于)[^,。;!?:\n]{{1,60}}?的?{NOUNS}{_EDGE}",
        rf"{_TELLING}{_OFFICE_WORK}{{0,8}}{NOUNS}{_EDGE}",
        rf"(?:被?(?:举报|投诉|信访|控告|检举|申诉))人|{_TELLING}{_OFFICE_WORK}?(?:电话|热线|渠道|方式|信箱|邮箱|平台|事项|线索|接待日?|窗口|中心|局|办公室)",
    )
)
_DONE = re.compile(
    rf"{_ACTS}(?:(?!为[什何啥])[^,。;!?:的了请求把给\n ]){{0,16}}?(?:{_PAPERS}){_EDGE}"
)
# Whoever demands “请停止发放许可证” names no document.
_DEMANDED = re.compile(
    r"(?:请求?|要求|希望|恳请|恳求|呼吁|立即|马上|尽快|应当|应该|必须)[^,。;!?:\n ]{0,12}$"
)
_DEMAND_REACH = 40
# What is said so that nobody takes the application for something else, or lest it be forgotten.
_ASIDES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:^|(?<=[,。;:、 ]))[(]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})[).、]",  # “1.”“(二)”
        r"(?:不是|并非|不属于|非|不要|不得|勿|不应|别)[^,。;!?:\n]{0,8}(?:信访|投诉|举报|上访)(?:[、和或及](?:信访|投诉|举报))*(?:处理|事项|行为)?",
        r"(?:用于|为了|因|供|以便)[^,。;!?:\n]{0,10}(?:举报|投诉|信访|维权|诉讼|起诉|官司|复议|索赔)[^,。;!?:\n]{0,8}",
        r"(?:否则|如不|如果不|若不|逾期|若逾期|如逾期)[^。;!?\n]{0,60}",
        r"(?:将|会|保留)[^,。;!?:\n]{0,14}(?:投诉|举报|起诉|诉讼|复议|追究[^,。;!?:\n]{0,10}权利)[^,。;!?:\n]{0,6}",
        r"(?:请|望|希望|要求|恳请)?(?:贵局|你局|贵单位|贵机关|你们)?(?:依法|按时|及时|尽快|在[^,。;!?:\n]{0,10}期限内|按规定)[^,。;!?:\n]{0,6}"
        r"(?:答复并处理|处理并答复|答复|回复|公开)(?=$|[,。;!?:\n ]|,?谢)",
        r"(?:处理|办理)(?:我|本人?|此|该|上述|这[份个])的?(?:政府)?(?:信息公开)?申请",
        r"履行(?:政府)?信息?公开(?:的?(?:法定)?(?:义务|职责))",
    )
)


def covered(text: str) -> str:
    """A normalised text of the same length in which documents' names and mere asides are covered."""
    for pattern in _ASIDES:
        text = pattern.sub(lambda found: " " * len(found[0]), text)
    for pattern in _TITLES:
        text = pattern.sub(_cover, text)
    return _DONE.sub(_cover_unless_demanded, text)


def _cover(found: re.Match[str]) -> str:
    return COVER * len(found[0])


def _cover_unless_demanded(found: re.Match[str]) -> str:
    demanded = _DEMANDED.search(found.string, max(0, found.start() - _DEMAND_REACH), found.start())
    is_demand = demanded is not None and not REQUESTED.search(demanded[0])
    return found[0] if is_demand else _cover(found)


@lru_cache(maxsize=512)
def ends_as_document(clause: str) -> bool:
    """Whether a covered clause ends in something that is recorded."""
    found = _ENDS_AS_DOCUMENT.search(clause)
    return found is not None and not _ASKED_WHICH.search(clause)


def is_named(clause: str) -> bool:
    """Whether a covered clause names a document, not one that somebody has or quarrels with."""
    return ends_as_document(clause) and not _HAD.search(clause)


def is_asked_for(clause: str, before: str, after: str) -> bool:
    """Whether a covered clause asks to see what is recorded, itself or with the clauses before and after it."""
    if _HANDED.search(clause) and _NAMED.search(clause) and not _NO_RECORD.match(clause):
        return True
    for found in REQUESTED.finditer(clause):
        if found[0] in _READ:
            return True
        wanted = clause[found.end() :].strip()
        if _LEAD_IN.fullmatch(wanted):
            led = clause[: found.start()]
            if (_NAMED.search(led) and not _NO_RECORD.match(led)) or ends_as_document(before):
                return True
            wanted = after
        if len(wanted) > 1 and (ends_as_document(wanted) or not _NO_RECORD.match(wanted)):
            return True
    return False
