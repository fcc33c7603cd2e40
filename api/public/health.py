"""Whether the service is well, for those who watch over it."""

from __future__ import annotations

from fastapi import APIRouter, Request

from api.deps import service_of
from assistant.errors import Unavailable

router = APIRouter()


@router.get("/healthz")
def get_health(request: Request) -> dict[str, str]:
    """Well: the database answers."""
    _check_database(request)
    return {"status": "ok"}


@router.get("/readyz")
def get_readiness(request: Request) -> dict[str, str | int | bool]:
    """Ready for citizens: the database answers and something is published."""
    _check_database(request)
    service = service_of(request)
    return {
        "status": "ready",
        "knowledge_revision": service.shelf.revision,
        "has_model": service.model is not None,
        "has_encoder": service.encoder is not None,
    }


def _check_database(request: Request) -> None:
    try:
        service_of(request).db.check()
    except Exception as error:  # whatever is wrong with it, the asker learns only that it is
        raise Unavailable from error
