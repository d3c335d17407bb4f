"""A co-op names an address of its file; it is fetched time and again, imported when it is new, left alone when not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from chassis.safe_client import SafeClient
from chassis.strangers import Guard
from chassis.testing import deliver
from services.catalog.imports.feed_address import GUARD, RESTS, FeedAddress
from services.catalog.imports.feed_fetching import FeedFetcher, FetchFeed
from tests.catalog.conftest import CoopHere, Room
from tests.catalog.heard import CoopSuspended
from tests.catalog.own_system import own_system
from tests.chassis.authority import Authority
from tests.chassis.canary import GOOD, Names, NoGuard, Server, Wires, listening

HOST, INSIDE = "shop.sunrise.coop", "inside.sunrise.coop"
URL = f"https://{HOST}/export/shop.csv?token=1"
HEAD = "id,title,price,stock\n"
BREAD = f"{HEAD}rye,Rye,4.50,5\nspelt,Spelt,4.80,3\n"


@dataclass
class FileServer(Server):
    """A co-op's shop: hands out its file, and says so where it has not changed since."""

    content: str = BREAD
    status: str = "200 OK"
    etag: str = '"one"'
    asked: list[dict[str, str]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = head.split("\r\n")
        assert lines[0] == "GET /export/shop.csv?token=1 HTTP/1.1"
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        self.asked.append(headers)
        same = self.etag and headers.get("if-none-match") == self.etag
        status, body = ("304 Not Modified", b"") if same else (self.status, self.content.encode())
        etag = f"ETag: {self.etag}\r\n" if self.etag else ""
        writer.write(f"HTTP/1.1 {status}\r\n{etag}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()


@dataclass
class Internet:
    shop: FileServer
    canary: Server
    client: SafeClient
    unguarded: SafeClient


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
async def internet(authority: Authority) -> AsyncIterator[Internet]:
    shop = FileServer()
    serving = await asyncio.start_server(shop.serve, "127.0.0.1", 0, ssl=authority.serving(HOST))
    shop.port = serving.sockets[0].getsockname()[1]
    async with listening(Server()) as canary:
        names, wires, trust = Names({HOST: [[GOOD]], INSIDE: [["10.0.0.7"]]}), Wires(shop, canary), authority.trust()

        def client(guard: Guard) -> SafeClient:
            return SafeClient(names, guard=guard, network=wires, trust=trust)

        yield Internet(shop, canary, client(GUARD), client(NoGuard()))
    serving.close()


@pytest.fixture
def outside(internet: Internet) -> SafeClient:
    return internet.client


@pytest.fixture
def system(room: Room, coop: CoopHere) -> httpx.AsyncClient:
    return own_system(room, coop)


async def named(room: Room, system: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    """The address as it fares once what is due is done."""
    answer = await system.put("feed", json={"url": URL} | more)
    assert answer.status_code == 200, answer.text
    return await fared(room, system)


async def fared(room: Room, system: httpx.AsyncClient) -> dict[str, Any]:
    await room.settled()
    return dict((await system.get("feed")).json())


async def again(room: Room, system: httpx.AsyncClient) -> dict[str, Any]:
    """When its time comes."""
    await room.database.fetch("UPDATE feed_addresses SET next_at = '2026-01-01T00:00:00Z'")
    [timer] = [one for one in room.worker.timers if one.name == "call up feed addresses"]
    await timer.run()
    return await fared(room, system)


async def titles(room: Room) -> set[str]:
    found = await room.get(room.nobody, "/api/v1/products", limit=100)
    return {one["title"] for one in found["items"]}


async def imports(room: Room, coop: CoopHere) -> list[dict[str, Any]]:
    return list((await room.get(coop.staff, "/api/v1/imports", coop_id=str(coop.id)))["items"])


async def test_a_named_address_is_fetched_at_once_and_its_file_imported(
    room: Room, coop: CoopHere, system: httpx.AsyncClient
) -> None:
    feed = await named(room, system)

    assert await titles(room) == {"Rye", "Spelt"}
    [job] = await imports(room, coop)
    assert (job["origin"], job["filename"], job["state"]) == ("feed", "shop.csv", "done")
    assert (feed["state"], feed["failure"], feed["import_id"], feed["import_state"]) == ("on", None, job["id"], "done")
    asked, following = datetime.fromisoformat(feed["asked_at"]), datetime.fromisoformat(feed["next_at"])
    assert following - asked == timedelta(days=1)


async def test_the_same_file_is_asked_for_conditionally_and_not_imported_again(
    room: Room, coop: CoopHere, system: httpx.AsyncClient, internet: Internet
) -> None:
    await named(room, system)
    await again(room, system)
    internet.shop.etag = ""
    await again(room, system)

    assert [one.get("if-none-match") for one in internet.shop.asked] == [None, '"one"', '"one"']
    assert len(await imports(room, coop)) == 1


async def test_a_changed_file_is_imported_by_the_policy_that_was_chosen(
    room: Room, coop: CoopHere, system: httpx.AsyncClient, internet: Internet
) -> None:
    await named(room, system, policy="all_or_nothing", remove_missing=True)
    internet.shop.content, internet.shop.etag = f"{HEAD}rye,Dark rye,4.50,5\n", '"two"'
    await again(room, system)
    assert await titles(room) == {"Dark rye"}

    internet.shop.content, internet.shop.etag = f"{HEAD}rye,Light,4.50,5\nbad,Bad,much,1\n", '"three"'
    feed = await again(room, system)

    assert await titles(room) == {"Dark rye"}
    assert (feed["import_state"], feed["failures"]) == ("failed", 0)


async def test_nothing_is_fetched_while_the_last_file_waits_for_a_word(
    room: Room, coop: CoopHere, system: httpx.AsyncClient, internet: Internet
) -> None:
    feed = await named(room, system, policy="hold")
    assert feed["import_state"] == "held_back"

    internet.shop.content, internet.shop.etag = f"{HEAD}rye,Dark rye,4.50,5\n", '"two"'
    await again(room, system)
    assert len(internet.shop.asked) == 1
    await coop.staff.post(f"/api/v1/imports/{feed['import_id']}/publish")
    await room.settled()
    await again(room, system)

    assert len(await imports(room, coop)) == 2


async def test_fetched_now_it_is_taken_whatever_was_fetched_before(
    room: Room, coop: CoopHere, system: httpx.AsyncClient, internet: Internet
) -> None:
    await named(room, system)

    assert (await system.post("feed/fetch")).status_code == 202
    await fared(room, system)

    assert [one.get("if-none-match") for one in internet.shop.asked] == [None, None]
    assert [job["products_unchanged"] for job in await imports(room, coop)] == [2, 0]


@pytest.mark.parametrize(
    ("status", "content", "told"),
    [
        ("404 Not Found", "", "It answers with the status 404 instead of the file."),
        ("304 Not Modified", "", "It answers with the status 304 instead of the file."),
        ("200 OK", "<html>Please sign in</html>", "This is a web page"),
        ("200 OK", "", "There is nothing in the file."),
        ("200 OK", "x" * 200_001, "It answers more than the 200,000 octets that are allowed."),
    ],
)
async def test_what_is_no_file_is_told_and_changes_nothing(
    room: Room, coop: CoopHere, system: httpx.AsyncClient, internet: Internet, status: str, content: str, told: str
) -> None:
    internet.shop.status, internet.shop.content = status, content

    feed = await named(room, system)

    assert told in feed["failure"]
    assert (feed["failures"], feed["state"], feed["import_id"]) == (1, "on", None)
    assert await imports(room, coop) == []


async def test_after_failures_it_is_asked_less_and_less_and_in_the_end_given_up_until_it_is_switched_on(
    room: Room, system: httpx.AsyncClient, internet: Internet
) -> None:
    internet.shop.status = "500 Oh"
    feeds = [await named(room, system, every="hour")]
    while feeds[-1]["state"] == "on":
        feeds.append(await again(room, system))

    assert len(feeds) == len(internet.shop.asked) == 10
    waits = [datetime.fromisoformat(one["next_at"]) - datetime.fromisoformat(one["asked_at"]) for one in feeds[:-1]]
    assert waits == [*RESTS, *[RESTS[-1]] * 4]
    assert (feeds[-1]["state"], feeds[-1]["next_at"]) == ("given_up", None)
    await again(room, system)
    assert (await system.post("feed/fetch")).json()["code"] == "feed_not_on"
    assert len(internet.shop.asked) == 10

    internet.shop.status = "200 OK"
    mended = await named(room, system)
    assert (mended["state"], mended["failures"], mended["failure"]) == ("on", 0, None)
    assert await titles(room) == {"Rye", "Spelt"}


async def test_one_success_makes_failures_forgotten(room: Room, system: httpx.AsyncClient, internet: Internet) -> None:
    internet.shop.status = "500 Oh"
    await named(room, system)
    internet.shop.status = "200 OK"

    assert (await again(room, system))["failures"] == 0


async def test_switched_off_or_taken_away_it_is_left_alone(
    room: Room, coop: CoopHere, system: httpx.AsyncClient, internet: Internet
) -> None:
    feed = await named(room, system, enabled=False)
    await again(room, system)
    assert (feed["state"], feed["next_at"], internet.shop.asked) == ("off", None, [])

    await named(room, system)
    assert [(await system.delete("feed")).status_code for _ in range(2)] == [204, 204]
    assert (await system.get("feed")).json()["code"] == "feed_not_found"
    assert (await system.post("feed/fetch")).status_code == 404
    assert len(await imports(room, coop)) == 1


async def test_a_stopped_co_ops_address_is_not_asked(
    room: Room, coop: CoopHere, system: httpx.AsyncClient, internet: Internet
) -> None:
    await named(room, system)
    await deliver(room.worker, CoopSuspended(coop_id=coop.id, version=2))

    await again(room, system)

    assert len(internet.shop.asked) == 1


async def test_what_was_said_meanwhile_counts_more_than_what_was_fetched(
    room: Room, coop: CoopHere, system: httpx.AsyncClient, internet: Internet
) -> None:
    await system.put("feed", json={"url": URL})
    async with room.database.reading() as session:
        feed = await session.get_one(FeedAddress, coop.id)
    fetcher = FeedFetcher(room.database, internet.client, room.worker.clock, "EUR", 1_000)
    told = await fetcher._ask(feed)
    await system.put("feed", json={"url": URL, "enabled": False})

    await fetcher._settle(feed, told)
    await room.settled()

    assert await imports(room, coop) == []


@pytest.mark.parametrize("url", ["http://shop.sunrise.coop/f.csv", "https://10.0.0.7/f.csv", "ftp://x.coop/f", "shop"])
async def test_only_a_public_https_address_can_be_named(system: httpx.AsyncClient, url: str) -> None:
    refused = await system.put("feed", json={"url": url})

    assert (refused.status_code, refused.json()["code"]) == (422, "address_refused")
    assert refused.json()["errors"][0]["field"] == "url"


async def test_a_name_that_leads_inside_reaches_nobody_and_without_the_guard_it_does(
    room: Room, coop: CoopHere, system: httpx.AsyncClient, internet: Internet
) -> None:
    feed = await named(room, system, url=f"https://{INSIDE}/export/shop.csv")
    assert feed["failure"] == "This name does not lead to the public internet."
    assert internet.canary.heard == []

    await room.database.fetch("UPDATE feed_addresses SET url = $1", f"http://{INSIDE}/export/shop.csv")
    await FeedFetcher(room.database, internet.unguarded, room.worker.clock, "EUR", 1_000).fetch(
        FetchFeed(coop_id=coop.id)
    )
    assert len(internet.canary.heard) == 1


async def test_only_the_co_ops_own_staff_see_and_change_the_address(room: Room, coop: CoopHere) -> None:
    await named(room, own_system(room, coop))
    stranger = own_system(room, await room.coop("tailors"))
    reader = own_system(room, coop, frozenset({"catalog:read"}))
    stranger.base_url = reader.base_url

    assert (await stranger.get("feed")).status_code == 404
    assert (await reader.get("feed")).status_code == 200
    for answer in (
        await reader.put("feed", json={"url": URL}),
        await reader.post("feed/fetch"),
        await reader.delete("feed"),
    ):
        assert answer.json()["code"] == "scope_missing"
