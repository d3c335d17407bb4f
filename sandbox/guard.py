"""The demo's pages are for the person at this machine: no other site may read or press anything on them."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
OPEN_PREFIXES = ("/v1/", "/rdap/", "/health", "/faults")
"""Not pages: these ask for a key, or tell nothing; a house in another container calls them by another name."""


class Guard:
    """Refuses names that are not loopback's (DNS rebinding) and unsafe requests that another site started."""

    def __init__(self, app: ASGIApp, *, house_origin: str, own_hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._hosts = LOOPBACK | set(own_hosts)
        # A form's answer sends the browser on to the house, and form-action counts redirects too.
        self._policy = (
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
            f"form-action 'self' {house_origin}"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(OPEN_PREFIXES):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope["method"], Headers(scope=scope))
        if refusal is not None:
            await PlainTextResponse(refusal, 403)(scope, receive, send)
            return
        await self._app(scope, receive, self._with_headers(send))

    def _refusal(self, method: str, headers: Headers) -> str | None:
        host = headers.get("host", "")
        if _hostname(host) not in self._hosts:
            return "This demo page answers to loopback names only."
        if method not in SAFE_METHODS and not _same_site(headers, host):
            return "Another site may not press this button."
        return None

    def _with_headers(self, send: Send) -> Send:
        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", self._policy)
                headers["X-Content-Type-Options"] = "nosniff"
                # Not no-referrer, which would take the Origin from our own forms.
                headers["Referrer-Policy"] = "same-origin"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        return sender


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _same_site(headers: Headers, host: str) -> bool:
    """Browsers name the site that started a request; what names none is a program of this machine."""
    site = headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == host
