"""The application: what is mounted, and what opens and closes with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from api import cases, citizens, errors, public
from api.channels import rasa_rest
from api.limits import Limits
from api.render import STATIC
from api.security import Guarded
from api.staff import access
from api.staff import routes as staff
from assistant.service import Service
from assistant.settings import Settings, settings


class _Kept(StaticFiles):
    """Static files that browsers may keep: their address changes with their content (`asset`)."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response


def create_app(service: Service | None = None, configuration: Settings | None = None) -> FastAPI:
    """The service as an ASGI application. Without `service` it opens its own when it starts."""
    configuration = configuration or (service.settings if service else settings())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        opened = service or Service(configuration)
        opened.start_refreshing()
        app.state.service = opened
        app.state.limits = Limits(opened.tuning.limits)
        try:
            yield
        finally:
            opened.close()

    app = FastAPI(
        title="询答 Xunda",
        version="0.1.0",
        lifespan=lifespan,
        docs_url=None,  # Swagger's page loads scripts from a CDN; the document itself is published
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.mount("/static", _Kept(directory=STATIC), name="static")
    for router in (citizens.router, cases.router, public.router, staff.router, rasa_rest.router):
        app.include_router(router)
    errors.install(app)
    access.install(app)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=configuration.trusted_hosts)
    app.add_middleware(Guarded, https=configuration.https)
    return app
