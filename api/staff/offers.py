"""Which steps a page offers: those this person may take now, and for each that must wait, why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from assistant.cases.actions.applying import SUPPLEMENT_DAYS
from assistant.cases.actions.handling import REQUIRED_REVIEWS
from assistant.cases.actions.moving import is_own_office
from assistant.cases.deadlines import compute
from assistant.cases.kinds import Family, Resolution
from assistant.cases.opening import local_date
from assistant.cases.reading import StaffView
from assistant.cases.rules import Rules
from assistant.cases.states import CaseAction, CaseStatus, may, steps_from
from assistant.staff.roles import Role
from assistant.staff.sessions import SignedIn

_A, _S = CaseAction, CaseStatus
# How much time an applicant is offered to bring what is missing; 条例第三十条 wants it reasonable.
SUPPLEMENT_WORKDAYS = 15


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Everything an offer depends on: the case as it is, who looks at it, when, and by which rules."""

    member: SignedIn
    view: StaffView
    now: datetime
    rules: Rules

    @property
    def today(self) -> date:
        return local_date(self.now)

    @property
    def is_drafter(self) -> bool:
        drafts = self.view.drafts
        return bool(drafts) and drafts[0].drafter_id == self.member.account_id

    @property
    def is_own(self) -> bool:
        return is_own_office(self.member.actor, self.view.case.office_id)

    def has_taken(self, action: CaseAction) -> bool:
        return any(entry.action is action for entry in self.view.history)


def offers(at: Standpoint) -> dict[CaseAction, str | None]:
    """The steps this person may take, each with what stands in its way now, None for nothing."""
    case = at.view.case
    is_holder = case.handler_id == at.member.account_id
    return {
        action: _hindrance(action, at)
        for action, step in steps_from(case.kind, case.status).items()
        if may(
            at.member.role,
            at.is_drafter,
            step,
            is_holder=is_holder,
            is_own_office=at.is_own or action is _A.COUNTERSIGN,
        )
    }


def situation(at: Standpoint, office: str) -> list[str]:
    """Whose turn it is and what is still missing, in sentences; empty where the buttons say it all."""
    case, words = at.view.case, []
    if not at.is_own and at.member.role is Role.HANDLER:
        words.append(f"这件由{office}承办。您可以查看，处室之间会签时可以提意见，不能代为处理。")
    elif case.status is _S.CLAIMED and case.handler_id != at.member.account_id:
        words.append(f"这件由{at.view.handler_name}承办。")
    turn = _TURN.get(case.status)
    words += [turn(at)] if turn else []
    missing = missing_reviews(at.view)
    if case.status is _S.DRAFTED and missing:
        words.append(f"审核通过以前，还要有：{'、'.join(kind.label for kind in missing)}。")
    return [sentence for sentence in words if sentence]


def missing_reviews(view: StaffView) -> list[CaseAction]:
    """The reviews this wording still needs before it can be approved."""
    if view.case.kind.family is not Family.DISCLOSURE or not view.drafts:
        return []
    done = {one.kind for one, _ in view.reviews if one.text_hash == view.drafts[0].text_hash}
    return [kind for kind in REQUIRED_REVIEWS if kind not in done]


def supplement_until(at: Standpoint) -> date:
    """The date to suggest for a supplement, within what the verb takes."""
    suggested = at.rules.calendar.add_workdays(at.today, SUPPLEMENT_WORKDAYS)
    days = min((suggested - at.today).days, SUPPLEMENT_DAYS.stop - 1)
    return date.fromordinal(at.today.toordinal() + days)


def _hindrance(action: CaseAction, at: Standpoint) -> str | None:
    found = _HINDRANCES.get(action)
    return found(at) if found else None


def _of_approval(at: Standpoint) -> str | None:
    if not at.view.drafts:
        return "这件还没有拟好的答复。"
    opinions = [one for one, _ in at.view.reviews if one.text_hash == at.view.drafts[0].text_hash]
    last = {(one.kind, one.reviewer_id): one for one in opinions}
    objecting = [one.kind.label for one in last.values() if not one.agrees]
    if objecting:
        return f"{objecting[0]}还有不同意见，请先退回修改。"
    missing = missing_reviews(at.view)
    return f"还没有{'、'.join(kind.label for kind in missing)}。" if missing else None


