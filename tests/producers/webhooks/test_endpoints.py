"""Endpoints at their co-op's desk: who may name one, which addresses may be called, tests and the log."""

import json
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select

from services.producers.webhooks.breaker import OPENS_AFTER
from services.producers.webhooks.courier import Courier
from services.producers.webhooks.delivery import DeliverTo, Delivery
from services.producers.webhooks.signing import secrets_vault
from tests.chassis.canary import NoGuard
from tests.producers.webhooks.desk import ALL, URL, Desk
from tests.producers.webhooks.receiver import HOSTS


async def test_a_test_event_is_sent_whatever_it_is_subscribed_to_and_one_at_a_time(desk: Desk) -> None:
    hook = await desk.hook(events=["payee.changed"])
    first, second = [await desk.staff.post(f"{hook.path}/ping") for _ in range(2)]
    assert (first.status_code, second.json()["code"]) == (202, "ping_on_its_way")

    await desk.work()

    assert [json.loads(message.body)["type"] for message in desk.got] == ["ping"]
    assert (await desk.staff.post(f"{hook.path}/ping")).status_code == 202


async def test_a_test_event_does_not_wait_until_the_rest_is_over(desk: Desk) -> None:
    hook = await desk.hook()
    desk.web.receiver.say("503 Later")
    for _ in range(OPENS_AFTER):
        await desk.pause()
    await desk.work()
    desk.web.receiver.say("204 No Content")

    await desk.staff.post(f"{hook.path}/ping")
    await desk.work()

    assert (await hook.log())[0]["state"] == "delivered"


async def test_switched_off_it_is_told_nothing_and_what_waits_has_failed(desk: Desk) -> None:
    hook = await desk.hook()
    await desk.pause()
    await hook.switch(enabled=False)
    await desk.pause()
    await desk.work()

    assert desk.got == []
    assert [one["state"] for one in await hook.log()] == ["failed"]
    assert (await desk.staff.post(f"{hook.path}/ping")).json()["code"] == "webhook_disabled"


async def test_an_address_that_may_not_be_called_is_refused_beside_its_field(desk: Desk) -> None:
    for url in (
        "http://hooks.sunrise.coop/toadlane",
        "https://hooks.sunrise.coop:8443/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://someone@hooks.sunrise.coop/",
        "hooks.sunrise.coop",
    ):
        answer = await desk.staff.post(desk.path, json={"url": url, "events": ALL})

        assert (answer.status_code, answer.json()["code"]) == (422, "address_refused"), url
        assert answer.json()["errors"][0]["field"] == "url"


INSIDE = ([["127.0.0.1"]], [["93.184.216.34", "10.0.0.1"]], [["169.254.169.254"]], [["::1"]])


async def test_a_name_that_leads_inside_is_never_called(desk: Desk) -> None:
    hook = await desk.hook()
    for leads_to in INSIDE:
        desk.web.names.answers = {HOSTS[0]: leads_to}
        await desk.pause()
        await desk.work()

    assert (desk.web.wires.dialled, desk.web.canary.heard) == ([], [])
    failures_told = [one["attempts"][0]["failure"] for one in await hook.log()]
    assert len(failures_told) == len(INSIDE)
    assert all("does not lead to the public internet" in told for told in failures_told)


async def test_a_name_that_changes_its_mind_between_judging_and_calling_gains_nothing(desk: Desk) -> None:
    await desk.hook()
    desk.web.names.answers = {HOSTS[0]: [["93.184.216.34"], ["127.0.0.1"]]}

    await desk.pause()
    await desk.work()

    assert (set(desk.web.wires.dialled), len(desk.got)) == ({"93.184.216.34"}, 1)


async def test_with_the_guard_taken_away_the_inside_would_be_called(desk: Desk) -> None:
    """The negative control."""
    hook = await desk.hook()
    desk.web.names.answers = {HOSTS[0]: [["127.0.0.1"]]}
    await desk.pause()

    courier = Courier(desk.room.database, desk.web.client(NoGuard()), secrets_vault("w" * 32), desk.room.clock)
    await courier.deliver(DeliverTo(endpoint_id=UUID(hook.id)))

    assert desk.web.wires.dialled == ["127.0.0.1"]


