"""No URL of a stranger reaches a machine inside; without the guard nearly every one of them does."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import pytest

from chassis.addresses import DnsHostResolver, is_public
from chassis.errors import DomainError
from chassis.safe_client import AddressUnreachable, AnswerRefused, Limits, SafeClient
from chassis.strangers import AddressRefused, Guard
from tests.chassis.authority import Authority
from tests.chassis.canary import GOOD, Names, NoGuard, Server, Wires, WiresByName, listening
from tests.chassis.hostile import INSIDE, NAMES, NOT_THE_WEB, TARGETS
from tests.producers.name_server import Zone, serving

FOLLOWING = Limits(redirects=3)


@dataclass
class Internet:
    good: Server
    canary: Server
    names: Names
    wires: Wires

    def client(self, guard: Guard | None = None) -> SafeClient:
        # Plain HTTP needs no authorities, and reading them takes a tenth of a second.
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return SafeClient(self.names, guard=guard, network=self.wires, trust=trust)


@pytest.fixture
async def internet() -> AsyncIterator[Internet]:
    async with listening(Server()) as good, listening(Server()) as canary:
        yield Internet(good, canary, Names(NAMES), Wires(good, canary))


def test_there_are_enough_hostile_targets() -> None:
    assert len(set(TARGETS)) == len(TARGETS) > 60


@pytest.mark.parametrize("url", TARGETS)
async def test_a_hostile_target_reaches_nobody_inside(url: str, internet: Internet) -> None:
    with pytest.raises(DomainError) as refused:
        await internet.client().fetch(url, limits=FOLLOWING)

    assert internet.canary.heard == []
    assert set(internet.wires.dialled) <= {GOOD}
    assert isinstance(refused.value, AddressRefused)


@pytest.mark.parametrize("url", TARGETS)
async def test_with_the_guard_taken_away_the_canary_is_hit(url: str, internet: Internet) -> None:
    await internet.client(NoGuard()).fetch(url, limits=FOLLOWING)

    assert len(internet.canary.heard) == 1


@pytest.mark.parametrize("url", NOT_THE_WEB)
async def test_what_is_not_the_web_is_refused_before_anybody_is_asked(url: str, internet: Internet) -> None:
    with pytest.raises(AddressRefused):
        await internet.client().fetch(url)

    assert (internet.names.asked, internet.wires.dialled) == ([], [])


async def test_a_name_is_looked_up_once_and_the_judged_address_is_the_one_dialled(internet: Internet) -> None:
    fetched = await internet.client().fetch("http://rebinds.example.coop/")

    assert (fetched.status, fetched.body, fetched.address) == (200, b"hello", GOOD)
    assert internet.names.asked == ["rebinds.example.coop"]
    assert internet.canary.heard == []
    assert b"\r\nHost: rebinds.example.coop\r\n" in internet.good.heard[0]


async def test_looking_a_name_up_again_to_connect_would_hit_the_canary(internet: Internet) -> None:
    forgetful = WiresByName(internet.good, internet.canary, internet.names, "rebinds.example.coop")

    await SafeClient(internet.names, network=forgetful).fetch("http://rebinds.example.coop/")

    assert len(internet.canary.heard) == 1


async def test_over_real_sockets_and_names_loopback_is_out_of_reach_and_without_the_guard_it_is_not() -> None:
    async with listening(Server()) as canary, serving(Zone()) as nameserver:
        url = f"http://canary.example.coop:{canary.port}/"
        names = Names({"canary.example.coop": [["127.0.0.1"]]})
        assert await DnsHostResolver([nameserver], timeout=1).addresses("canary.example.coop") == ()
        with pytest.raises(AddressRefused):
            await SafeClient(names, guard=Guard(ports=frozenset({canary.port}))).fetch(url)
        assert canary.heard == []

        await SafeClient(names, guard=NoGuard()).fetch(url)

        assert len(canary.heard) == 1


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_of_the_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", [GOOD, "1.1.1.1", "2606:4700::1111", "2a00:1450::5", "64:ff9b::101:101", "2002:101:101::"]
)
def test_an_address_of_the_public_internet_is(address: str) -> None:
    assert is_public(address)


async def test_a_redirect_is_followed_without_what_the_caller_sent(internet: Internet) -> None:
    client = internet.client()

    fetched = await client.fetch(
        "http://good.example.coop/to?/there", headers={"Authorization": "secret"}, limits=Limits(redirects=1)
    )

    assert (fetched.status, fetched.url) == (200, "http://good.example.coop/there")
    assert [b"secret" in head for head in internet.good.heard] == [True, False]


async def test_a_redirect_too_many_is_refused_and_where_none_is_followed_it_is_told(internet: Internet) -> None:
    round_and_round = "http://good.example.coop/to?/to%3F/there"

    with pytest.raises(AnswerRefused, match="too often"):
        await internet.client().fetch(round_and_round, limits=Limits(redirects=1))

    assert (await internet.client().fetch(round_and_round)).status == 302


async def test_nothing_of_the_environment_and_no_cookie_is_used(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    internet.good.answers = {
        "/": b"HTTP/1.1 302 F\r\nSet-Cookie: a=b; Path=/\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"
    }

    assert (await internet.client().fetch("http://good.example.coop/", limits=FOLLOWING)).status == 200
    assert all(b"cookie" not in head.lower() for head in internet.good.heard)


HEAD = b"HTTP/1.1 200 OK\r\n"
BAD_ANSWERS = {
    "/long": HEAD + b"Content-Length: 5000\r\n\r\n" + b"s3cret" * 1000,
    "/endless": HEAD + b"\r\n" + b"s3cret" * 100_000,
    "/chunked": HEAD
    + b"Transfer-Encoding: chunked\r\n\r\n"
    + b"7d0\r\n"
    + b"s" * 2000
    + b"\r\n"
    + b"7d0\r\n"
    + b"s" * 2000,
    "/packed": HEAD + b"Content-Encoding: gzip\r\nContent-Length: 6\r\n\r\ns3cret",
}


@pytest.mark.parametrize("path", BAD_ANSWERS)
async def test_an_answer_too_large_or_packed_is_refused_without_a_word_of_it(path: str, internet: Internet) -> None:
    internet.good.answers = BAD_ANSWERS

    with pytest.raises(AnswerRefused) as refused:
        await internet.client().fetch(f"http://good.example.coop{path}", limits=Limits(body=1000))

    assert "s3cret" not in refused.value.detail


@pytest.mark.parametrize("answer", [b"", b"s3cret\r\n\r\n", HEAD + b"Content-Length: 50\r\n\r\ns3cret"])
async def test_what_is_no_whole_answer_says_nothing_of_itself(answer: bytes, internet: Internet) -> None:
    internet.good.answers = {"/": answer}

    with pytest.raises(AddressUnreachable) as refused:
        await internet.client().fetch("http://good.example.coop/")

    assert "s3cret" not in refused.value.detail


class Dripping(Server):
    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"\r\n")
        while not writer.is_closing():
            writer.write(b".")
            await asyncio.sleep(0.02)


async def test_a_server_that_drips_is_left_when_the_time_is_up(internet: Internet) -> None:
    async with listening(Dripping()) as dripping:
        client = SafeClient(internet.names, network=Wires(dripping, internet.canary))
        with pytest.raises(AddressUnreachable, match="in time"):
            await client.fetch("http://good.example.coop/", limits=Limits(whole=0.3))


async def test_a_name_that_leads_nowhere_is_unreachable(internet: Internet) -> None:
    with pytest.raises(AddressUnreachable):
        await SafeClient(Names({"gone.example.coop": [[]]}), network=internet.wires).fetch("http://gone.example.coop/")


@pytest.mark.parametrize(
    ("certified", "trusted", "reached"),
    [(["shop.example.coop"], True, True), (["shop.example.coop"], False, False), (["other.example.coop"], True, False)],
    ids=["valid", "unknown authority", "another's name"],
)
async def test_a_certificate_must_be_valid_for_the_name_though_the_address_is_dialled(
    certified: Sequence[str], trusted: bool, reached: bool
) -> None:
    authority, server = Authority(), Server()
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=authority.serving(*certified))
    server.port = listener.sockets[0].getsockname()[1]
    names = Names({"shop.example.coop": [[GOOD]]})
    trust = authority.trust() if trusted else ssl.create_default_context()
    client = SafeClient(names, trust=trust, network=Wires(server, Server()))

    try:
        status = (await client.fetch("https://shop.example.coop/")).status
    except AddressUnreachable:
        status = 0
    listener.close()

    assert (status == 200) is reached
