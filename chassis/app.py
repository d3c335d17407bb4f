"""A room's API: problem documents, a caller for every request, one trace, and a health check."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from fastapi import APIRouter, Depends, FastAPI
from sqlalchemy import text
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.auth import Gatekeeper
from chassis.clock import Clock, system_clock
from chassis.database import Database
from chassis.errors import answer_problems
from chassis.http import Reading, current_caller
from chassis.settings import Settings
from chassis.telemetry import accepted_traceparent, traced


def service_app(
    name: str,
    settings: Settings,
    database: Database,
    *,
    routers: Sequence[APIRouter],
    clock: Clock = system_clock,
    state: Mapping[str, object] | None = None,
    closing: Sequence[Callable[[], Awaitable[None]]] = (),
) -> FastAPI:
    """The app of one room. Everything but /health asks for the gateway's token, made for this room.

    `closing` is called when the app stops: for what holds connections to the world outside.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await database.signals.start()
        yield
        for close in closing:
            await close()

    app = FastAPI(title=f"Toad Lane: {name}", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url="/openapi")
    app.state.settings, app.state.database, app.state.clock = settings, database, clock
    app.state.gatekeeper = Gatekeeper(name, settings.internal_public_key)
    for key, value in (state or {}).items():
        setattr(app.state, key, value)
    for router in routers:
        app.include_router(router, dependencies=[Depends(current_caller)])
    app.include_router(_health)
    answer_problems(app)
    app.add_middleware(Traced)
    return app


class Traced:
    """Everything a request sets off belongs to the trace it came with."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        header = next((value for name, value in scope["headers"] if name == b"traceparent"), b"")
        with traced(accepted_traceparent(header.decode("latin-1"))):
            await self.app(scope, receive, send)


_health = APIRouter()


@_health.get("/health", include_in_schema=False)
async def health(session: Reading) -> dict[str, str]:
    """Says ok when the room's database answers."""
    await session.execute(text("SELECT 1"))
    return {"status": "ok"}
