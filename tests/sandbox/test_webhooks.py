"""Webhooks: signed, twice, some late, until they are taken, and none lost by a kill."""

import time
from pathlib import Path

import pytest
import stripe

from tests.ports import free_port
from tests.sandbox.box import SECRET, Box
from tests.sandbox.house import House


def draw(api: stripe.StripeClient) -> str:
    return api.v1.payment_intents.create({"amount": 700, "currency": "eur"}).id


def test_every_event_is_delivered_exactly_twice(api: stripe.StripeClient, box: Box, house: House) -> None:
    intent = draw(api)

    copies = house.wait_for(intent, "payment_intent.created")
    while box.waiting():
        time.sleep(0.05)

    assert len(house.about(intent)) == 2
    assert copies[0].id == copies[1].id


def test_each_delivery_is_signed_anew_as_stripe_signs(api: stripe.StripeClient, house: House) -> None:
    (first, second) = house.wait_for(draw(api), "payment_intent.created")

    assert first.event.type == "payment_intent.created"
    assert first.event.api_version == "2026-10-28.endive"
    assert second.event.id == first.event.id
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(first.body + b" ", first.signature, "whsec_of_the_tests")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(first.body, first.signature, "whsec_of_somebody_else")


def test_an_event_names_the_request_it_comes_from(api: stripe.StripeClient, house: House) -> None:
    intent = api.v1.payment_intents.create(
        {"amount": 700, "currency": "eur"}, {"idempotency_key": f"key-{time.time()}"}
    )

    (heard, *_) = house.wait_for(intent.id, "payment_intent.created")

    assert intent.last_response is not None
    assert heard.event.request is not None
    assert heard.event.request.id == intent.last_response.request_id
    assert str(heard.event.request.idempotency_key).startswith("key-")


def test_some_first_copies_come_late_and_so_events_overtake_each_other(
    api: stripe.StripeClient, box: Box, house: House
) -> None:
    house.forget()
    drawn = [draw(api) for _ in range(40)]
    for intent in drawn:
        house.wait_for(intent, "payment_intent.created")

    order = list(dict.fromkeys(heard.subject for heard in house.heard))

    assert sorted(order) == sorted(drawn)
    assert order != drawn


def test_what_the_house_does_not_take_comes_again(own_box: Box, house: House) -> None:
    house.refusing = 3

    intent = draw(own_box.client(SECRET))

    assert len(house.wait_for(intent, "payment_intent.created")) == 2
    assert len(house.refused) == 3


def test_webhooks_can_be_held_and_let_go(own_box: Box, house: House) -> None:
    own_box.hold_webhooks(held=True)
    intent = draw(own_box.client(SECRET))
    time.sleep(0.6)
    assert house.about(intent) == []
    assert own_box.waiting() == 2

    own_box.hold_webhooks(held=False)

    assert house.wait_for(intent, "payment_intent.created")


def test_a_kill_loses_no_event_and_no_settlement(own_box: Box, house: House) -> None:
    api = own_box.client(SECRET)
    own_box.hold_webhooks(held=True)
    paid = [
        api.v1.payment_intents.create(
            {"amount": 700, "currency": "eur", "confirm": True, "payment_method": "pm_card_visa"}
        )
        for _ in range(5)
    ]
    own_box.kill()

    own_box.start()
    own_box.hold_webhooks(held=False)

    for intent in paid:
        assert house.wait_for(intent.id, "payment_intent.succeeded")
        assert house.wait_for(str(intent.latest_charge), "charge.updated")


def test_kills_in_the_middle_of_delivery_lose_nothing(own_box: Box, house: House) -> None:
    api, drawn = own_box.client(SECRET), []
    for _ in range(4):
        drawn += [draw(api) for _ in range(10)]
        own_box.kill()
        own_box.start()

    for intent in drawn:
        assert house.wait_for(intent, "payment_intent.created")


def test_a_house_that_is_away_hears_everything_once_it_is_back(tmp_path: Path) -> None:
    port = free_port()
    with House(port) as house:
        address = house.webhook_url
    with Box(tmp_path, address, late_seconds="0") as box:
        intent = draw(box.client(SECRET))
        time.sleep(0.3)
        with House(port) as back:
            assert back.wait_for(intent, "payment_intent.created")


def test_only_the_chosen_events_are_posted_and_all_are_kept(tmp_path: Path, house: House) -> None:
    with Box(tmp_path, house.webhook_url, webhook_events="payment_intent.succeeded", late_seconds="0") as box:
        api = box.client(SECRET)
        intent = draw(api)
        api.v1.payment_intents.confirm(intent, {"payment_method": "pm_card_visa"})
        house.wait_for(intent, "payment_intent.succeeded")

        assert {heard.type for heard in house.about(intent)} == {"payment_intent.succeeded"}
        assert len(api.v1.events.list({"limit": 10}).data) >= 3
