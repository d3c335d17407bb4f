"""The way back in for our own pages: they ask the public API on a visitor's behalf, without leaving the process."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx
from starlette.types import Receive, Scope, Send

from chassis.telemetry import new_traceparent
from gateway.reception import Reception
from gateway.route_table import OWN_ROOM, SAFE_METHODS, find_route
from gateway.visit import Visit

_visit: ContextVar[Visit | None] = ContextVar("visit", default=None)


@contextmanager
def on_behalf_of(visit: Visit) -> Iterator[None]:
    """What the page asks inside belongs to this visit: it was counted and checked when the page was asked for."""
    token = _visit.set(visit)
    try:
        yield
    finally:
        _visit.reset(token)


class Loopback:
    """An ASGI app for in-process clients. That a call is an inner one is told by its coming in here, by no header.

    Made before the pages, which need its client, and connected by `create_app`.
    """

    def __init__(self) -> None:
        self._reception: Reception | None = None

    def connect(self, reception: Reception) -> None:
        self._reception = reception

    def client(self, base_url: str) -> httpx.AsyncClient:
        """A client that keeps no cookie of its own: pass the visitor's Cookie header with each request, and hand
        the Set-Cookie headers of the answer to the visitor."""
        nobodys = CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self, raise_app_exceptions=False), base_url=base_url, cookies=nobodys
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._reception is None:
            raise RuntimeError("the loopback is connected by create_app")
        outer = _visit.get()
        await self._reception.admit(_inner(outer), scope, receive, send)
        route = find_route(scope["path"])
        if outer is not None and route is not None and route.room == OWN_ROOM and scope["method"] not in SAFE_METHODS:
            # Somebody signed in or out: who is asking has to be found anew from here on.
            outer.cookie = None


def _inner(outer: Visit | None) -> Visit:
    if outer is None:
        return Visit("the house itself", new_traceparent(), inner=True)
    return Visit(outer.address, outer.traceparent, inner=True, principal=outer.principal, cookie=outer.cookie)
