"""A co-op closes its shop for a while: told as a fact, kept through a suspension, over on the day it named."""

from typing import Any

import httpx

from chassis.testing import ship
from tests.producers.conftest import Room
from tests.producers.test_standing_api import STOPPING

WORDS = "We are picking olives. See you soon!"


async def facts(room: Room) -> list[tuple[str, Any]]:
    await ship(room.worker)
    found = room.bus.facts("producers.coops")
    pauses: list[Any] = [fact.data.get("pause") or {} for fact in found]
    return [(fact.type.partition(".")[2], pause.get("until")) for fact, pause in zip(found, pauses, strict=True)]


async def newest_entry(room: Room) -> dict[str, Any]:
    page = (await room.as_account(operator=True).get("/api/v1/audit/entries")).json()
    return dict(page["items"][0])


async def reopen(room: Room) -> None:
    await room.tick("open shops whose pause is over")


async def test_everybody_reads_that_it_is_paused_until_when_and_why(room: Room) -> None:
    coop_id = (await room.admitted(room.as_account()))["coop_id"]

    answer = await room.as_staff(coop_id).put(
        f"/api/v1/coops/{coop_id}/pause", json={"until": "2027-01-04", "words": WORDS}
    )

    assert (answer.status_code, answer.json()["until"]) == (200, "2027-01-04")
    seen = (await room.as_nobody().get("/api/v1/coops/sunrise")).json()
    assert (seen["state"], seen["pause"]["words"], seen["pause"]["until"]) == ("admitted", WORDS, "2027-01-04")
    assert await facts(room) == [("CoopAdmitted", None), ("CoopPaused", "2027-01-04")]
    assert WORDS not in str(room.bus.facts("producers.coops"))
    newest = await newest_entry(room)
    assert (newest["what"], newest["said"]) == ("paused", WORDS)


async def test_the_day_it_named_opens_it_and_not_a_minute_before(room: Room) -> None:
    coop_id = (await room.admitted(room.as_account()))["coop_id"]
    staff = room.as_staff(coop_id)
    await staff.put(f"/api/v1/coops/{coop_id}/pause", json={"until": "2026-11-25"})

    room.later(hours=35, minutes=59)
    await reopen(room)
    assert (await facts(room))[-1] == ("CoopPaused", "2026-11-25")

    room.later(minutes=2)
    await reopen(room)
    await reopen(room)

    assert [name for name, _ in await facts(room)] == ["CoopAdmitted", "CoopPaused", "CoopResumed"]
    assert (await staff.get(f"/api/v1/coops/{coop_id}")).json()["pause"] is None
    assert (await newest_entry(room))["by"] is None


async def test_without_a_day_it_stays_paused_until_its_staff_open_it(room: Room) -> None:
    coop_id = (await room.admitted(room.as_account()))["coop_id"]
    staff, path = room.as_staff(coop_id), f"/api/v1/coops/{coop_id}/pause"
    await staff.put(path, json={})
    room.later(days=400)
    await reopen(room)
    assert (await facts(room))[-1][0] == "CoopPaused"

    for _ in range(2):
        assert (await staff.delete(path)).status_code == 204

    assert [name for name, _ in await facts(room)] == ["CoopAdmitted", "CoopPaused", "CoopResumed"]


async def test_a_suspension_meanwhile_keeps_the_pause_in_every_fact(room: Room) -> None:
    coop_id = (await room.admitted(room.as_account()))["coop_id"]
    operator = room.as_account(operator=True)
    await room.as_staff(coop_id).put(f"/api/v1/coops/{coop_id}/pause", json={"until": "2027-01-04"})

    await operator.post(f"/api/v1/coops/{coop_id}/suspend", json=STOPPING)
    await operator.post(f"/api/v1/coops/{coop_id}/reinstate", json={})

    assert (await facts(room))[1:] == [
        ("CoopPaused", "2027-01-04"),
        ("CoopSuspended", "2027-01-04"),
        ("CoopReinstated", "2027-01-04"),
    ]


async def test_a_day_that_is_over_or_far_off_is_refused_beside_its_field(room: Room) -> None:
    coop_id = (await room.admitted(room.as_account()))["coop_id"]
    for until in ("2026-11-23", "2020-01-01", "2027-11-25", "soon"):
        answer = await room.as_staff(coop_id).put(f"/api/v1/coops/{coop_id}/pause", json={"until": until})

        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "until"), until
    assert [name for name, _ in await facts(room)] == ["CoopAdmitted"]


async def test_asking_for_the_same_twice_is_one_pause(room: Room) -> None:
    coop_id = (await room.admitted(room.as_account()))["coop_id"]
    for _ in range(2):
        await room.as_staff(coop_id).put(f"/api/v1/coops/{coop_id}/pause", json={"until": "2027-01-04"})

    assert len(await facts(room)) == 2


async def test_nobody_else_closes_or_opens_a_shop_and_staff_and_keys_need_the_scope(room: Room) -> None:
    coop_id = (await room.admitted(room.as_account()))["coop_id"]
    path = f"/api/v1/coops/{coop_id}/pause"

    async def ask(client: httpx.AsyncClient) -> tuple[int, int]:
        return (await client.put(path, json={})).status_code, (await client.delete(path)).status_code

    for stranger in (room.as_nobody(), room.as_account(), room.as_account(operator=True)):
        assert await ask(stranger) == (404, 404)
    assert await ask(room.as_staff(coop_id, "shop:read")) == (403, 403)
    assert await ask(room.as_staff(coop_id, "shop:write", kind="key")) == (200, 204)
