"""PaymentIntents, refunds and balance transactions, through Stripe's own client."""

import time

import pytest
import stripe

from tests.sandbox.box import Box
from tests.sandbox.house import House

Intent = stripe.PaymentIntent


def draw(api: stripe.StripeClient, amount: int = 2_000, **more: object) -> Intent:
    params = {"amount": amount, "currency": "eur", "automatic_payment_methods": {"enabled": True}, **more}
    return api.v1.payment_intents.create(params)  # type: ignore[arg-type]


def pay(api: stripe.StripeClient, intent: Intent, card: str = "pm_card_visa") -> Intent:
    return api.v1.payment_intents.confirm(intent.id, {"payment_method": card})


def paid(api: stripe.StripeClient, amount: int = 2_000, **more: object) -> Intent:
    return pay(api, draw(api, amount, **more))


def test_an_intent_that_is_drawn_waits_for_a_card(api: stripe.StripeClient) -> None:
    intent = draw(api, 4_250, metadata={"order": "7"}, transfer_group="order-7", description="Bread")

    assert intent.status == "requires_payment_method"
    assert (intent.amount, intent.currency, intent.metadata["order"]) == (4_250, "eur", "7")
    assert intent.client_secret
    assert intent.client_secret.startswith(f"{intent.id}_secret_")
    assert api.v1.payment_intents.retrieve(intent.id).to_dict() == intent.to_dict()


def test_a_good_card_pays_at_once(api: stripe.StripeClient) -> None:
    intent = paid(api, 2_000, transfer_group="order-8")

    assert (intent.status, intent.amount_received) == ("succeeded", 2_000)
    charge = api.v1.charges.retrieve(str(intent.latest_charge))
    assert (charge.paid, charge.amount, charge.transfer_group) == (True, 2_000, "order-8")
    assert charge.payment_intent == intent.id


def test_the_processors_fee_is_known_a_little_later_than_the_charge(api: stripe.StripeClient, house: House) -> None:
    charge = str(paid(api, 2_000).latest_charge)
    assert api.v1.charges.retrieve(charge).balance_transaction is None

    (heard, *_) = house.wait_for(charge, "charge.updated")

    transaction = heard.event.data.object["balance_transaction"]
    assert heard.event.data["previous_attributes"]["balance_transaction"] is None
    known = api.v1.balance_transactions.retrieve(transaction)
    assert (known.amount, known.fee, known.net) == (2_000, 55, 1_945)
    assert (known.source, known.status, known.type) == (charge, "pending", "charge")


def test_expanding_shows_the_fee_inside_the_intent(api: stripe.StripeClient, house: House) -> None:
    intent = paid(api)
    house.wait_for(str(intent.latest_charge), "charge.updated")

    path = "latest_charge.balance_transaction"
    seen = api.v1.payment_intents.retrieve(intent.id, {"expand": [path]}).to_dict()

    assert seen["latest_charge"]["balance_transaction"]["fee"] == 55


def test_a_declined_card_is_an_error_and_leaves_the_intent_open(api: stripe.StripeClient, house: House) -> None:
    intent = draw(api)

    with pytest.raises(stripe.CardError) as declined:
        pay(api, intent, "pm_card_visa_chargeDeclined")

    assert (declined.value.code, declined.value.http_status) == ("card_declined", 402)
    assert declined.value.error is not None
    assert declined.value.error.decline_code == "generic_decline"
    now = api.v1.payment_intents.retrieve(intent.id)
    assert now.status == "requires_payment_method"
    assert now.last_payment_error is not None
    assert house.wait_for(intent.id, "payment_intent.payment_failed")
    assert pay(api, intent).status == "succeeded"


def test_a_card_that_asks_for_authentication_is_not_paid_yet(api: stripe.StripeClient, house: House) -> None:
    intent = draw(api)

    asked = api.v1.payment_intents.confirm(
        intent.id, {"payment_method": "pm_card_authenticationRequired", "return_url": f"{house.origin}/orders/7"}
    )

    assert (asked.status, asked.amount_received) == ("requires_action", 0)
    assert asked.next_action is not None
    assert asked.next_action.redirect_to_url is not None
    assert "/authenticate?" in str(asked.next_action.redirect_to_url.url)


