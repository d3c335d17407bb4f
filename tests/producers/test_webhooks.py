"""Webhooks: what a co-op's own system is sent, how it can trust it, and what happens while it does not answer."""

import json
from base64 import b64decode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from standardwebhooks import Webhook, WebhookVerificationError

from chassis.testing import deliver, do_tasks, failures
from services.producers.webhooks.breaker import GIVEN_UP_AFTER, HEALTHY, OPENS_AFTER, RESTS
from services.producers.webhooks.courier import Answer, Courier
from services.producers.webhooks.delivery import TRANSITIONS as DELIVERY_MOVES
from services.producers.webhooks.delivery import WAITS, DeliverTo, Delivery, DeliveryState, Step
from services.producers.webhooks.endpoint import TRANSITIONS as ENDPOINT_MOVES
from services.producers.webhooks.endpoint import Change, Endpoint, EndpointState
from services.producers.webhooks.news import EventType
from services.producers.webhooks.signing import secrets_vault
from services.producers.worker import create_worker
from storefront import receivers
from storefront.words import WEBHOOK_EVENTS
from tests.chassis.authority import Authority
from tests.chassis.canary import NoGuard
from tests.producers.conftest import Room
from tests.producers.receiver import HOSTS, Received, Web, web
from tests.producers.test_reactions import fact, placed
from tests.producers.test_standing_api import STOPPING

URL = f"https://{HOSTS[0]}/toadlane"
ALL = [event.value for event in EventType]


@dataclass
class Desk:
    """One co-op's desk, its receiver, and the house's worker between them."""

    room: Room
    web: Web
    coop_id: str
    staff: httpx.AsyncClient

    @property
    def path(self) -> str:
        return f"/api/v1/coops/{self.coop_id}/webhooks"

    async def hook(self, url: str = URL, events: list[str] | None = None) -> "Hook":
        answer = await self.staff.post(self.path, json={"url": url, "events": events or ALL})
        assert answer.status_code == 201, answer.text
        return Hook(self, answer.json()["endpoint"]["id"], answer.json()["secret"])

    async def pause(self) -> None:
        """News of the smallest kind, each a new message."""
        await self.staff.put(f"/api/v1/coops/{self.coop_id}/pause", json={"words": str(uuid4())})

    async def work(self) -> None:
        """Also what the work leaves to do, such as mail."""
        while await do_tasks(self.room.worker):
            pass
        assert await failures(self.room.database) == []

    async def later(self, by: timedelta) -> None:
        """Time passes, and what has fallen due is called up and sent."""
        self.room.now += by
        await self.room.tick("call up webhooks")
        await self.work()

    @property
    def got(self) -> list[Received]:
        return self.web.receiver.got


@dataclass
class Hook:
    desk: Desk
    id: str
    secret: str

    @property
    def path(self) -> str:
        return f"{self.desk.path}/{self.id}"

    async def seen(self) -> dict[str, Any]:
        return dict((await self.desk.staff.get(self.path)).json())

    async def log(self) -> list[dict[str, Any]]:
        return list((await self.desk.staff.get(f"{self.path}/deliveries")).json()["items"])

    async def switch(self, *, enabled: bool, **changed: Any) -> None:
        kept = {name: (await self.seen())[name] for name in ("url", "description", "events")}
        answer = await self.desk.staff.put(self.path, json={**kept, "enabled": enabled, **changed})
        assert answer.status_code == 200, answer.text


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
async def desk(room: Room, authority: Authority) -> AsyncIterator[Desk]:
    # Receivers compare with the time of day, and so does the specification's own library.
    room.now = datetime.now(UTC)
    coop_id = (await room.admitted(room.as_account()))["coop_id"]
    await do_tasks(room.worker)
    async with web(authority) as internet:
        room.worker = create_worker(
            room.worker.settings,  # type: ignore[arg-type]
            room.database,
            room.bus,
            clock=room.clock,
            mailer=room.mails,
            resolver=room.resolver,
            registry=room.registry,
            client=internet.client(),
        )
        yield Desk(room, internet, coop_id, room.as_staff(coop_id))


async def test_news_of_a_co_op_arrives_signed_as_the_specification_says(desk: Desk) -> None:
    hook = await desk.hook()
    assert hook.secret.startswith("whsec_")

    await desk.pause()
    await desk.work()

    [message] = desk.got
    told = Webhook(hook.secret).verify(message.body, dict(message.headers))
    assert told == {
        "type": "shop.paused",
        "timestamp": told["timestamp"],
        "data": {"coop_id": desk.coop_id, "until": None},
    }
    [delivery] = await hook.log()
    assert (delivery["state"], delivery["id"]) == ("delivered", message.headers["webhook-id"])
    assert delivery["body"] == message.body.decode()
    assert [(one["status"], one["failure"]) for one in delivery["attempts"]] == [(204, None)]


async def test_the_receiver_of_the_guide_knows_ours_from_others(desk: Desk) -> None:
    guide: dict[str, Any] = {}
    exec(receivers.RECEIVER, guide)  # noqa: S102 - our own page
    hook = await desk.hook()
    await desk.staff.post(f"{hook.path}/secret")
    await desk.pause()
    await desk.work()
    [message] = desk.got

    knows = guide["is_from_toad_lane"]
    assert knows(hook.secret, message.headers, message.body)
    assert not knows("whsec_" + "A" * 43 + "=", message.headers, message.body)
    assert not knows(hook.secret, message.headers, message.body + b" ")
    assert not knows(hook.secret, {**message.headers, "webhook-timestamp": "1700000000"}, message.body)


