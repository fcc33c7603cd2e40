"""What everybody may read: catalogue, services, figures; and whether the service is well."""

from __future__ import annotations

from fastapi import APIRouter

from api.public import catalogue, health, statistics, statistics_data

router = APIRouter()
for part in (health, catalogue, statistics, statistics_data):
    router.include_router(part.router)
