"""Tables 3 and 4 of a period as they stand now, in the form they are reported in. Reads only."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from assistant.statistics.applications import application_table
from assistant.statistics.contests import contest_table
from assistant.statistics.periods import Span
from assistant.statistics.reports.building import applications_in_form, contests_in_form
from assistant.statistics.reports.faces.grids import Grid, applications_grid, contests_grid
from assistant.statistics.reports.template import Template


def standing_forms(session: Session, template: Template, span: Span) -> list[Grid]:
    """Both tables, to stand under headings of their own. Gather first: only what is counted is seen."""
    applications = applications_in_form(template, application_table(session, span))
    contests = contests_in_form(template, contest_table(session, span))
    grids = (
        applications_grid(applications, template.applications),
        contests_grid(contests, template),
    )
    return [replace(grid, is_headed=True) for grid in grids]
