"""Webhooks: what a co-op's own system is sent, and how it can trust it."""

import json
from base64 import b64decode
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from standardwebhooks import Webhook, WebhookVerificationError

from chassis.testing import deliver
from services.producers.webhooks.delivery import TRANSITIONS as DELIVERY_MOVES
from services.producers.webhooks.delivery import DeliveryState, Step
from services.producers.webhooks.endpoint import TRANSITIONS as ENDPOINT_MOVES
from services.producers.webhooks.endpoint import Change, EndpointState
from storefront import receivers
from storefront.words import WEBHOOK_EVENTS
from tests.producers.test_reactions import fact, placed
from tests.producers.test_standing_api import STOPPING
from tests.producers.webhooks.desk import ALL, Desk
from tests.producers.webhooks.receiver import HOSTS


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


def test_pages_and_guide_know_every_event_there_is() -> None:
    assert set(WEBHOOK_EVENTS) == set(receivers.DATA) == set(ALL)


def test_every_step_is_decided_for_every_state() -> None:
    assert {(step, state) for step, row in DELIVERY_MOVES.items() for state in row} == {
        (step, state) for step in Step for state in DeliveryState
    }
    assert {(change, state) for change, row in ENDPOINT_MOVES.items() for state in row} == {
        (change, state) for change in Change for state in EndpointState
    }
