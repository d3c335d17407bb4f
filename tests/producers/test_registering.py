"""Nobody is admitted whose domain the registry holds back, and what it says is kept as evidence."""

from datetime import timedelta

import httpx
import pytest

from tests.producers.conftest import ADMISSION, Room


async def admit(room: Room, application: dict[str, str]) -> httpx.Response:
    operator = room.as_account(operator=True)
    return await operator.post(f"/api/v1/applications/{application['id']}/admit", json=ADMISSION)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("server hold", "domain_on_hold"),
        ("client hold", "domain_on_hold"),
        ("inactive", "domain_on_hold"),
        ("redemption period", "domain_on_hold"),
        ("pending delete", "domain_on_hold"),
    ],
)
async def test_a_domain_that_is_held_back_waits(room: Room, status: str, code: str) -> None:
    application = await room.proved(room.as_account())
    room.registry.say("sunrise.coop", status)

    refused = await admit(room, application)
    room.registry.say("sunrise.coop", "active", "client transfer prohibited")
    admitted = await admit(room, application)

    assert (refused.status_code, refused.json()["code"]) == (409, code)
    assert "sunrise.coop" in refused.json()["detail"]
    assert admitted.json()["state"] == "admitted"
    assert [told["verdict"] for told in admitted.json()["registry"]][-1] == "proceed"
    assert status in str(admitted.json()["registry"])


async def test_a_domain_nobody_registered_is_not_admitted(room: Room) -> None:
    application = await room.proved(room.as_account())
    room.registry.forget("sunrise.coop")

    assert (await admit(room, application)).json()["code"] == "domain_not_registered"


async def test_while_the_registry_cannot_be_asked_nobody_is_admitted_and_nothing_is_lost(room: Room) -> None:
    application = await room.proved(room.as_account())
    room.registry.fail("sunrise.coop")

    refused = await admit(room, application)

    assert (refused.status_code, refused.json()["code"]) == (503, "registry_unreachable")
    room.registry.say("sunrise.coop")
    assert (await admit(room, application)).json()["state"] == "admitted"


async def test_a_domain_that_changed_hands_after_its_proof_has_to_be_proved_anew(room: Room) -> None:
    client = room.as_account()
    application = await room.proved(client)
    path = f"/api/v1/applications/{application['id']}"
    room.registry.say("sunrise.coop", "active", registration=room.now + timedelta(minutes=1))
    room.later(hours=2)

    refused = await admit(room, application)

    assert (refused.status_code, refused.json()["code"]) == (409, "not_proved")
    assert (await client.get(path)).json()["state"] == "applied"
    assert (await client.post(f"{path}/check")).json()["code"] == "no_challenge"
    room.resolver.hold((await client.post(f"{path}/challenge")).json()["record_value"])
    assert (await client.post(f"{path}/check")).json()["state"] == "proved"
    assert (await admit(room, application)).json()["state"] == "admitted"


async def test_the_registry_is_asked_as_soon_as_a_domain_is_proved_and_again_at_the_admission(room: Room) -> None:
    application = await room.proved(room.as_account())
    assert [told["statuses"] for told in application["registry"]] == [["active"]]

    room.later(days=1)
    admitted = (await admit(room, application)).json()

    assert room.registry.asked == ["sunrise.coop"] * 2
    [told] = admitted["registry"]
    assert told["first_checked_at"] < told["checked_at"]
    assert (await admit(room, application)).json() == admitted
    assert len(room.registry.asked) == 2
