"""What happens while an endpoint does not answer: waits, rests, giving up, and sending again."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.producers.webhooks.breaker import GIVEN_UP_AFTER, HEALTHY, OPENS_AFTER, RESTS
from services.producers.webhooks.courier import Answer, Courier
from services.producers.webhooks.delivery import WAITS, DeliverTo, Delivery
from services.producers.webhooks.endpoint import Endpoint
from services.producers.webhooks.signing import secrets_vault
from tests.producers.webhooks.desk import URL, Desk
from tests.producers.webhooks.receiver import HOSTS


async def test_a_failure_is_tried_again_by_the_table_and_then_given_up(desk: Desk) -> None:
    hook = await desk.hook()
    desk.web.receiver.say("500 Oops", b"out of flour\x00")
    await desk.pause()
    await desk.work()
    assert [one["answer"] for one in (await hook.log())[0]["attempts"]] == ["out of flour\N{REPLACEMENT CHARACTER}"]

    for wait in WAITS:
        await desk.later(wait / 2)
        assert (await hook.log())[0]["state"] == "waiting"
        await desk.later(wait + RESTS[-1])

    [delivery] = await hook.log()
    assert (delivery["state"], len(delivery["attempts"])) == ("failed", len(WAITS) + 1)
    assert len({message.headers["webhook-id"] for message in desk.got}) == 1
    assert len({message.headers["webhook-timestamp"] for message in desk.got}) > 1
    assert len({message.body for message in desk.got}) == 1


def test_the_waits_add_up_to_about_three_days() -> None:
    assert timedelta(days=3) <= sum(WAITS, timedelta()) <= timedelta(days=3, hours=6)


NO_SUCCESS = (
    ("301 Moved", b"", "Location: https://other.sunrise.coop/toadlane\r\n"),
    ("200 OK", b"x" * 70_000, ""),
    ("404 Not Found", b"", ""),
)


async def test_only_a_short_2xx_is_success_and_a_redirect_is_not_followed(desk: Desk) -> None:
    hook = await desk.hook()
    for status, body, headers in NO_SUCCESS:
        desk.web.receiver.say(status, body, headers=headers)
        await desk.pause()
        await desk.work()

    assert [one["state"] for one in await hook.log()] == ["waiting"] * len(NO_SUCCESS)
    assert len(desk.got) == len(NO_SUCCESS)


async def test_an_endpoint_that_fails_and_fails_rests_gets_one_probe_and_then_everything(desk: Desk) -> None:
    hook = await desk.hook()
    desk.web.receiver.say("503 Later")
    for _ in range(OPENS_AFTER + 3):
        await desk.pause()
    await desk.work()
    assert len(desk.got) == OPENS_AFTER
    assert (await hook.seen())["rests_until"] is not None

    await desk.later(RESTS[0] / 2)
    assert len(desk.got) == OPENS_AFTER
    await desk.later(RESTS[0])
    assert len(desk.got) == OPENS_AFTER + 1

    desk.web.receiver.say("204 No Content")
    await desk.later(RESTS[1])
    await desk.later(WAITS[1] * 2)

    assert {one["state"] for one in await hook.log()} == {"delivered"}
    assert (await hook.seen())["failures"] == 0


class Restless(Courier):
    """The breaker taken away."""

    async def _settle(self, session: AsyncSession, sent: Delivery, answer: Answer, at: datetime) -> None:
        await super()._settle(session, sent, answer, at)
        (await session.get_one(Endpoint, sent.endpoint_id)).rests_until = None


async def test_without_the_breaker_every_message_would_be_tried(desk: Desk) -> None:
    """The negative control."""
    hook = await desk.hook()
    desk.web.receiver.say("503 Later")
    for _ in range(OPENS_AFTER + 3):
        await desk.pause()

    courier = Restless(desk.room.database, desk.web.client(), secrets_vault("w" * 32), desk.room.clock)
    await courier.deliver(DeliverTo(endpoint_id=UUID(hook.id)))

    assert len(desk.got) == OPENS_AFTER + 3


async def test_an_endpoint_that_has_failed_for_days_is_switched_off_and_its_staff_get_mail(desk: Desk) -> None:
    hook = await desk.hook()
    desk.web.receiver.say("500 Oops")
    for _ in range(OPENS_AFTER + 1):
        await desk.pause()
    await desk.work()

    await desk.later(GIVEN_UP_AFTER)

    assert (await hook.seen())["state"] == "failing"
    assert {one["state"] for one in await hook.log()} == {"failed"}
    assert desk.room.mails.sent[-1]["subject"] == "A webhook of yours was switched off"
    assert URL in desk.room.mails.sent[-1]["text"]
    before = len(desk.got)
    await desk.pause()
    await desk.later(RESTS[-1])
    assert len(desk.got) == before


async def test_a_410_switches_it_off_at_once(desk: Desk) -> None:
    hook = await desk.hook()
    desk.web.receiver.say("410 Gone")

    await desk.pause()
    await desk.work()

    assert ((await hook.seen())["state"], (await hook.log())[0]["state"]) == ("gone", "failed")
    assert len(desk.room.mails.sent) == 2


async def test_what_failed_is_replayed_under_its_old_id_once_it_is_mended(desk: Desk) -> None:
    hook = await desk.hook()
    desk.web.receiver.say("410 Gone")
    await desk.pause()
    await desk.work()
    refused = await desk.staff.post(f"{hook.path}/replay", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "webhook_disabled")

    desk.web.receiver.say("204 No Content")
    await hook.switch(enabled=True)
    future = {"since": (desk.room.now + timedelta(days=1)).isoformat()}
    assert (await desk.staff.post(f"{hook.path}/replay", json=future)).json() == {"deliveries": 0}
    assert (await desk.staff.post(f"{hook.path}/replay", json={})).json() == {"deliveries": 1}
    await desk.work()

    [delivery] = await hook.log()
    assert (delivery["state"], [one["status"] for one in delivery["attempts"]]) == ("delivered", [410, 204])
    again = await desk.staff.post(f"{hook.path}/deliveries/{delivery['id']}/replay")
    assert again.status_code == 202
    await desk.work()
    assert [message.headers["webhook-id"] for message in desk.got] == [delivery["id"]] * 3


async def test_a_dead_endpoint_leaves_the_others_alone(desk: Desk) -> None:
    dead, sound = await desk.hook(), await desk.hook(f"https://{HOSTS[1]}/toadlane")
    desk.web.receiver.say("500 Oops", host=HOSTS[0])
    for _ in range(OPENS_AFTER + 2):
        await desk.pause()
    await desk.work()

    assert {one["state"] for one in await sound.log()} == {"delivered"}
    assert (await sound.seen())["failures"] == 0
    assert {one["state"] for one in await dead.log()} == {"waiting"}
    assert {one["id"] for one in await dead.log()} == {one["id"] for one in await sound.log()}


def test_the_breaker_rests_longer_each_time_and_one_success_closes_it() -> None:
    now, health = datetime(2026, 11, 23, tzinfo=UTC), HEALTHY
    rests = []
    for _ in range(OPENS_AFTER + len(RESTS) + 1):
        health = health.failed(now)
        rests.append(None if health.rests_until is None else health.rests_until - now)

    assert rests == [None] * (OPENS_AFTER - 1) + [*RESTS, RESTS[-1], RESTS[-1]]
    assert (health.failing_since, health.is_hopeless(now + GIVEN_UP_AFTER)) == (now, True)
    assert not HEALTHY.failed(now).is_hopeless(now + GIVEN_UP_AFTER)
