"""Reports for the staff: drafted, reworded, filled in, checked, signed by a second person, published, corrected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.deps import service_of
from api.public.reports import blocks_of
from api.render import page
from api.staff.access import Member, check_csrf
from api.staff.figure_cases import CellQuery
from api.staff.forms import member_of
from assistant.audit import events_of
from assistant.cases.opening import local_date
from assistant.db import Work
from assistant.errors import Invalid, NotFound, Refused
from assistant.service import Service, utc_now
from assistant.staff.roles import Actor
from assistant.staff.sessions import SignedIn
from assistant.statistics.behind import READERS
from assistant.statistics.gathering import gather
from assistant.statistics.models import Report
from assistant.statistics.reports import life, publishing
from assistant.statistics.reports.building import Publisher
from assistant.statistics.reports.faces import Edition
from assistant.statistics.reports.faces.layout import lay_out
from assistant.statistics.reports.kinds import ReportKind, ReportStatus, period_of
from assistant.statistics.reports.reading import all_reports, get_report
from assistant.statistics.reports.tables import Value
from assistant.statistics.reports.template import load_template

router = APIRouter()

STEP_WORDS = {
    "draft": "起草",
    "redraft": "重新取数",
    "edit": "改了文字",
    "enter": "补录了数据",
    "sign": "签发",
    "publish": "公布",
    "correct": "另出更正版",
}
_COUNT = "count."
ReportId = Annotated[int, Path(ge=1, le=2**31 - 1)]


async def typed_in(request: Request) -> dict[str, str]:
    """What a form carries; files are no part of it."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


Typed = Annotated[dict[str, str], Depends(typed_in)]


@dataclass(frozen=True, slots=True)
class Doing:
    """One person about to do something with one report."""

    service: Service
    actor: Actor
    report_id: int
    typed: Mapping[str, str]
    now: datetime

    @property
    def publisher(self) -> Publisher:
        shelf = self.service.shelf
        return Publisher.of(shelf.bureau, shelf.documents())

    @property
    def seen(self) -> str:
        return self.typed.get("seen_hash", "")

    def with_figures(self, work: Work[Report]) -> Report:
        """Do it with everything counted that has happened until now."""
        calendar = self.service.rules.calendar

        def counted(session: object) -> Report:
            gather(session, self.now, calendar)  # type: ignore[arg-type]
            return work(session)  # type: ignore[arg-type]

        return self.service.db.write(counted)


def _redraft(d: Doing) -> Report:
    return d.with_figures(
        lambda s: life.redraft(
            s, d.actor, d.report_id, d.publisher, d.now, d.service.rules.calendar
        )
    )


def _edit(d: Doing) -> Report:
    part, text = d.typed.get("part", ""), d.typed.get("text", "")
    return d.with_figures(
        lambda s: life.edit_text(
            s, d.actor, d.report_id, part, text.replace("\r\n", "\n"), d.seen, d.publisher, d.now,
            d.service.rules.calendar,
        )
    )  # fmt: skip


def _enter(d: Doing) -> Report:
    counts = {
        name.removeprefix(_COUNT): _number(name, value)
        for name, value in d.typed.items()
        if name.startswith(_COUNT)
    }
    return d.with_figures(
        lambda s: life.enter_counts(
            s, d.actor, d.report_id, counts, d.seen, d.publisher, d.now, d.service.rules.calendar
        )
    )


def _sign(d: Doing) -> Report:
    return d.service.db.write(lambda s: life.sign_off(s, d.actor, d.report_id, d.seen, d.now))


def _publish(d: Doing) -> Report:
    # The files are made outside the transaction: nobody's writing waits for a PDF.
    with d.service.db.reading() as session:
        prepared = publishing.prepare(session, d.actor, d.report_id, d.now)
    if prepared.edition.data_hash != d.seen:
        raise Invalid("您看到的内容已经变化，请看过现在的内容再公布。")
    return d.service.db.write(lambda s: publishing.publish(s, d.actor, prepared, d.now))


def _correct(d: Doing) -> Report:
    note = d.typed.get("note", "")
    return d.with_figures(
        lambda s: life.correct(
            s, d.actor, d.report_id, note, d.publisher, d.now, d.service.rules.calendar
        )
    )


VERBS: Mapping[str, Callable[[Doing], Report]] = {
    "redraft": _redraft,
    "edit": _edit,
    "enter": _enter,
    "sign": _sign,
    "publish": _publish,
    "correct": _correct,
}


@router.get("/staff/reports")
def get_reports(request: Request, member: Member) -> HTMLResponse:
    """Every report whatever its state, and the form to begin one."""
    return _list_page(request, member)


