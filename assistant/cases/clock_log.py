"""What a case's history says about its clock: written into events as one short word, and read back. Pure.

The word holds acts and dates only (`start:2026-04-27`, `pause:2026-05-06`), so the log stays free of what people
wrote, and a due date can be worked out again from the log alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from assistant.cases.clock import ClockAct, ClockEvent
from assistant.cases.states import (
    CaseAction,
)
from assistant.disclosure.parties import PartyKind
from assistant.settings import SHANGHAI

KEY = "clock"
_WHY = {
    CaseAction.ASK_SUPPLEMENT: "等待申请人补正（条例第三十条）",
    CaseAction.CHARGE_FEE: "等待申请人缴费（信息处理费管理办法）",
}
_WHY_CONSULT = {
    PartyKind.THIRD_PARTY: "征求第三方意见（条例第三十三条第三款）",
    PartyKind.CO_MAKER: "征求共同制作机关意见（条例第三十三条第三款）",
    PartyKind.OTHER_AGENCY: "征求其他机关意见（条例第三十三条第三款）",
}


class Logged(Protocol):
    """One entry of the log, as far as the clock cares."""

    @property
    def action(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def data(self) -> Mapping[str, str | int | bool | None]: ...


def write_acts(acts: Sequence[ClockEvent]) -> dict[str, str]:
    """The acts as a log entry keeps them; nothing where there are none."""
    if not acts:
        return {}
    words = (f"{act.act}:{act.on.isoformat()}:{act.amount}" for act in acts)
    return {KEY: "+".join(words)}


def read_acts(history: Iterable[Logged]) -> list[ClockEvent]:
    """Every act of a history, in its order."""
    return [act for entry in history for act in _acts_of(entry)]


def _acts_of(entry: Logged) -> list[ClockEvent]:
    word = entry.data.get(KEY)
    if isinstance(word, str):
        return [_act(part, _why(entry)) for part in word.split("+")]
    return _before_acts_were_logged(entry)


def _act(part: str, why: str) -> ClockEvent:
    act, on, amount = part.split(":")
    return ClockEvent(ClockAct(act), date.fromisoformat(on), int(amount), why)


def _why(entry: Logged) -> str:
    if entry.action == CaseAction.CONSULT:
        return _WHY_CONSULT[PartyKind(str(entry.data["party"]))]
    return _WHY.get(CaseAction(entry.action), "")


def _before_acts_were_logged(entry: Logged) -> list[ClockEvent]:
    """Cases opened by the first release: an inquiry's clock began when it came, an application's when confirmed."""
    opened = entry.action == CaseAction.OPEN and entry.data.get("due_on") is not None
    if opened or entry.action == CaseAction.CONFIRM:
        return [ClockEvent(ClockAct.START, entry.at.astimezone(SHANGHAI).date())]
    return []
