"""The second way to prove a domain: a file on its own web server, fetched with every guard, and never repeated."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest

from chassis.safe_client import SafeClient
from chassis.strangers import Guard
from services.producers import web_file
from services.producers.app import create_app
from tests.chassis.authority import Authority
from tests.chassis.canary import GOOD, Names, Server, Wires
from tests.producers.conftest import Room

PATH = "/.well-known/toadlane-challenge.txt"
SECRET = "what-only-we-could-reach"


def page(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


@dataclass
class Web:
    """The co-op's web server on the public internet, and whoever else may be dialled by mistake."""

    names: Names
    server: Server
    authority: Authority
    wires: Wires
    canary: Server = field(default_factory=Server)

    def hold(self, answer: bytes) -> None:
        self.server.answers = {PATH: answer}


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
async def web(authority: Authority) -> AsyncIterator[Web]:
    server, canary = Server(), Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=authority.serving("sunrise.coop"))
    server.port = listening.sockets[0].getsockname()[1]
    yield Web(Names({"sunrise.coop": [[GOOD]]}), server, authority, Wires(server, canary), canary)
    listening.close()


@dataclass
class Applicant:
    client: httpx.AsyncClient
    path: str
    token: str

    async def check(self) -> httpx.Response:
        return await self.client.post(f"{self.path}/check?way=https_file")

    async def evidence(self) -> dict[str, object]:
        found = (await self.client.get(self.path)).json()["evidence"][-1]
        return dict(found)


@pytest.fixture
async def ann(room: Room, web: Web) -> AsyncIterator[Applicant]:
    safe = SafeClient(web.names, guard=web_file.GUARD, trust=web.authority.trust(), network=web.wires)
    settings = room.worker.settings
    app = create_app(settings, room.database, clock=room.clock, client=safe, registry=room.registry)  # type: ignore[arg-type]
    headers = room.as_account().headers
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://toadlane.test", headers=headers
    ) as client:
        path = f"/api/v1/applications/{(await room.applied(client))['id']}"
        yield Applicant(client, path, (await client.post(f"{path}/challenge")).json()["record_value"])


@pytest.mark.parametrize("around", ["{}", "{}\n", "  {}\r\n", "another-service=1\n{}\n"])
async def test_the_token_in_the_file_proves_the_domain(ann: Applicant, web: Web, around: str) -> None:
    web.hold(page(around.format(ann.token).encode()))

    proved = await ann.check()

    assert (proved.status_code, proved.json()["state"]) == (200, "proved")
    evidence = await ann.evidence()
    assert (evidence["way"], evidence["place"]) == ("https_file", f"https://sunrise.coop{PATH}")
    assert evidence["resolvers"] == [GOOD]
    assert str(evidence["answers"]).count("sha256:") == around.count("\n{") + 1
    assert ann.token not in str(evidence)
    [asked] = web.server.heard
    assert asked.startswith(f"GET {PATH} HTTP/1.1\r\nHost: sunrise.coop\r\n".encode())
    assert b"\r\nAccept-Encoding: identity\r\n" in asked
    assert b"cookie" not in asked.lower()
    assert b"authorization" not in asked.lower()


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (page(SECRET.encode()), 409, "file_without_token"),
        (page(b""), 409, "file_without_token"),
        (page(SECRET.encode(), "404 Not Found"), 409, "file_without_token"),
        (page(b"{token}", "404 Not Found"), 409, "file_without_token"),
        (page(b"", "302 Found", "Location: https://sunrise.coop/elsewhere\r\n"), 409, "file_without_token"),
        (page(b"{token}", "301 Moved", "Location: https://evil.example/\r\n"), 409, "file_without_token"),
        (page(b"{token}x"), 409, "file_without_token"),
        (page(b"{token}" + b" " * 4096), 503, "file_unreachable"),
        (page(b"{token}", headers="Content-Encoding: gzip\r\n"), 503, "file_unreachable"),
        (b"what-only-we-could-reach", 503, "file_unreachable"),
    ],
)
async def test_anything_else_proves_nothing_and_is_not_repeated(
    ann: Applicant, web: Web, answer: bytes, status: int, code: str
) -> None:
    web.hold(_measured(answer.replace(b"{token}", ann.token.encode())))

    refused = await ann.check()

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    shown = refused.text + str(await ann.evidence()) + (await ann.client.get(ann.path)).text
    assert SECRET not in shown
    assert "elsewhere" not in shown


def _measured(answer: bytes) -> bytes:
    """With the length that its body really has."""
    head, gap, body = answer.partition(b"\r\n\r\n")
    length = f"Content-Length: {len(body)}".encode()
    lines = [length if line.startswith(b"Content-Length") else line for line in head.split(b"\r\n")]
    return b"\r\n".join(lines) + gap + body


@pytest.mark.parametrize("addresses", [["127.0.0.1"], [GOOD, "10.0.0.1"], ["169.254.169.254"], ["64:ff9b::7f00:1"], []])
async def test_a_domain_that_leads_inside_is_not_asked(ann: Applicant, web: Web, addresses: list[str]) -> None:
    web.names.answers = {"sunrise.coop": [addresses]}

    refused = await ann.check()

    assert (refused.status_code, refused.json()["code"]) == (503, "file_unreachable")
    assert (web.wires.dialled, web.canary.heard) == ([], [])


async def test_a_certificate_of_another_name_proves_nothing(ann: Applicant, web: Web) -> None:
    listening = await asyncio.start_server(
        web.server.serve, "127.0.0.1", 0, ssl=web.authority.serving("other.coop", "www.sunrise.coop")
    )
    web.server.port = listening.sockets[0].getsockname()[1]
    web.hold(page(ann.token.encode()))

    refused = await ann.check()
    listening.close()

    assert refused.json()["code"] == "file_unreachable"
    assert web.server.heard == []


async def test_a_token_of_dns_and_of_the_file_is_one_and_is_used_up_by_either(
    ann: Applicant, web: Web, room: Room
) -> None:
    web.hold(page(ann.token.encode()))
    await ann.check()

    again = await ann.check()

    assert again.json()["state"] == "proved"
    assert len(web.server.heard) == 1


async def test_an_expired_token_in_the_file_proves_nothing(ann: Applicant, web: Web, room: Room) -> None:
    web.hold(page(ann.token.encode()))
    room.later(days=7)

    assert (await ann.check()).json()["code"] == "no_challenge"


def test_only_https_on_its_own_port_is_asked() -> None:
    assert Guard(schemes=frozenset({"https"}), ports=frozenset({443})) == web_file.GUARD
    assert (web_file.LIMITS.connect, web_file.LIMITS.whole, web_file.LIMITS.body) == (5.0, 10.0, 4096)
    assert web_file.LIMITS.redirects == 0
