"""“15件要交多少钱”: the number in a question about the information-processing fee, and the working said aloud. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.disclosure.fees import MOST, Fee, fee_by_items, fee_by_pages
from assistant.language.text import bare

LONGEST_MORE = 10

_DIGITS = {digit: place for place, digit in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_TENS = {"十": 10, "百": 100, "千": 1000}
_NUMBER = r"(\d{1,6}|[零〇一二两三四五六七八九十百千]{1,9})"
_ITEMS = re.compile(
    _NUMBER
    + r"(?:来|多)?\s*(?:件|份|条|个申请|项申请|次申请|次|个(?!问题|工作日|月|人|字|事|方面))"
)
_PAGES = re.compile(_NUMBER + r"(?:来|多)?\s*(?:页|张|面)")
_MONEY = re.compile(
    r"钱|收费|费用|处理费|多少元|交多少|要交|付多少|怎么算|免费|几块|收.{0,2}多少|要多少(?!页|件|份)"
)
_REQUEST = re.compile(
    r"公开|按[页件量](?:数)?(?:收|算|计)|信息处理费|处理费|依申请|申请(?:了|表)?.{0,6}(?:件|份|页|条|次)|件申请|份申请"
)


@dataclass(frozen=True)
class Amount:
    """How many applications (`items`) or pages a citizen asks the fee of."""

    unit: str
    count: int

    @property
    def fee(self) -> Fee:
        return fee_by_items(self.count) if self.unit == "items" else fee_by_pages(self.count)


def read_number(text: str) -> int:
    """A whole number in digits or Chinese: “120”, “一百二十”, “三十五”, “两百”."""
    if text.isdigit():
        return int(text)
    total = digit = 0
    unit = 1
    for character in text:
        if character in _TENS:
            unit = _TENS[character]
            total += (digit or 1) * unit
            digit = 0
        else:
            digit = _DIGITS[character]
            unit = 1 if character in "零〇" else unit
    # “一百二” is 120, “一百零二” 102.
    return total + digit * (unit // 10 if unit >= 100 else 1)


def find_amount(text: str, fees_were_told: bool = False) -> Amount | None:
    """The number of applications or pages whose fee a normalised text asks for; None if it asks no such thing.

    Once `fees_were_told`, “那65页的呢” asks for a sum too.
    """
    is_more = fees_were_told and len(bare(text)) <= LONGEST_MORE
    if not is_more and not (_MONEY.search(text) and _REQUEST.search(text)):
        return None
    for unit, pattern in (("pages", _PAGES), ("items", _ITEMS)):
        counts = [read_number(number) for number in pattern.findall(text)]
        largest = max(counts, default=0)
        if 1 < largest <= MOST:
            return Amount(unit, largest)
    return None


def tell(amount: Amount, phrases: Mapping[str, str]) -> str:
    """The fee and its working in the bureau's words."""
    fee = amount.fee
    steps = [
        phrases["fee_step" if step.rate else "fee_free_step"].format(
            first=step.first, last=step.last, units=step.units, rate=step.rate, amount=step.amount
        )
        for step in fee.steps
    ]
    told = phrases[f"fee_{amount.unit}"]
    return told.format(count=fee.units, amount=fee.amount, working="；".join(steps))
