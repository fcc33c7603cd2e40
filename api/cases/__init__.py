"""Handing something in and following it: pages for everyone, and the same as JSON for programs."""

from __future__ import annotations

from fastapi import APIRouter

from api.cases import data, pages, papers, tracking

router = APIRouter()
for part in (pages, tracking, papers, data):
    router.include_router(part.router)