def test_a_card_is_asked_at_creation_when_so_wished(api: stripe.StripeClient) -> None:
    assert draw(api, confirm=True, payment_method="pm_card_visa").status == "succeeded"


def test_what_is_paid_is_not_paid_again(api: stripe.StripeClient) -> None:
    intent = paid(api)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        pay(api, intent)

    assert refused.value.code == "payment_intent_unexpected_state"


def test_an_open_intent_is_canceled_and_then_takes_no_card(api: stripe.StripeClient, house: House) -> None:
    intent = draw(api)

    canceled = api.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})

    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    with pytest.raises(stripe.InvalidRequestError):
        pay(api, intent)
    assert house.wait_for(intent.id, "payment_intent.canceled")


def test_a_paid_intent_is_not_canceled_and_the_error_shows_it(api: stripe.StripeClient) -> None:
    intent = paid(api)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.v1.payment_intents.cancel(intent.id)

    assert refused.value.code == "payment_intent_unexpected_state"
    assert refused.value.error is not None
    assert refused.value.error.payment_intent is not None
    assert refused.value.error.payment_intent.status == "succeeded"


def test_money_can_arrive_on_a_canceled_intent_and_be_given_back(
    api: stripe.StripeClient, box: Box, house: House
) -> None:
    intent = draw(api)
    api.v1.payment_intents.cancel(intent.id)

    box.late_success(intent.id)

    assert house.wait_for(intent.id, "payment_intent.succeeded")
    assert api.v1.refunds.create({"payment_intent": intent.id}).amount == 2_000


def test_a_refund_gives_back_all_unless_told_otherwise(api: stripe.StripeClient, house: House) -> None:
    intent = paid(api)

    refund = api.v1.refunds.create({"payment_intent": intent.id, "metadata": {"order": "7"}})

    assert (refund.status, refund.amount, refund.charge) == ("succeeded", 2_000, intent.latest_charge)
    assert api.v1.refunds.retrieve(refund.id).to_dict()["metadata"] == {"order": "7"}
    assert house.wait_for(str(intent.latest_charge), "charge.refunded")
    assert house.wait_for(refund.id, "refund.created")
    assert api.v1.charges.retrieve(str(intent.latest_charge)).refunded


def test_refunds_never_exceed_what_was_paid(api: stripe.StripeClient) -> None:
    intent = paid(api, 1_000)
    api.v1.refunds.create({"payment_intent": intent.id, "amount": 900})

    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        api.v1.refunds.create({"payment_intent": intent.id, "amount": 101})
    api.v1.refunds.create({"payment_intent": intent.id, "amount": 100})
    with pytest.raises(stripe.InvalidRequestError) as again:
        api.v1.refunds.create({"payment_intent": intent.id, "amount": 1})

    assert again.value.code == "charge_already_refunded"
    listed = api.v1.refunds.list({"payment_intent": intent.id}).data
    assert sorted(refund.amount for refund in listed) == [100, 900]


