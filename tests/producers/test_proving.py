"""Proof of control: only the fresh token, under the right name, seen by every name server, proves a domain."""

import asyncio
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from chassis.testing import public_key_pem
from services.producers.app import create_app
from services.producers.challenge import Challenge
from services.producers.settings import Settings
from tests.producers.conftest import Room
from tests.producers.name_server import Zone, serving


@pytest.fixture
async def ann(room: Room) -> httpx.AsyncClient:
    return room.as_account()


@pytest.fixture
async def path(room: Room, ann: httpx.AsyncClient) -> str:
    return f"/api/v1/applications/{(await room.applied(ann))['id']}"


async def challenge(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    answer = await client.post(f"{path}/challenge")
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_the_token_is_shown_once_and_stored_as_a_digest_only(
    room: Room, ann: httpx.AsyncClient, path: str
) -> None:
    issued = await challenge(ann, path)

    assert issued["record_name"] == "_toadlane-challenge.sunrise.coop"
    assert issued["record_type"] == "TXT"
    shown = (await ann.get(path)).json()["challenge"]
    assert issued["file_url"] == "https://sunrise.coop/.well-known/toadlane-challenge.txt"
    assert shown == {name: issued[name] for name in ("record_name", "file_url", "expires_at")}
    async with room.database.reading() as session:
        stored = (await session.scalars(select(Challenge))).one()
    assert issued["record_value"].encode() not in stored.digest


async def test_a_wrong_record_fails_first_and_the_right_one_proves_the_domain(
    room: Room, ann: httpx.AsyncClient, path: str
) -> None:
    issued = await challenge(ann, path)
    room.resolver.hold("wrong", "v=spf1 -all")

    refused = await ann.post(f"{path}/check")
    room.resolver.hold("v=spf1 -all", issued["record_value"])
    proved = await ann.post(f"{path}/check")

    assert (refused.status_code, refused.json()["code"]) == (409, "proof_not_found")
    assert refused.json()["seen"] == ["v=spf1 -all", "wrong"]
    assert (proved.status_code, proved.json()["state"]) == (200, "proved")
    assert [check["outcome"] for check in proved.json()["evidence"]] == ["not_found", "proved"]
    assert proved.json()["evidence"][0]["answers"] == ["v=spf1 -all", "wrong"]
    assert proved.json()["evidence"][1]["authenticated_data"] is True
    assert proved.json()["challenge"] is None
    assert room.resolver.asked == ["_toadlane-challenge.sunrise.coop"] * 2


async def test_checking_a_proved_domain_again_is_no_error_and_asks_nobody(room: Room, ann: httpx.AsyncClient) -> None:
    application = await room.proved(ann)

    again = await ann.post(f"/api/v1/applications/{application['id']}/check")

    assert again.json() == application
    assert (len(room.resolver.asked), len(room.registry.asked)) == (1, 1)


async def test_a_fresh_challenge_replaces_the_old_one(room: Room, ann: httpx.AsyncClient, path: str) -> None:
    old = await challenge(ann, path)
    await challenge(ann, path)
    room.resolver.hold(old["record_value"])

    assert (await ann.post(f"{path}/check")).json()["code"] == "proof_not_found"


async def test_a_challenge_replaced_while_the_name_servers_are_asked_does_not_prove(
    room: Room, ann: httpx.AsyncClient, path: str
) -> None:
    old = await challenge(ann, path)
    room.resolver.hold(old["record_value"])
    room.resolver.while_asked = lambda: challenge(ann, path)

    assert (await ann.post(f"{path}/check")).json()["code"] == "proof_not_found"


async def test_an_expired_challenge_never_verifies(room: Room, ann: httpx.AsyncClient, path: str) -> None:
    issued = await challenge(ann, path)
    room.resolver.hold(issued["record_value"])
    room.later(days=7)

    answer = await ann.post(f"{path}/check")

    assert (answer.status_code, answer.json()["code"]) == (409, "no_challenge")
    assert (await ann.get(path)).json()["challenge"] is None


async def test_the_token_of_another_account_or_domain_proves_nothing(
    room: Room, ann: httpx.AsyncClient, path: str
) -> None:
    ben = room.as_account()
    foreign = await challenge(ben, f"/api/v1/applications/{(await room.applied(ben, 'sunset.coop'))['id']}")
    await challenge(ann, path)
    room.resolver.hold(foreign["record_value"])

    assert (await ann.post(f"{path}/check")).json()["code"] == "proof_not_found"


async def test_a_token_left_in_the_zone_does_not_prove_the_name_for_its_next_applicant(room: Room) -> None:
    before = await room.proved(room.as_account())
    operator = room.as_account(operator=True)
    await operator.post(f"/api/v1/applications/{before['id']}/refuse", json={"reason": "No co-operative."})
    ben = room.as_account()
    path = f"/api/v1/applications/{(await room.applied(ben))['id']}"
    await challenge(ben, path)

    assert (await ben.post(f"{path}/check")).json()["code"] == "proof_not_found"


async def test_nothing_is_checked_before_a_challenge_was_issued(room: Room, ann: httpx.AsyncClient, path: str) -> None:
    answer = await ann.post(f"{path}/check")

    assert (answer.status_code, answer.json()["code"]) == (409, "no_challenge")
    assert room.resolver.asked == []


@pytest.mark.parametrize(
    ("second", "status", "code", "outcome"),
    [((), 409, "proof_not_found", "resolvers_disagree"), (None, 503, "resolver_unreachable", "unreachable")],
)
async def test_every_name_server_has_to_be_reached_and_to_agree(
    room: Room,
    ann: httpx.AsyncClient,
    path: str,
    second: tuple[bytes, ...] | None,
    status: int,
    code: str,
    outcome: str,
) -> None:
    issued = await challenge(ann, path)
    room.resolver.servers = {"192.0.2.1:53": (issued["record_value"].encode(),), "192.0.2.2:53": second}

    answer = await ann.post(f"{path}/check")

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    application = (await ann.get(path)).json()
    assert application["state"] == "applied"
    assert [check["outcome"] for check in application["evidence"]] == [outcome]
    assert application["evidence"][0]["resolvers"] == ["192.0.2.1:53", "192.0.2.2:53"]


async def test_two_checks_at_once_prove_once_and_both_say_so(room: Room, ann: httpx.AsyncClient, path: str) -> None:
    issued = await challenge(ann, path)
    room.resolver.hold(issued["record_value"])
    room.resolver.while_asked = lambda: asyncio.sleep(0.05)

    answers = await asyncio.gather(*(ann.post(f"{path}/check") for _ in range(2)))

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [check["outcome"] for check in answers[0].json()["evidence"]] == ["proved"]


async def test_a_domain_is_checked_so_often_in_an_hour_and_no_more(
    room: Room, ann: httpx.AsyncClient, path: str
) -> None:
    await challenge(ann, path)
    tried = [(await ann.post(f"{path}/check")).status_code for _ in range(6)]
    room.later(hours=1)

    assert tried == [409] * 5 + [429]
    assert (await ann.post(f"{path}/check")).status_code == 409


async def test_many_checks_at_once_do_not_pass_the_limit_together(
    room: Room, ann: httpx.AsyncClient, path: str
) -> None:
    await challenge(ann, path)
    room.resolver.while_asked = lambda: asyncio.sleep(0.2)

    tried = await asyncio.gather(*(ann.post(f"{path}/check") for _ in range(9)))

    assert sorted(answer.status_code for answer in tried) == [409] * 5 + [429] * 4
    assert len(room.resolver.asked) == 5


async def test_a_new_application_does_not_start_its_domains_limit_anew(room: Room) -> None:
    operator = room.as_account(operator=True)
    tried = []
    for _ in range(3):
        client = room.as_account()
        path = f"/api/v1/applications/{(await room.applied(client))['id']}"
        await challenge(client, path)
        tried += [(await client.post(f"{path}/check")).status_code for _ in range(2)]
        await operator.post(f"{path}/refuse", json={"reason": "No co-operative."})

    assert tried == [409] * 5 + [429]


async def test_a_record_of_any_octets_is_kept_readable(room: Room, ann: httpx.AsyncClient, path: str) -> None:
    await challenge(ann, path)
    room.resolver.servers = {"192.0.2.1:53": (b"\0\xff<script>",)}

    assert (await ann.post(f"{path}/check")).json()["seen"] == ["\\000\\255<script>"]


async def test_one_answer_without_dnssec_is_enough_to_say_so(room: Room, ann: httpx.AsyncClient, path: str) -> None:
    issued = await challenge(ann, path)
    room.resolver.servers = {f"192.0.2.{n}:53": (issued["record_value"].encode(),) for n in (1, 2, 3)}
    room.resolver.unsigned.add("192.0.2.2:53")

    proved = (await ann.post(f"{path}/check")).json()

    [evidence] = proved["evidence"]
    assert (evidence["outcome"], evidence["authenticated_data"]) == ("proved", False)
    assert len(evidence["resolvers"]) == 3


async def test_a_domain_is_proved_through_a_real_name_server(room: Room, ann: httpx.AsyncClient, path: str) -> None:
    zone = Zone({"_toadlane-challenge.sunrise.coop": [[b"wrong"]]})
    async with serving(zone) as nameserver:
        settings = Settings(
            database_url="postgresql://unused",
            internal_public_key=public_key_pem(),
            webhook_key=SecretStr("w" * 32),
            demo=True,
            nameservers=(nameserver,),
        )
        app = create_app(settings, room.database, clock=room.clock, registry=room.registry)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://toadlane.test", headers=ann.headers
        ) as client:
            issued = await challenge(client, path)
            refused = await client.post(f"{path}/check")
            value = issued["record_value"].encode()
            zone.txt = {issued["record_name"]: [[value[:20], value[20:]]]}
            proved = await client.post(f"{path}/check")

    assert refused.json()["seen"] == ["wrong"]
    assert proved.json()["state"] == "proved"
    assert proved.json()["evidence"][1]["resolvers"] == [nameserver]
