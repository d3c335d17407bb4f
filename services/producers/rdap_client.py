"""Asking the registry: IANA says whom, RDAP says what. Both are named by our settings, never by a stranger."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

import httpx

from chassis.clock import Clock
from services.producers.rdap import Registration, Unreadable, read
from services.producers.rdap_bootstrap import Bootstrap, Known

LARGEST_ANSWER = 256 * 1024
LARGEST_BOOTSTRAP = 4 * 1024 * 1024
LONGEST_PAUSE = timedelta(days=1)  # what a registry may ask us to wait


class Registry(Protocol):
    """Says what is known of a domain where domains are registered; never raises for what the network does."""

    async def ask(self, domain: str) -> Registration: ...


class NotHad(Exception):
    """No whole JSON document came; says why, in words that repeat nothing of it."""

    def __init__(self, reason: str, retry_after: timedelta | None = None, *, status: int | None = None) -> None:
        super().__init__(reason)
        self.retry_after, self.status = retry_after, status


class RdapRegistry:
    """Asks the server that IANA names, over one client that keeps no cookie and takes no proxy."""

    def __init__(self, bootstrap_url: str, *, timeout: float, clock: Clock, fallback: Bootstrap | None = None) -> None:
        self._bootstrap_url, self._timeout, self._clock = bootstrap_url, timeout, clock
        self._known = Known(fallback or Bootstrap.snapshot())
        self._refreshing = asyncio.Lock()

    async def ask(self, domain: str) -> Registration:
        async with self._client() as client:
            base = (await self._bootstrap(client)).base_of(domain)
            if base is None:
                return Registration("", failure="no registry is known for this name")
            try:
                answer = await self._json(client, f"{base}domain/{domain}", LARGEST_ANSWER)
                return read(domain, base, answer)
            except NotHad as reason:
                if reason.status == httpx.codes.NOT_FOUND:
                    return Registration(base, found=False)
                return Registration(base, failure=str(reason), retry_after=reason.retry_after)
            except Unreadable as reason:
                return Registration(base, failure=str(reason))

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[httpx.AsyncClient]:
        headers = {"Accept": "application/rdap+json, application/json", "User-Agent": "ToadLane/1"}
        async with httpx.AsyncClient(timeout=self._timeout, trust_env=False, headers=headers) as client:
            yield client

    async def _bootstrap(self, client: httpx.AsyncClient) -> Bootstrap:
        async with self._refreshing:
            now = self._clock()
            if self._known.is_due(now):
                try:
                    document = await self._json(client, self._bootstrap_url, LARGEST_BOOTSTRAP)
                    self._known.had(Bootstrap.read(document), now)
                except (NotHad, ValueError):
                    self._known.not_had(now)
            return self._known.bootstrap

    async def _json(self, client: httpx.AsyncClient, url: str, most: int) -> Any:
        try:
            async with asyncio.timeout(self._timeout), client.stream("GET", url) as answer:
                if answer.status_code != httpx.codes.OK:
                    pause = _pause(answer.headers.get("retry-after"), self._clock())
                    raise NotHad(f"it answered with status {answer.status_code}", pause, status=answer.status_code)
                return json.loads(await _bounded(answer, most))
        except (httpx.HTTPError, TimeoutError, ValueError, RecursionError) as error:
            raise NotHad(f"it could not be asked ({type(error).__name__})") from error


async def _bounded(answer: httpx.Response, most: int) -> bytes:
    body = bytearray()
    async for piece in answer.aiter_bytes(16 * 1024):
        body += piece
        if len(body) > most:
            raise NotHad("its answer is too long")
    return bytes(body)


def _pause(written: str | None, now: datetime) -> timedelta | None:
    """Seconds or a date, as HTTP has it; what cannot be read asks for nothing."""
    if written is None:
        return None
    try:
        asked = timedelta(seconds=int(written))
    except (ValueError, OverflowError):
        try:
            at = parsedate_to_datetime(written)
        except ValueError:
            return None
        asked = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return min(max(asked, timedelta(0)), LONGEST_PAUSE)