def test_what_was_never_paid_is_not_refunded(api: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        api.v1.refunds.create({"payment_intent": draw(api).id})


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("10.5", "parameter_invalid_integer"),
        ("1e3", "parameter_invalid_integer"),
        ("-100", "parameter_invalid_integer"),
        ("0", "parameter_invalid_integer"),
        ("49", "amount_too_small"),
        ("100000000", "amount_too_large"),
        ("٤٢٠٠", "parameter_invalid_integer"),
    ],
)
def test_an_amount_is_a_whole_number_of_cents(api: stripe.StripeClient, amount: str, code: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.v1.payment_intents.create({"amount": amount, "currency": "eur"})  # type: ignore[typeddict-item]

    assert (refused.value.code, refused.value.param) == (code, "amount")


def test_a_misspelt_parameter_is_refused_as_stripe_refuses_it(api: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        draw(api, ammount=5)

    assert (refused.value.code, refused.value.param) == ("parameter_unknown", "ammount")


def test_what_does_not_exist_is_missing(api: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as missing:
        api.v1.payment_intents.retrieve("pi_nobody")

    assert (missing.value.code, missing.value.http_status) == ("resource_missing", 404)


def test_a_wrong_key_opens_nothing(box: Box) -> None:
    with pytest.raises(stripe.AuthenticationError):
        box.client("sk_test_wrong").v1.payment_intents.create({"amount": 100, "currency": "eur"})


def test_the_publishable_key_opens_no_secret_call(browser_api: stripe.StripeClient) -> None:
    with pytest.raises(stripe.AuthenticationError) as refused:
        browser_api.v1.payment_intents.create({"amount": 100, "currency": "eur"})

    assert refused.value.error is not None
    assert refused.value.error.code == "secret_key_required"


def test_the_buyers_browser_needs_the_client_secret(api: stripe.StripeClient, browser_api: stripe.StripeClient) -> None:
    intent = draw(api, metadata={"order": "7"})
    secret = str(intent.client_secret)

    with pytest.raises(stripe.InvalidRequestError):
        browser_api.v1.payment_intents.retrieve(intent.id, {"client_secret": f"{intent.id}_secret_guess"})
    seen = browser_api.v1.payment_intents.retrieve(intent.id, {"client_secret": secret})
    assert "metadata" not in seen
    # Stripe's own types know no client_secret here, though a browser sends it.
    params = {"payment_method": "pm_card_visa", "client_secret": secret}
    done = browser_api.v1.payment_intents.confirm(intent.id, params)  # type: ignore[arg-type]

    assert done.status == "succeeded"


def test_a_return_url_leads_to_the_house_and_nowhere_else(api: stripe.StripeClient, house: House) -> None:
    for url in (
        "https://evil.example/",
        f"{house.origin}.evil.example/",
        f"{house.origin}@evil.example",
        "javascript:0",
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            api.v1.payment_intents.confirm(draw(api).id, {"payment_method": "pm_card_visa", "return_url": url})
        assert refused.value.code == "url_invalid"


async def test_the_async_client_works_as_well(async_api: stripe.StripeClient) -> None:
    intent = await async_api.v1.payment_intents.create_async({"amount": 900, "currency": "eur"})
    done = await async_api.v1.payment_intents.confirm_async(intent.id, {"payment_method": "pm_card_visa"})

    assert done.status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError):
        await async_api.v1.payment_intents.cancel_async(intent.id)


def test_an_intent_is_found_by_its_metadata(api: stripe.StripeClient) -> None:
    intent = draw(api, metadata={"order": "it's 7", "kind": "found"})
    draw(api, metadata={"order": "8", "kind": "found"})

    def search(query: str) -> list[str]:
        return [found.id for found in api.v1.payment_intents.search({"query": query}).data]

    assert search("metadata['order']:'it\\'s 7'") == [intent.id]
    assert len(search("""metadata["kind"]:"found" AND status:'requires_payment_method'""")) == 2
    assert search("metadata['order']:'9'") == []
    with pytest.raises(stripe.InvalidRequestError):
        search("order is 7")


def test_events_are_listed_newest_first_and_page_by_page(api: stripe.StripeClient) -> None:
    intents = [draw(api).id for _ in range(3)]

    page = api.v1.events.list({"type": "payment_intent.created", "limit": 2})
    rest = api.v1.events.list({"type": "payment_intent.created", "limit": 1, "starting_after": page.data[-1].id})

    assert [event.data.object["id"] for event in [*page.data, *rest.data]] == intents[::-1]
    assert page.has_more
    assert api.v1.events.retrieve(page.data[0].id).type == "payment_intent.created"
    assert not api.v1.events.list({"created": {"gt": int(time.time()) + 60}}).data
