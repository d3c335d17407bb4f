"""Refuses what another site makes a visitor's browser do in their name (CSRF)."""

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.errors import Forbidden
from gateway.headers import header
from gateway.route_table import SAFE_METHODS, find_route
from gateway.visit import visit_of


class CrossSite(Forbidden):
    code, title = "cross_site", "That came from another site"


class CrossSiteGuard:
    """Acts are taken from our own pages only. A key cannot be sent by a browser unasked, so it is let through."""

    def __init__(self, app: ASGIApp, *, origins: frozenset[bytes]) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in SAFE_METHODS and not self._is_ours(scope):
            raise CrossSite("Please open the marketplace itself and try again there.")
        await self._app(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        visit, route = visit_of(scope), find_route(scope["path"])
        if visit.inner or visit.principal.caller.kind == "key" or (route is not None and route.from_machines):
            return True
        # A browser writes Sec-Fetch-Site itself, and no script can; where it is missing, Origin has to do.
        site = header(scope["headers"], b"sec-fetch-site")
        if site is not None:
            return site in (b"same-origin", b"none")
        origin = header(scope["headers"], b"origin")
        return origin is None or origin in self._origins
