"""The producers over the sandbox's registry, name servers and web server: the demo is asked as the world is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from chassis.addresses import DnsHostResolver
from chassis.safe_client import SafeClient
from chassis.stand_in import StandIn
from chassis.testing import public_key_pem
from sandbox.web.authority import Authority
from services.producers.asking import askers
from services.producers.challenge import Way, record_name
from services.producers.evidence import Outcome, judge
from services.producers.rdap import Verdict
from services.producers.rdap_client import RdapRegistry
from services.producers.resolver import DnsTxtResolver, RecordAsker, Said
from services.producers.settings import Settings
from services.producers.web_file import GUARD, WebFileAsker
from tests.sandbox.box import Box

PROVED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    folder: Path = tmp_path_factory.mktemp("sandbox")
    with Box(folder, "http://127.0.0.1:9/webhooks") as running:
        yield running


def registry(box: Box) -> RdapRegistry:
    """Patient: the machine may be busy with other tests."""
    return RdapRegistry(f"{box.url}/rdap/dns.json", timeout=60, clock=lambda: datetime.now(UTC))


@pytest.mark.parametrize(
    ("situation", "verdict"),
    [
        ("in_order", Verdict.PROCEED),
        ("locked", Verdict.PROCEED),
        ("on_hold", Verdict.HOLD),
        ("on_client_hold", Verdict.HOLD),
        ("inactive", Verdict.HOLD),
        ("redemption", Verdict.ENDING),
        ("moving", Verdict.MOVED),
        ("moved", Verdict.MOVED),
        ("registered_anew", Verdict.MOVED),
        ("missing", Verdict.MISSING),
        ("busy", Verdict.UNKNOWN),
        ("broken", Verdict.UNKNOWN),
    ],
)
async def test_every_situation_of_the_stand_in_means_what_the_table_says(
    box: Box, situation: str, verdict: Verdict
) -> None:
    async with httpx.AsyncClient(base_url=box.url) as program:
        (await program.put("/registry/sunrise.coop", json={"situation": situation})).raise_for_status()

    told = await registry(box).ask("sunrise.coop")

    assert told.verdict(PROVED) is verdict
    assert told.server == f"{box.url}/rdap/"
    assert told.retry_after == (timedelta(minutes=1) if situation == "busy" else None)


def servers(box: Box) -> list[str]:
    return [f"127.0.0.1:{port}" for port in box.dns_ports]


async def behave(box: Box, manner: str, server: int | None = None) -> None:
    async with httpx.AsyncClient(base_url=box.url) as program:
        (await program.put("/names", json={"manner": manner, "server": server})).raise_for_status()


@pytest.fixture
async def published(box: Box) -> str:
    """A token under a name that every server knows and answers plainly for."""
    await behave(box, "plain")
    async with httpx.AsyncClient(base_url=box.url) as program:
        (await program.put(f"/names/{record_name('sunrise.coop')}/TXT", json={"values": ["token"]})).raise_for_status()
    return "sunrise.coop"


async def outcome(box: Box, domain: str) -> tuple[Outcome, bool]:
    """What a check would say, and whether DNSSEC vouched for all of it."""
    answers = await RecordAsker(DnsTxtResolver(servers(box), timeout=3)).ask(domain)
    found = judge(answers, [b"token" in answer.records for answer in answers])
    return found, all(answer.authenticated_data for answer in answers)


@pytest.mark.parametrize(
    ("manner", "one", "all_of_them"),
    [
        ("plain", Outcome.PROVED, Outcome.PROVED),
        ("behind", Outcome.RESOLVERS_DISAGREE, Outcome.NOT_FOUND),
        ("late", Outcome.PROVED, Outcome.PROVED),
        ("cut", Outcome.PROVED, Outcome.PROVED),
        ("failing", Outcome.UNREACHABLE, Outcome.UNREACHABLE),
        ("silent", Outcome.UNREACHABLE, Outcome.UNREACHABLE),
    ],
)
async def test_several_name_servers_must_agree_whatever_one_of_them_does(
    box: Box, published: str, manner: str, one: Outcome, all_of_them: Outcome
) -> None:
    await behave(box, manner, server=2)
    assert (await outcome(box, published))[0] is one

    await behave(box, manner)
    assert (await outcome(box, published))[0] is all_of_them


async def test_dnssec_vouches_only_where_every_server_says_so(box: Box, published: str) -> None:
    await behave(box, "signed")
    assert await outcome(box, published) == (Outcome.PROVED, True)

    await behave(box, "plain", server=3)
    assert await outcome(box, published) == (Outcome.PROVED, False)


def demo_client(box: Box) -> WebFileAsker:
    settings = Settings(
        database_url="postgresql://unused", internal_public_key=public_key_pem(), demo=True,
        webhook_key=SecretStr("w" * 32),
        nameservers=tuple(servers(box)), web_stand_in=f"127.0.0.1:{box.web_port}",
        web_stand_in_authority=box.data / "web-authority.pem",
    )  # fmt: skip
    asker = askers(settings)[Way.HTTPS]
    assert isinstance(asker, WebFileAsker)
    return asker


async def test_the_file_of_a_demo_name_is_fetched_over_https_from_the_stand_in(box: Box, published: str) -> None:
    async with httpx.AsyncClient(base_url=box.url) as program:
        (await program.put("/web/sunrise.coop", json={"text": "a-token\n"})).raise_for_status()

    [held] = await demo_client(box).ask("sunrise.coop")
    [empty] = await demo_client(box).ask("sunset.coop")

    assert (held.said, held.records) == (Said.RECORDS, (b"a-token",))
    assert (empty.said, empty.records) == (Said.NOTHING, ())


async def test_without_the_stand_in_the_same_address_is_refused(box: Box, published: str) -> None:
    """The negative control: loopback is out of reach for every client that was not handed the stand-in."""
    client = SafeClient(DnsHostResolver(servers(box), timeout=3), guard=GUARD)

    [answer] = await WebFileAsker(client).ask("sunrise.coop")

    assert answer.said is Said.UNREACHABLE
    assert "does not lead to the public internet" in (answer.failure or "")


async def test_only_the_demos_own_authority_is_trusted(box: Box, published: str, tmp_path: Path) -> None:
    Authority(tmp_path)
    stand_in = StandIn("127.0.0.1", box.web_port, tmp_path / "web-authority.pem")
    client = stand_in.client(DnsHostResolver(servers(box), timeout=3), GUARD)

    [answer] = await WebFileAsker(client).ask("sunrise.coop")

    assert answer.said is Said.UNREACHABLE


def test_a_stand_in_outside_the_demo_stops_the_start() -> None:
    with pytest.raises(ValidationError, match="for the demo alone"):
        Settings(
            database_url="postgresql://unused", internal_public_key=public_key_pem(), smtp_url="smtp://mail",
            webhook_key=SecretStr("w" * 32),
            nameservers=("192.0.2.1", "192.0.2.2"), web_stand_in="127.0.0.1:1", web_stand_in_authority=Path("x"),
        )  # fmt: skip
