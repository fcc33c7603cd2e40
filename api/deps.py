"""What a request is given to work with."""

from __future__ import annotations

from fastapi import Request

from assistant.service import Service


def service_of(request: Request) -> Service:
    """The running assistant."""
    service: Service = request.app.state.service
    return service
