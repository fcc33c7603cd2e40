"""What an application really is, and what the citizen is told about it. Pure.

Advice only: the citizen may hand it in as it is, and the officer decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.cases.kinds import CaseKind
from assistant.disclosure.outcomes import Outcome
from assistant.labels import Labelled


class ScreeningKind(Labelled):
    """What an application looks like besides, or instead of, an application for information."""

    NONE = "none", "政府信息公开申请"
    PETITION = "petition", "信访、投诉、举报"
    PUBLICATION = "publication", "索取公开出版物"
    QUESTION = "question", "咨询"
    CREATION = "creation", "要求汇总、分析或者另行制作"
    OWN_RECORD_CORRECTION = "own_record_correction", "要求更正自己的信息"
    REISSUE = "reissue", "要求确认或者重新出具"
    SEVERAL = "several", "一份申请多项内容"


@dataclass(frozen=True, slots=True)
class Advice:
    """What follows from a kind: its source, as what else to file it, how such an application usually ends."""

    basis: str
    better_as: CaseKind | None
    outcome: Outcome | None
    words: str


_LAW = "《政府信息公开条例》"
_STILL = "您仍然可以按政府信息公开申请提交"

# `{quoted}` is what gave it away, `{kind}` what it would better be filed as.
ADVICE: dict[ScreeningKind, Advice] = {
    ScreeningKind.PETITION: Advice(
        f"{_LAW}第三十九条第一款",
        CaseKind.COMPLAINT,
        Outcome.UNPROCESSED_PETITION,
        "您写的{quoted}更像是{kind}：是请本机关处理一件事，而不是要一份已有的文件。以政府信息公开申请的形式进行信访、投诉、举报的，"
        f"不作为政府信息公开申请处理（{_LAW}第三十九条第一款）。{_STILL}，也可以改为{{kind}}；两者的期限和结果不同："
        "{kind}由承办处室核实办理后答复您，政府信息公开申请只能提供已有的信息，或者说明不能提供的理由。",
    ),
    ScreeningKind.PUBLICATION: Advice(
        f"{_LAW}第三十九条第二款",
        CaseKind.CONSULTATION,
        Outcome.UNPROCESSED_PUBLICATION,
        "您写的{quoted}像是公开出版物。要求提供政府公报、报刊、书籍等公开出版物的，本机关可以告知获取的途径"
        f"（{_LAW}第三十九条第二款），不一定提供原件。{_STILL}，也可以先咨询到哪里能找到它。",
    ),
    ScreeningKind.QUESTION: Advice(
        f"{_LAW}第二条",
        CaseKind.CONSULTATION,
        Outcome.OTHER_OTHER,
        "您写的{quoted}更像是咨询：问的是怎么办、为什么，而不是一份已有的文件。政府信息是行政机关制作或者获取的、以一定形式记录、保存的信息"
        f"（{_LAW}第二条）。改为咨询通常答复得更快；{_STILL}，写明要哪份文件会更容易找到。",
    ),
    ScreeningKind.CREATION: Advice(
        f"{_LAW}第三十八条",
        CaseKind.CONSULTATION,
        Outcome.UNABLE_NEEDS_CREATION,
        "您写的{quoted}像是请本机关另做一份材料。本机关提供的是已制作或者获取的信息；需要对现有信息进行加工、分析的，可以不予提供"
        f"（{_LAW}第三十八条）。{_STILL}，建议改为申请现成的统计表、台账或者报告；也可以改为咨询。",
    ),
    ScreeningKind.OWN_RECORD_CORRECTION: Advice(
        f"{_LAW}第四十一条",
        CaseKind.HELP,
        Outcome.OTHER_OTHER,
        "您写的{quoted}是要求更正与您自身相关的信息，不是申请公开。有证据证明记录不准确的，可以要求更正，由有权更正的机关审核"
        f"（{_LAW}第四十一条）。建议改为求助，并准备好证据材料；{_STILL}。",
    ),
    ScreeningKind.REISSUE: Advice(
        "《政府信息公开工作年度报告格式》（国办公开办函〔2021〕30号）",
        CaseKind.HELP,
        Outcome.UNPROCESSED_REISSUE,
        "您写的{quoted}像是要求确认、证明或者重新出具一份已经取得的文件。政府信息公开只提供已有信息的内容，这类要求一般不作为政府信息公开申请处理。"
        f"需要盖章、证明或者补发的，建议改为求助；{_STILL}。",
    ),
    ScreeningKind.SEVERAL: Advice(
        "《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）",
        CaseKind.DISCLOSURE,
        None,
        "您在一份申请里写了{count}项内容。可以一起提交；分成几份、一事一申请，每项能分别答复，先查到的先给您。"
        "一份申请多项内容的，本机关可以按“一事一申请”拆分计件（国办函〔2020〕109号）。",
    ),
}

PARTLY = (
    "您要的文件会按政府信息公开申请办理。其中{quoted}更像是{kind}，不在政府信息公开申请里处理"
    f"（{_LAW}第三十九条第一款），建议另外提交一件{{kind}}；两者的期限和结果不同。"
)
# What only joins a demand to the sentence before it.
_JOINING = re.compile(r"^(?:并且?|而且|同时|另外)")
DISCIPLINE = "反映公职人员违纪违法问题的，请直接向纪检监察机关举报（电话12388）。"


def quoted(words: Sequence[str], most: int = 3) -> str:
    """The first few matched words in Chinese quotation marks, each once: “请查处”“为什么不赔偿”."""
    bare = [_JOINING.sub("", word).replace("?", "？").replace("!", "！") for word in words]
    return "".join(f"“{word}”" for word in list(dict.fromkeys(bare))[:most])
