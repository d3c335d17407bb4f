"""Finds out who is asking: nothing is looked up for a guest, one statement for a session or a key."""

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.auth import Caller
from chassis.clock import Clock
from chassis.database import Database
from gateway.api_key import KeyRing
from gateway.cookie import CookieJar
from gateway.headers import header
from gateway.route_table import SAFE_METHODS, Guests, find_route
from gateway.session import SessionRules, find_session
from gateway.visit import ANONYMOUS, Principal, Visit, visit_of


class Principals:
    def __init__(
        self,
        app: ASGIApp,
        *,
        database: Database,
        cookies: CookieJar,
        keys: KeyRing,
        sessions: SessionRules,
        clock: Clock,
    ) -> None:
        self._app = app
        self._database = database
        self._cookies = cookies
        self._keys = keys
        self._sessions = sessions
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = visit_of(scope)
        cookie = header(scope["headers"], b"cookie")
        text = cookie.decode("latin-1") if cookie is not None else None
        # A page asks several things in one visit; who is asking was found when the page was asked for.
        if not (visit.inner and text is not None and text == visit.cookie):
            visit.cookie = text
            visit.principal = await self._find(header(scope["headers"], b"authorization"), text)
        if visit.principal is ANONYMOUS and _becomes_guest(scope):
            self._welcome(visit)
        await self._app(scope, receive, send)

    async def _find(self, authorization: bytes | None, cookie: str | None) -> Principal:
        scheme, _, credentials = (authorization or b"").decode("latin-1").partition(" ")
        if scheme.lower() == "bearer":
            return await self._keys.find(self._database, credentials.strip(), self._clock())
        value = self._cookies.value_in(cookie) if cookie is not None else None
        if value is None:
            return ANONYMOUS
        guest_id = self._cookies.guest_in(value, self._clock())
        if guest_id is not None:
            return Principal(Caller(id=guest_id, kind="guest"))
        token = self._cookies.session_token_in(value)
        if token is None:
            return ANONYMOUS
        return await find_session(self._database, self._sessions, token, self._clock()) or ANONYMOUS

    def _welcome(self, visit: Visit) -> None:
        guest_id, value = self._cookies.new_guest()
        visit.principal = Principal(Caller(id=guest_id, kind="guest"))
        visit.cookie = self._cookies.replaced_in(visit.cookie, value)
        visit.set_cookies.append((b"set-cookie", self._cookies.set_guest(value).encode()))


def _becomes_guest(scope: Scope) -> bool:
    route = find_route(scope["path"])
    if route is None:
        return False
    acts = scope["method"] not in SAFE_METHODS
    return route.guests is Guests.ALWAYS or (route.guests is Guests.WHEN_THEY_ACT and acts)
