"""The cases behind one number, for those who may read them all."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse

from api.cases.form import chosen
from api.deps import service_of
from api.public.statistics import bring_up_to_date
from api.render import page
from api.staff.access import roles
from api.staff.forms import office_name
from assistant.cases.intake import Channel
from assistant.cases.kinds import CaseKind
from assistant.errors import NotFound
from assistant.knowledge.content import Office
from assistant.staff.sessions import SignedIn
from assistant.statistics.behind import ANSWERED, READERS, Cell, CellOf, cases_behind, still_open
from assistant.statistics.facts import Measure
from assistant.statistics.periods import Quarter, Year
from assistant.statistics.reports.behind import Fees, entered_behind, form_cell
from assistant.statistics.reports.kinds import ReportKind, period_of
from assistant.statistics.reports.tables import FIGURES
from assistant.statistics.reports.template import CURRENT, Template, load_template

router = APIRouter()

PAGE_LENGTH = 50
# What a link may ask for: the names of the measures, and what the public calls answered.
_MEASURES: dict[str, tuple[Measure, ...]] = {
    **{measure.value: (measure,) for measure in Measure if measure is not Measure.FOLLOWED},
    "closed": ANSWERED,
    "open": (),
}
_LABELS = {
    **{measure.value: measure.label for measure in Measure},
    "closed": "已答复",
    "open": "期末在办",
}

Reader = Annotated[SignedIn, Depends(roles(*READERS))]


class CellQuery(BaseModel):
    """A cell as an address carries it. `month` 202611 narrows the period; office `-` stands for none yet.

    `table`, `row` and `column` name a number of a report's form instead.
    """

    period: str = Field(default="", max_length=8)
    table: str = Field(default="", max_length=32)
    row: str = Field(default="", max_length=32)
    column: str = Field(default="", max_length=64)
    month: int = 0
    measure: str = Field(default="received", max_length=16)
    kind: str = Field(default="", max_length=32)
    office: str = Field(default="", max_length=64)
    channel: str = Field(default="", max_length=32)
    result: str = Field(default="", max_length=32)
    before: int = Field(default=0, ge=0, le=2**31 - 1)

    def address(self, **changes: Any) -> str:
        """The same cell with something changed."""
        fields = type(self)(**(self.model_dump() | changes)).model_dump(exclude_defaults=True)
        return f"/staff/figures/cases?{urlencode(fields)}"


@router.get("/staff/figures/cases")
def get_cases(
    request: Request, member: Reader, query: Annotated[CellQuery, Query()]
) -> HTMLResponse:
    """The cases counted in one cell, the newest first."""
    service = service_of(request)
    cell, words = _form_cell(query) if query.table else _cell(query, service.shelf.offices())
    place = query.table, query.row, query.column
    bring_up_to_date(service)
    with service.db.reading() as session:
        rows = cases_behind(session, member.actor, cell, PAGE_LENGTH + 1, query.before or None)
        entered = entered_behind(session, *place, period_of(query.period).span)
    shown = rows[:PAGE_LENGTH]
    context = {
        "signed_in": member,
        "words": words,
        "entered": entered,
        "value_unit": _value_unit(cell),
        "count_unit": "元" if isinstance(cell, Fees) and cell.in_yuan else "次",
        "period": period_of(query.period),
        "rows": [(row, office_name(service.shelf, row.office_id)) for row in shown],
        "older": query.address(before=shown[-1].case_id) if len(rows) > PAGE_LENGTH else "",
        "newest": query.address(before=0) if query.before else "",
    }
    return page(request, "staff_figure_cases.html", context)


def _cell(query: CellQuery, offices: list[Office]) -> tuple[CellOf, list[str]]:
    """The cell and what it is called; `NotFound` for one that is not there."""
    period = period_of(query.period)
    measures = _MEASURES.get(query.measure)
    kind, channel = chosen(CaseKind, query.kind), chosen(Channel, query.channel)
    if measures is None or bool(query.kind) != bool(kind) or bool(query.channel) != bool(channel):
        raise NotFound
    month = next((one for one in period.months if one.code == query.month), None)
    if query.month and month is None:
        raise NotFound
    span = month.span if month else period.span
    names = {one.id: one.title for one in offices}
    office = {"-": "还没有派办"}.get(query.office, names.get(query.office, query.office))
    words = [month.label if month else period.label, _LABELS[query.measure]]
    words += [one.label for one in (kind, channel) if one] + ([office] if office else [])
    cell = CellOf(
        measures=measures,
        span=span,
        kind=query.kind or None,
        office_id="" if query.office == "-" else query.office or None,
        channel=query.channel or None,
        results=(query.result,) if query.result else None,
    )
    return still_open(cell) if query.measure == "open" else cell, words


def _form_cell(query: CellQuery) -> tuple[Cell, list[str]]:
    """A number of the forms, and its row and column in the words of the form."""
    period = period_of(query.period)
    place = query.table, query.row, query.column
    cell = form_cell(*place, period.span)
    if cell is None:
        raise NotFound
    return cell, [period.label, *form_of(period, query.table).words_of(*place)]


def _value_unit(cell: Cell) -> str:
    """What the values of the cell's cases are counted in; empty where they have none."""
    measures = set(cell.measures) if isinstance(cell, CellOf) else set()
    if measures <= {Measure.REPLY_DAYS, Measure.CLOSING_DAYS} and measures:
        return "个工作日"
    return "分" if measures == {Measure.RATED} else ""


def form_of(period: Year | Quarter, table: str = "") -> Template:
    """The form the period is reported in; only the quarter's has figures beside its tables."""
    is_annual = isinstance(period, Year) and table != FIGURES
    return load_template(CURRENT[ReportKind.ANNUAL if is_annual else ReportKind.QUARTERLY])