@router.post("/staff/reports")
def post_draft(request: Request, member: Member, typed: Typed) -> Response:
    """Begin the report of a period."""
    check_csrf(member, typed.get("csrf", ""))
    doing = Doing(service_of(request), member.actor, 0, typed, utc_now())
    try:
        kind = member_of(ReportKind, typed.get("kind", ""), "kind")
        period = period_of(_period_key(kind, typed))
        report = doing.with_figures(
            lambda s: life.draft(
                s, member.actor, kind, period, doing.publisher, doing.now,
                doing.service.rules.calendar,
            )
        )  # fmt: skip
    except Refused as refusal:
        return _list_page(request, member, refusal, typed)
    return RedirectResponse(f"/staff/reports/{report.id}", status_code=303)


@router.get("/staff/reports/{report_id}")
def get_one(request: Request, member: Member, report_id: ReportId) -> HTMLResponse:
    """One report: what it says, what is wrong with it, and what this person may do."""
    return _report_page(request, member, report_id)


@router.post("/staff/reports/{report_id}/{verb}")
def post_verb(
    request: Request, member: Member, report_id: ReportId, verb: str, typed: Typed
) -> Response:
    """One step; a refusal comes back with everything typed."""
    check_csrf(member, typed.get("csrf", ""))
    step = VERBS.get(verb)
    if step is None:
        raise NotFound
    try:
        report = step(Doing(service_of(request), member.actor, report_id, typed, utc_now()))
    except NotFound:
        raise
    except Refused as refusal:
        return _report_page(request, member, report_id, refusal, verb, typed)
    return RedirectResponse(f"/staff/reports/{report.id}#{verb}", status_code=303)


def _period_key(kind: ReportKind, typed: Mapping[str, str]) -> str:
    year, quarter = typed.get("year", "").strip(), typed.get("quarter", "")
    return year if kind is ReportKind.ANNUAL else f"{year}-Q{quarter}"


def _number(name: str, text: str) -> Value:
    """A count as typed; None where the field is empty."""
    clean = text.strip().replace(",", "").replace("，", "")
    if not clean:
        return None
    try:
        number = float(clean)
    except ValueError:
        number = float("nan")
    if not abs(number) < float("inf"):  # neither a number nor finite
        raise Invalid("请填数字。", field=name.removeprefix(_COUNT))
    return int(number) if number == int(number) else number


def _list_page(
    request: Request,
    member: SignedIn,
    refusal: Refused | None = None,
    typed: Mapping[str, str] | None = None,
) -> HTMLResponse:
    with service_of(request).db.reading() as session:
        reports = all_reports(session, member.actor)
    context = {
        "signed_in": member,
        "refusal": refusal,
        "typed": typed or {},
        "rows": [
            (one, ReportKind(one.kind), period_of(one.period), ReportStatus(one.status))
            for one in reports
        ],
        "kinds": list(ReportKind),
        "may_draft": member.role in life.DRAFTERS,
        "last_year": local_date(utc_now()).year - 1,
    }
    return page(request, "staff_reports.html", context, refusal.status if refusal else 200)


def _report_page(
    request: Request,
    member: SignedIn,
    report_id: int,
    refusal: Refused | None = None,
    tried: str = "",
    typed: Mapping[str, str] | None = None,
) -> HTMLResponse:
    with service_of(request).db.reading() as session:
        report = get_report(session, member.actor, report_id)
        status = ReportStatus(report.status)
        is_open = status is not ReportStatus.PUBLISHED
        violations = life.violations_of(session, report) if is_open else []
        history = events_of(session, life.SUBJECT, report_id)
    laid_out = lay_out(Edition.of(report))
    template = load_template(report.template)
    context = {
        "signed_in": member,
        "report": report,
        "status": status,
        "period": period_of(report.period),
        "laid_out": laid_out,
        "blocks": blocks_of(laid_out),
        "leads_on": member.role in READERS,
        "way": CellQuery(period=report.period).address,
        "violations": violations,
        "history": [(one, STEP_WORDS.get(one.action, one.action)) for one in history],
        "sections": report.data["sections"],
        "reworded": report.edits.get("texts", {}),
        "forms": template.entered,
        "entered": report.edits.get("counts", {}),
        "shown": {key: _shown(report, key) for key in template.counts},
        "is_open": is_open,
        "may_draft": member.role in life.DRAFTERS,
        "may_sign": member.role in life.SIGNERS,
        "may_publish": member.role in publishing.PUBLISHERS,
        "refusal": refusal,
        "tried": tried,
        "typed": typed or {},
        "text_max": life.TEXT_MAX,
    }
    return page(request, "staff_report.html", context, refusal.status if refusal else 200)


def _shown(report: Report, key: str) -> Value:
    """The number a field of the entered tables stands for now."""
    table, row, column = key.split(".")
    for one in report.data["tables"]:
        if one["key"] == table:
            place = [c["key"] for c in one["columns"]].index(column)
            return next(line["values"][place] for line in one["rows"] if line["key"] == row)  # type: ignore[no-any-return]
    return None
