"""Asking the registry over real sockets: whom IANA names, what is kept of it, and how every failure ends."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.producers.rdap import Verdict
from services.producers.rdap_bootstrap import Bootstrap
from services.producers.rdap_client import RdapRegistry

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ACTIVE = {"objectClassName": "domain", "ldhName": "sunrise.coop", "status": ["active"]}


@dataclass
class Server:
    """IANA and a registry in one: answers each path with a status, headers and a body; None keeps silent."""

    port: int = 0
    answers: dict[str, tuple[int, str, bytes] | None] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def say(self, path: str, body: Any, status: int = 200, headers: str = "") -> None:
        self.answers[path] = (status, headers, body if isinstance(body, bytes) else json.dumps(body).encode())

    def name(self, *bases: str) -> None:
        self.say("/dns.json", {"version": "1.0", "publication": "x", "services": [[["coop"], list(bases)]]})

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
            self.asked.append(path)
            answer = self.answers.get(path, (404, "", b""))
            if answer is None:
                await asyncio.sleep(5)
                return
            status, headers, body = answer
            head = f"HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
            writer.write(head.encode() + body)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    listening = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    made.name(f"{made.url}/rdap/")
    made.say("/rdap/domain/sunrise.coop", ACTIVE)
    yield made
    listening.close()


@dataclass
class Time:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def registry(server: Server, time: Time) -> RdapRegistry:
    """Patient: the machine may be busy with other tests."""
    return RdapRegistry(f"{server.url}/dns.json", timeout=60, clock=time)


def impatient(server: Server) -> RdapRegistry:
    itself = Bootstrap.read({"services": [[["coop"], [f"{server.url}/rdap/"]]]})
    return RdapRegistry(f"{server.url}/dns.json", timeout=0.3, clock=lambda: NOW, fallback=itself)


async def test_the_server_that_iana_names_is_asked(server: Server, registry: RdapRegistry) -> None:
    told = await registry.ask("sunrise.coop")

    assert (told.verdict(NOW), told.server) == (Verdict.PROCEED, f"{server.url}/rdap/")
    assert server.asked == ["/dns.json", "/rdap/domain/sunrise.coop"]


async def test_the_bootstrap_file_is_kept_for_a_day_and_survives_an_outage(
    server: Server, registry: RdapRegistry, time: Time
) -> None:
    await registry.ask("sunrise.coop")
    await registry.ask("sunrise.coop")
    assert server.asked.count("/dns.json") == 1

    time.now += timedelta(hours=24)
    server.say("/dns.json", b"sorry", 500)
    assert (await registry.ask("sunrise.coop")).verdict(NOW) is Verdict.PROCEED
    await registry.ask("sunrise.coop")
    assert server.asked.count("/dns.json") == 2

    time.now += timedelta(minutes=10)
    server.name(f"{server.url}/elsewhere/")
    assert (await registry.ask("sunrise.coop")).server == f"{server.url}/elsewhere/"


@pytest.mark.parametrize(
    "document", [b"", b"[]", b"{}", b'{"services": []}', b'{"services": [3]}', b'{"services": [["coop", 3]]}']
)
async def test_a_broken_bootstrap_file_leaves_the_snapshot_in_force(document: bytes) -> None:
    with pytest.raises(ValueError, match="bootstrap"):
        Bootstrap.read(json.loads(document or b"null"))

    assert Bootstrap.snapshot().base_of("sunrise.coop") == "https://rdap.registry.coop/rdap/"
    assert Bootstrap.snapshot().publication >= "2026-07"
    assert len(Bootstrap.snapshot().bases) > 1000


def test_the_longest_entry_wins_label_by_label_and_https_before_http() -> None:
    services = [
        [["coop"], ["http://plain.example/rdap", "https://coop.example/rdap"]],
        [["bakers.coop"], ["https://bakers.example/"]],
        [["OP"], ["https://op.example/"]],
    ]
    known = Bootstrap.read({"services": services})

    assert known.base_of("sunrise.coop") == "https://coop.example/rdap/"
    assert known.base_of("rye.bakers.coop.") == "https://bakers.example/"
    assert known.base_of("rebakers.coop") == "https://coop.example/rdap/"
    assert known.base_of("sunrise.example") is None


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (404, b"", Verdict.MISSING),
        (400, b"", Verdict.UNKNOWN),
        (403, b"", Verdict.UNKNOWN),
        (429, b"", Verdict.UNKNOWN),
        (500, b"", Verdict.UNKNOWN),
        (503, b"", Verdict.UNKNOWN),
        (302, b"", Verdict.UNKNOWN),
        (204, b"", Verdict.UNKNOWN),
        (200, b"", Verdict.UNKNOWN),
        (200, b"<html>", Verdict.UNKNOWN),
        (200, b"\xff\xfe", Verdict.UNKNOWN),
        (200, b"[" * 100_000, Verdict.UNKNOWN),
        (200, b" " * 300_000 + b"{}", Verdict.UNKNOWN),
        (200, b'{"objectClassName": "domain", "status": ["active"], "ldhName": "evil.coop"}', Verdict.UNKNOWN),
    ],
)
async def test_only_a_plain_404_says_that_a_domain_is_missing(
    server: Server, registry: RdapRegistry, status: int, body: bytes, verdict: Verdict
) -> None:
    server.say("/rdap/domain/sunrise.coop", body, status)

    assert (await registry.ask("sunrise.coop")).verdict(NOW) is verdict


async def test_silence_and_a_closed_port_are_unknown(server: Server) -> None:
    server.answers["/rdap/domain/sunrise.coop"] = None
    assert (await impatient(server).ask("sunrise.coop")).verdict(NOW) is Verdict.UNKNOWN

    server.name("http://127.0.0.1:1/")
    assert (await impatient(server).ask("a.coop")).verdict(NOW) is Verdict.UNKNOWN


async def test_a_name_of_another_registry_is_nobodys(registry: RdapRegistry) -> None:
    assert (await registry.ask("sunrise.example")).failure == "no registry is known for this name"


@pytest.mark.parametrize(
    ("written", "pause"),
    [
        ("120", timedelta(minutes=2)),
        ("Wed, 25 Nov 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Wed, 25 Nov 2026 11:00:00 GMT", timedelta(0)),
        ("-5", timedelta(0)),
        ("99999999999999999999", None),
        ("999999999", timedelta(days=1)),
        ("in a while", None),
    ],
)
async def test_a_registry_that_wants_a_pause_is_heard(
    server: Server, registry: RdapRegistry, written: str, pause: timedelta | None
) -> None:
    server.say("/rdap/domain/sunrise.coop", b"", 429, f"Retry-After: {written}\r\n")

    assert (await registry.ask("sunrise.coop")).retry_after == pause
