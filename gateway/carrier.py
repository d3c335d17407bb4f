"""How a request reaches a room: handed over in process, or carried to another process."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send


class Carrier(Protocol):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...

    def lifespan(self) -> AbstractAsyncContextManager[None]: ...


class InProcess:
    """Hands scope, receive and send to the room's own app, so that streams flow and nothing is copied."""

    def __init__(self, app: Starlette) -> None:
        self._app = app
        self._state: dict[str, Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        inner = {**scope, "state": dict(self._state)}
        await self._app(inner, receive, send)

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        async with self._app.router.lifespan_context(self._app) as state:
            self._state = dict(state or {})
            yield
