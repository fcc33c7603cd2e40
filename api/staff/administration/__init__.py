"""What administrators look after: holidays, promised periods, accounts, deliveries given up, and the audit log."""

from __future__ import annotations

from fastapi import APIRouter

from api.staff.administration import accounts, audit, calendar, deliveries, limits

router = APIRouter()
for part in (calendar.router, limits.router, accounts.router, deliveries.router, audit.router):
    router.include_router(part)
