"""The one client for every address that a stranger names.

A stranger's URL commands a machine inside our walls. So: only names of the public internet on a web port, each
looked up once, all its addresses judged, the connection made to the very address that was judged, every redirect
treated as a new stranger's URL, and time and size bounded. No cookie, no proxy, no cached connection.
"""

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urljoin

import httpcore

from chassis.addresses import HostResolver
from chassis.errors import Refused, Unavailable
from chassis.strangers import Guard, Target

REDIRECTS = frozenset({301, 302, 303, 307, 308})


class AddressUnreachable(Unavailable):
    code = "address_unreachable"
    title = "This address could not be reached"


class AnswerRefused(Refused):
    code = "answer_refused"
    title = "What this address answered cannot be used"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Seconds to connect and for everything together, octets of the body, redirects that are followed."""

    connect: float = 5.0
    whole: float = 10.0
    body: int = 1 << 20
    redirects: int = 0


@dataclass(frozen=True)
class Fetched:
    """A whole answer; `url` is where it came from in the end, `address` whom we were connected to."""

    url: str
    address: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class SafeClient:
    """Fetches what strangers name. Its failures tell what to mend and nothing of what was answered."""

    def __init__(
        self,
        resolver: HostResolver,
        *,
        guard: Guard | None = None,
        trust: ssl.SSLContext | None = None,
        network: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._resolver = resolver
        self._guard = guard or Guard()
        self._given_trust = trust
        self._network = network or httpcore.AnyIOBackend()

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        # Reading this machine's authorities takes a tenth of a second: not before somebody needs them.
        return self._given_trust or ssl.create_default_context()

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        limits: Limits | None = None,
    ) -> Fetched:
        """The answer, whatever its status; raises AddressRefused, AddressUnreachable or AnswerRefused.

        A redirect is followed as a plain GET without the caller's headers, and only as often as the limits say.
        """
        limits = limits or Limits()
        try:
            async with asyncio.timeout(limits.whole):
                fetched = await self._hop(self._guard.target(url), method, headers or {}, content, limits)
                for _ in range(limits.redirects):
                    if (onward := _onward(fetched)) is None:
                        break
                    fetched = await self._hop(self._guard.target(onward), "GET", {}, None, limits)
        except (httpcore.TimeoutException, TimeoutError) as slow:
            raise AddressUnreachable("It did not answer in time. Please try again later.") from slow
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as broken:
            raise AddressUnreachable("No sound connection could be made to it.") from broken
        if limits.redirects and _onward(fetched) is not None:
            raise AnswerRefused("It redirects too often. Name the address where it leads in the end.")
        return fetched

    async def _hop(
        self, target: Target, method: str, headers: Mapping[str, str], content: bytes | None, limits: Limits
    ) -> Fetched:
        dialled = _Dialled(self._resolver, self._guard, self._network)
        pool = httpcore.AsyncConnectionPool(
            ssl_context=self._trust, max_connections=1, retries=0, network_backend=dialled
        )
        # A body that unpacks to a thousand times its size is never unpacked: it is asked for, and taken, as it is.
        asked = {"User-Agent": "ToadLane/1", "Accept-Encoding": "identity", "Connection": "close", **headers}
        timeouts = {"connect": limits.connect, "read": limits.whole, "write": limits.whole, "pool": limits.whole}
        async with pool, pool.stream(
            method, target.url, headers=list(asked.items()), content=content, extensions={"timeout": timeouts}
        ) as answer:  # fmt: skip
            told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
            if told.get("content-encoding", "identity").strip().lower() != "identity":
                raise AnswerRefused("It answers compressed, although that was not asked for.")
            body = await _bounded(answer, limits.body)
            return Fetched(target.text, dialled.address, answer.status, told, body)


async def _bounded(answer: httpcore.Response, most: int) -> bytes:
    """Read piece by piece, so that an endless body costs no more than the most that is allowed."""
    body = bytearray()
    async for piece in answer.aiter_stream():
        body += piece
        if len(body) > most:
            raise AnswerRefused(f"It answers more than the {most:,} octets that are allowed.")
    return bytes(body)


def _onward(fetched: Fetched) -> str | None:
    location = fetched.headers.get("location")
    return urljoin(fetched.url, location) if location and fetched.status in REDIRECTS else None


class _Dialled(httpcore.AsyncNetworkBackend):
    """Turns a host into one judged address at the moment of connecting: nothing looks it up a second time."""

    def __init__(self, resolver: HostResolver, guard: Guard, network: httpcore.AsyncNetworkBackend) -> None:
        self._resolver, self._guard, self._network = resolver, guard, network
        self.address = ""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._resolver.addresses(host)
        self._guard.judge(addresses)
        if not addresses:
            raise httpcore.ConnectError("the host has no address")
        return await self._first_that_answers(addresses, port, timeout)

    async def _first_that_answers(
        self, addresses: Iterable[str], port: int, timeout: float | None
    ) -> httpcore.AsyncNetworkStream:
        # IPv4 first: many machines have an IPv6 address and no way out by it.
        failure: Exception = httpcore.ConnectError("no address answered")
        for address in sorted(addresses, key=lambda one: ":" in one):
            try:
                stream = await self._network.connect_tcp(address, port, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                self.address = address
                return stream
        raise failure