async def test_neither_another_secret_nor_another_body_verifies(desk: Desk) -> None:
    hook, other = await desk.hook(), await desk.hook(f"https://{HOSTS[1]}/toadlane", ["payee.changed"])
    await desk.pause()
    await desk.work()
    [message] = desk.got

    for secret, body in ((other.secret, message.body), (hook.secret, message.body + b" ")):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, dict(message.headers))


async def test_everything_a_co_op_hears_of_its_shop_can_be_told_to_its_systems(desk: Desk) -> None:
    await desk.hook()
    room, coop_id, kept, lost = desk.room, UUID(desk.coop_id), uuid4(), uuid4()
    operator = room.as_account(operator=True)
    await deliver(room.worker, placed(kept, desk.coop_id), placed(lost, desk.coop_id), topic="orders.orders")
    for order in (kept, lost):
        paid = fact("orders.OrderPaid", order, order_id=order, buyer_id=uuid4())
        await deliver(room.worker, paid, topic="orders.orders")
    await deliver(room.worker, fact("orders.OrderCancelled", lost, order_id=lost), topic="orders.orders")
    await desk.work()
    consignment = json.loads(desk.got[0].body)["data"]["consignment_id"]
    shipped = fact("orders.ConsignmentShipped", kept, order_id=kept, consignment_id=consignment)
    await deliver(room.worker, shipped, topic="orders.orders")
    opened = fact("payments.PayeeOpened", coop_id, coop_id=coop_id, version=1, enabled=True)
    await deliver(room.worker, opened, topic="payments.payees")
    await operator.post(f"/api/v1/coops/{coop_id}/suspend", json=STOPPING)
    await operator.post(f"/api/v1/coops/{coop_id}/reinstate", json={})
    await desk.pause()
    await desk.staff.delete(f"/api/v1/coops/{coop_id}/pause")
    await desk.work()

    messages = [json.loads(message.body) for message in desk.got]
    carried = {one["type"]: set(one["data"]) - {"coop_id"} for one in messages}
    assert carried == {event: set(data) for event, data in receivers.DATA.items() if event != "shop.lapsed"}
    assert len(messages) == len(carried) + 1  # two parcels were to be packed
    assert {one["data"]["coop_id"] for one in messages} == {str(coop_id)}
    assert STOPPING["words"] not in str(desk.got)
    assert len({message.headers["webhook-id"] for message in desk.got}) == len(desk.got)


async def test_an_endpoint_is_told_what_it_asked_for_and_nothing_of_other_co_ops(desk: Desk) -> None:
    await desk.hook(events=["payee.changed"])
    other = await desk.room.admitted(desk.room.as_account(), "sunset.coop")
    await desk.pause()
    opened = fact("payments.PayeeOpened", uuid4(), coop_id=other["coop_id"], version=1, enabled=True)
    await deliver(desk.room.worker, opened, topic="payments.payees")
    await desk.work()

    assert desk.got == []


async def test_what_is_rolled_back_was_never_told(desk: Desk) -> None:
    hook = await desk.hook()

    answer = await desk.staff.put(f"/api/v1/coops/{desk.coop_id}/pause", json={"until": "2020-01-01"})

    assert answer.status_code == 422
    assert await hook.log() == []


async def test_a_secret_is_shown_once_and_kept_sealed(desk: Desk) -> None:
    hook = await desk.hook()
    shown = (await desk.staff.get(desk.path)).text + str(await hook.seen())

    async with desk.room.database.reading() as session:
        [row] = (await session.execute(text("SELECT * FROM webhook_endpoints"))).all()

    assert "secret" not in shown.replace("former_secret_until", "")
    assert b64decode(hook.secret.removeprefix("whsec_")) not in bytes(row.secret)


async def test_after_a_change_of_secret_both_sign_for_a_day_and_then_the_new_one_alone(desk: Desk) -> None:
    hook = await desk.hook()
    fresh = (await desk.staff.post(f"{hook.path}/secret")).json()["secret"]
    await desk.pause()
    await desk.work()
    [message] = desk.got
    for secret in (hook.secret, fresh):
        Webhook(secret).verify(message.body, dict(message.headers))

    desk.room.later(hours=24, minutes=1)
    await desk.pause()
    await desk.work()

    assert len(desk.got[0].headers["webhook-signature"].split(" ")) == 2
    assert len(desk.got[1].headers["webhook-signature"].split(" ")) == 1


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


def test_pages_and_guide_know_every_event_there_is() -> None:
    assert set(WEBHOOK_EVENTS) == set(receivers.DATA) == set(ALL)


def test_every_step_is_decided_for_every_state() -> None:
    assert {(step, state) for step, row in DELIVERY_MOVES.items() for state in row} == {
        (step, state) for step in Step for state in DeliveryState
    }
    assert {(change, state) for change, row in ENDPOINT_MOVES.items() for state in row} == {
        (change, state) for change in Change for state in EndpointState
    }


def test_the_breaker_rests_longer_each_time_and_one_success_closes_it() -> None:
    now, health = datetime(2026, 11, 23, tzinfo=UTC), HEALTHY
    rests = []
    for _ in range(OPENS_AFTER + len(RESTS) + 1):
        health = health.failed(now)
        rests.append(None if health.rests_until is None else health.rests_until - now)

    assert rests == [None] * (OPENS_AFTER - 1) + [*RESTS, RESTS[-1], RESTS[-1]]
    assert (health.failing_since, health.is_hopeless(now + GIVEN_UP_AFTER)) == (now, True)
    assert not HEALTHY.failed(now).is_hopeless(now + GIVEN_UP_AFTER)
