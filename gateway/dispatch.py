"""The last stage: a request goes to its room, with our word on who is asking."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.errors import NotFound
from gateway.headers import inward
from gateway.internal_token import TokenIssuer
from gateway.loopback import on_behalf_of
from gateway.route_table import OWN_ROOM, PAGES, find_route
from gateway.visit import visit_of, without_visit


class Dispatch:
    def __init__(self, rooms: Mapping[str, ASGIApp], tokens: TokenIssuer) -> None:
        self._rooms = rooms
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = find_route(scope["path"])
        room = self._rooms.get(route.room) if route is not None else None
        if route is None or room is None:
            raise NotFound("There is nothing at this address.")
        if route.room == PAGES:
            with on_behalf_of(visit_of(scope)):
                await room(self._addressed(scope, route.room), receive, send)
        else:
            await room(self._addressed(scope, route.room), receive, send)

    def _addressed(self, scope: Scope, room: str) -> Scope:
        """The scope as the room sees it; the visit itself stays in our own rooms."""
        visit = visit_of(scope)
        token = self._tokens.token_for(room, visit.principal.caller)
        headers = inward(scope["headers"], keep_cookie=False)
        headers.append((b"authorization", b"Bearer " + token))
        headers.append((b"traceparent", visit.traceparent.encode()))
        if room == PAGES and visit.cookie is not None:
            headers.append((b"cookie", visit.cookie.encode()))
        inner = scope if room == OWN_ROOM else without_visit(scope)
        return {**inner, "headers": headers}
