"""The staff's pages, gathered: signing in, the queue, one case and its steps, and what is administered."""

from __future__ import annotations

from fastapi import APIRouter

from api.staff import (
    attachments,
    bulk,
    case_page,
    figure_cases,
    figures_page,
    letters,
    notices,
    overview,
    publications,
    queue_page,
    report_opening,
    report_page,
    rules_page,
    sign_in,
    steps,
    writing_down,
)
from api.staff.administration import router as administration

router = APIRouter(include_in_schema=False)
# The most particular addresses first: a step's name stands for anything.
for part in (
    sign_in.router,
    queue_page.router,
    bulk.router,
    letters.router,
    attachments.router,
    publications.router,
    notices.router,
    writing_down.router,
    overview.router,
    figures_page.router,
    figure_cases.router,
    report_opening.router,
    report_page.router,
    rules_page.router,
    administration,
    case_page.router,
    steps.router,
):
    router.include_router(part)