def _of_supplement(at: Standpoint) -> str | None:
    if at.has_taken(_A.ASK_SUPPLEMENT):
        return "补正只能一次性告知，这件已经告知过（条例第三十条）。"
    started_on = at.view.case.clock_from_on
    if started_on is None:
        return None
    last = compute("disclosure.correction_notice", started_on, at.rules.calendar).due_on
    if at.today <= last:
        return None
    return f"告知补正应在收到申请之日起7个工作日内作出（条例第三十条），{_day(last)}已经过了。"


def _of_extension(at: Standpoint) -> str | None:
    limit, due_on = at.rules.limits[at.view.case.kind.limit], at.view.case.due_on
    if at.has_taken(_A.EXTEND):
        return "期限只能延长一次，这件已经延长过。"
    if not limit.extendable_by:
        return f"{limit.label}的期限不能延长。"
    return "期限已过，不能再延长。" if due_on is not None and at.today > due_on else None


def _of_lapse(at: Standpoint) -> str | None:
    until = at.view.case.waiting_until
    if until is None or at.today > until:
        return None
    return f"申请人的期限到{_day(until)}，还不能按逾期处理。"


def _of_fee(at: Standpoint) -> str | None:
    due_on = at.view.case.due_on
    if due_on is None or at.today <= due_on:
        return None
    return "收费通知应在答复期限内发出，现在已经过了期限。"


def _of_reopening(at: Standpoint) -> str | None:
    if at.view.case.resolution is Resolution.ANSWERED:
        return None
    ended = at.view.case.resolution
    return f"这件是“{ended.label if ended else '未答复'}”，只有答复过的才能重办。"


def _of_sending(at: Standpoint) -> str | None:
    return "这件随主件一并答复，请到主件发出。" if at.view.case.status is _S.MERGED else None


def _of_rating(at: Standpoint) -> str | None:
    return "已经评价过。" if at.view.rating else None


def _of_merging(at: Standpoint) -> str | None:
    waiting = [one for one in at.view.merged if one.status is _S.MERGED]
    return f"有{len(waiting)}件并入了这一件，请先把它们取消并案。" if waiting else None


_HINDRANCES: Mapping[CaseAction, Callable[[Standpoint], str | None]] = {
    _A.APPROVE: _of_approval,
    _A.ASK_SUPPLEMENT: _of_supplement,
    _A.EXTEND: _of_extension,
    _A.LAPSE: _of_lapse,
    _A.CHARGE_FEE: _of_fee,
    _A.REOPEN: _of_reopening,
    _A.SEND: _of_sending,
    _A.RATE: _of_rating,
    _A.MERGE: _of_merging,
}


def _until(at: Standpoint) -> str:
    until = at.view.case.waiting_until
    return f"，到{_day(until)}" if until else ""


def _drafted(at: Standpoint) -> str:
    if at.is_drafter:
        return "等待另一位同事审核：起草人不能审核自己的稿件。"
    return "" if at.member.role is Role.REVIEWER and at.is_own else "等待审核。"


def _approved(at: Standpoint) -> str:
    if at.is_drafter and at.member.role is Role.SIGNER:
        return "等待另一位签发人：起草人不能签发自己的稿件。"
    return "" if at.member.role is Role.SIGNER else "已审核通过，等待签发人签发。"


def _sent(at: Standpoint) -> str:
    is_application = at.view.case.kind.family is Family.DISCLOSURE
    return "已经答复，送达以后请登记送达日期。" if is_application else "已经答复。"


_TURN: Mapping[CaseStatus, Callable[[Standpoint], str]] = {
    _S.SUBMITTED: lambda at: "申请刚提交，双方确认以后才开始计算期限（条例第三十一条）。",
    _S.SUPPLEMENTING: lambda at: f"等申请人补正{_until(at)}。期限停止计算。",
    _S.CONSULTING: lambda at: f"等对方的意见{_until(at)}。期限停止计算。",
    _S.FEE_DUE: lambda at: f"等申请人缴费{_until(at)}。期限停止计算。",
    _S.DRAFTED: _drafted,
    _S.APPROVED: _approved,
    _S.SIGNED: lambda at: "已签发，等待承办人发出。",
    _S.MERGED: lambda at: "已经并入主件，随主件一并答复。",
    _S.SENT: lambda at: (
        "已经答复。"
        if at.view.case.kind.family is Family.INQUIRY
        else "已经答复，送达以后请登记送达日期。"
    ),
    _S.ARCHIVED: lambda at: "已经归档，只能查看。",
}


def _day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"
