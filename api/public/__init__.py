"""What everybody may read: catalogue, services, answers, replies, search, figures; and whether the service is well."""

from __future__ import annotations

from fastapi import APIRouter

from api.public import answers, catalogue, health, replies, search, statistics, statistics_data

router = APIRouter()
for part in (health, catalogue, answers, replies, search, statistics, statistics_data):
    router.include_router(part.router)
