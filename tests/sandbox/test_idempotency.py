"""Stripe's idempotency keys: the rules that a retry after a crash relies on."""

from uuid import uuid4

import httpx
import pytest
import stripe

from tests.sandbox.box import HTTP, PUBLISHABLE, SECRET, Box


def create(api: stripe.StripeClient, key: str, amount: int = 2_000) -> stripe.PaymentIntent:
    return api.v1.payment_intents.create({"amount": amount, "currency": "eur"}, {"idempotency_key": key})


@pytest.fixture
def key() -> str:
    return f"charge:{uuid4()}"


def test_the_same_key_gets_the_same_answer(api: stripe.StripeClient, key: str) -> None:
    first, again = create(api, key), create(api, key)

    assert first.to_dict() == again.to_dict()
    assert again.last_response is not None
    assert again.last_response.headers["Idempotent-Replayed"] == "true"


def test_without_a_shared_key_there_are_two_intents(api: stripe.StripeClient) -> None:
    assert create(api, str(uuid4())).id != create(api, str(uuid4())).id


def test_a_saved_answer_stays_what_it_was_however_things_moved_on(api: stripe.StripeClient, key: str) -> None:
    intent = create(api, key)
    api.v1.payment_intents.cancel(intent.id)

    assert create(api, key).status == "requires_payment_method"


def test_the_same_key_for_something_else_is_refused(api: stripe.StripeClient, key: str) -> None:
    intent = create(api, key)

    with pytest.raises(stripe.IdempotencyError):
        create(api, key, amount=2_001)
    with pytest.raises(stripe.IdempotencyError):
        api.v1.payment_intents.cancel(intent.id, {}, {"idempotency_key": key})


def test_a_decline_is_remembered(api: stripe.StripeClient, key: str) -> None:
    intent = create(api, str(uuid4()))

    def pay() -> None:
        params: stripe.params.PaymentIntentConfirmParams = {"payment_method": "pm_card_visa_chargeDeclined"}
        api.v1.payment_intents.confirm(intent.id, params, {"idempotency_key": key})

    for _ in range(3):
        with pytest.raises(stripe.CardError):
            pay()

    assert len(api.v1.charges.list({"payment_intent": intent.id}).data) == 1


def test_an_error_of_execution_is_remembered(api: stripe.StripeClient, box: Box, key: str) -> None:
    intent = create(api, str(uuid4()))

    def refund() -> stripe.Refund:
        return api.v1.refunds.create({"payment_intent": intent.id}, {"idempotency_key": key})

    with pytest.raises(stripe.InvalidRequestError):
        refund()
    api.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    with pytest.raises(stripe.InvalidRequestError):
        refund()


def test_a_call_that_never_began_is_not_remembered(api: stripe.StripeClient, key: str) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        create(api, key, amount=1)

    assert create(api, key).amount == 2_000


def test_a_key_of_255_characters_is_the_longest(api: stripe.StripeClient) -> None:
    longest = uuid4().hex.ljust(255, "k")

    assert create(api, longest).id == create(api, longest).id
    with pytest.raises(stripe.InvalidRequestError, match="255"):
        create(api, f"{longest}k")


def test_a_browser_never_gets_an_answer_that_the_house_was_given(box: Box, api: stripe.StripeClient, key: str) -> None:
    intent = create(api, str(uuid4()))
    params = {"payment_method": "pm_card_visa", "client_secret": str(intent.client_secret)}
    url = f"{box.url}/v1/payment_intents/{intent.id}/confirm"

    def confirm(credential: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {credential}", "Idempotency-Key": key}
        return HTTP.post(url, data=params, headers=headers)

    assert "metadata" in confirm(SECRET).json()
    assert confirm(PUBLISHABLE).json()["error"]["code"] == "payment_intent_unexpected_state"


def test_a_key_survives_the_sandboxs_death(own_box: Box, key: str) -> None:
    api = own_box.client(SECRET)
    first = create(api, key)

    own_box.kill()
    own_box.start()

    assert create(api, key).id == first.id
