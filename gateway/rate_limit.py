"""How often a visitor may come: one bucket per account or key, otherwise one per address."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.errors import TooMany
from gateway.route_table import find_route
from gateway.token_bucket import Buckets, Verdict
from gateway.visit import Visit, is_loopback, visit_of


class TooOften(TooMany):
    code, title = "rate_limited", "That was a lot at once"


class RateLimit:
    """What a page asks on a visitor's behalf was counted with the page; the strict limits count it all the same."""

    def __init__(self, app: ASGIApp, *, general: Buckets, strict: Mapping[str, Buckets], spare_loopback: bool) -> None:
        self._app = app
        self._general = general
        self._strict = strict
        self._spare_loopback = spare_loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = visit_of(scope)
        if not visit.inner and not (self._spare_loopback and is_loopback(visit.address)):
            _count(visit, self._general.take(_who(visit)))
        route = find_route(scope["path"])
        tighter = route.tighter_limit(scope["method"]) if route is not None else None
        if tighter is not None:
            _count(visit, self._strict[tighter].take(visit.address))
        await self._app(scope, receive, send)


def refuse_beyond(verdict: Verdict) -> None:
    """Raises for a verdict that does not pass, with everything a well-behaved client needs to come back."""
    if not verdict.passes:
        headers = dict(verdict.headers()) | {"Retry-After": str(verdict.retry_after)}
        seconds = "second" if verdict.retry_after == 1 else "seconds"
        raise TooOften(f"Please try again in {verdict.retry_after} {seconds}.", headers=headers)


class Guesses:
    """How often somebody may try what can be guessed: from one place, and about one account from all places."""

    def __init__(self, from_one_place: Buckets, about_one_account: Buckets) -> None:
        self._from_one_place = from_one_place
        self._about_one_account = about_one_account

    def take(self, account: str, address: str) -> None:
        """Raises TooOften. Who has used up their own count takes nothing from the account's."""
        refuse_beyond(self._from_one_place.take(f"{account} {address}"))
        refuse_beyond(self._about_one_account.take(account))


def _count(visit: Visit, verdict: Verdict) -> None:
    refuse_beyond(verdict)
    visit.limit_headers = [(name.lower().encode(), value.encode()) for name, value in verdict.headers()]


def _who(visit: Visit) -> str:
    caller = visit.principal.caller
    # A guest is made anew by dropping a cookie, so guests are counted where they come from.
    return f"{caller.kind}:{caller.id}" if caller.kind in ("account", "key") else visit.address