async def test_everybody_else_finds_no_webhooks_and_staff_and_keys_need_the_scope(desk: Desk) -> None:
    hook = await desk.hook()
    await desk.pause()
    room, form = desk.room, {"url": URL, "events": ALL, "enabled": True}
    delivery = (await hook.log())[0]["id"]
    other = room.as_staff((await room.admitted(room.as_account(), "sunset.coop"))["coop_id"])
    reads = [desk.path, hook.path, f"{hook.path}/deliveries"]
    writes: list[tuple[str, str, Any]] = [
        ("POST", desk.path, form),
        ("PUT", hook.path, form),
        ("POST", f"{hook.path}/secret", None),
        ("POST", f"{hook.path}/ping", None),
        ("POST", f"{hook.path}/replay", {}),
        ("POST", f"{hook.path}/deliveries/{delivery}/replay", None),
        ("DELETE", hook.path, None),
    ]

    async def statuses(client: httpx.AsyncClient) -> tuple[set[int], set[int]]:
        read = {(await client.get(path)).status_code for path in reads}
        return read, {(await client.request(verb, path, json=body)).status_code for verb, path, body in writes}

    for stranger in (room.as_nobody(), room.as_account(), room.as_account(operator=True), other):
        assert await statuses(stranger) == ({404}, {404})
    assert await statuses(room.as_staff(desk.coop_id, "catalog:write")) == ({403}, {403})
    assert await statuses(room.as_staff(desk.coop_id, "shop:read", kind="key")) == ({200}, {403})
    assert await statuses(room.as_staff(desk.coop_id, kind="key")) == ({200}, {200, 201, 202, 204})


async def test_another_co_ops_endpoint_is_not_found_through_ones_own(desk: Desk) -> None:
    hook = await desk.hook()
    own = (await desk.room.admitted(desk.room.as_account(), "sunset.coop"))["coop_id"]

    answer = await desk.room.as_staff(own).get(f"/api/v1/coops/{own}/webhooks/{hook.id}")

    assert (answer.status_code, answer.json()["code"]) == (404, "webhook_not_found")


async def test_a_co_op_has_ten_at_most_and_its_log_goes_with_one_that_is_taken_away(desk: Desk) -> None:
    hooks = [await desk.hook() for _ in range(10)]
    await desk.pause()
    full = await desk.staff.post(desk.path, json={"url": URL, "events": ALL})
    assert (full.status_code, full.json()["code"]) == (409, "too_many_webhooks")

    assert (await desk.staff.delete(hooks[0].path)).status_code == 204
    await desk.work()

    assert len(desk.got) == 9
    async with desk.room.database.reading() as session:
        assert UUID(hooks[0].id) not in set(await session.scalars(select(Delivery.endpoint_id)))


async def test_whatever_is_done_to_an_endpoint_stands_in_the_audit_log_without_its_address(desk: Desk) -> None:
    hook = await desk.hook("https://hooks.sunrise.coop/of-a-secret-place")
    await hook.switch(enabled=False)
    await desk.staff.post(f"{hook.path}/secret")
    await desk.staff.delete(hook.path)

    told = (await desk.room.as_account(operator=True).get("/api/v1/audit/entries")).json()["items"]
    about = [entry for entry in reversed(told) if entry["why"] == hook.id]
    done = ["webhook_registered", "webhook_changed", "webhook_secret_changed", "webhook_removed"]
    assert [entry["what"] for entry in about] == done
    assert {entry["subject"] for entry in about} == {desk.coop_id}
    assert None not in {entry["by"] for entry in about}
    assert "of-a-secret-place" not in str(told)


async def test_the_log_reaches_back_thirty_days(desk: Desk) -> None:
    hook = await desk.hook()
    await desk.pause()
    await desk.work()
    await desk.room.tick("forget old webhooks")
    assert len(await hook.log()) == 1

    desk.room.later(days=31)
    await desk.room.tick("forget old webhooks")

    assert await hook.log() == []


async def test_the_log_is_turned_over_newest_first(desk: Desk) -> None:
    hook = await desk.hook()
    for _ in range(3):
        await desk.pause()
    first = (await desk.staff.get(f"{hook.path}/deliveries?limit=2")).json()
    second = (await desk.staff.get(f"{hook.path}/deliveries?limit=2&cursor={first['next_cursor']}")).json()

    ids = [one["id"] for one in (*first["items"], *second["items"])]
    assert (ids, second["next_cursor"]) == (sorted(ids, reverse=True), None)
