"""What everybody may read: catalogue, services, answers, replies, search, figures; and whether the service is well."""

from __future__ import annotations

from fastapi import APIRouter

from api.public import (
    answers,
    catalogue,
    health,
    replies,
    reports,
    search,
    statistics,
    statistics_files,
)

router = APIRouter()
# `/statistics/reports` before `/statistics/{period}.csv`.
for part in (health, catalogue, answers, replies, search, reports, statistics, statistics_files):
    router.include_router(part.router)
