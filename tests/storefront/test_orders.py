"""What the buyer sees of an order in each of its states."""

import httpx
import pytest

from tests.storefront.conftest import words
from tests.storefront.fake_gateway import FakeGateway, order, refused


async def seen(visitor: httpx.AsyncClient, gateway: FakeGateway, state: str, query: str = "") -> httpx.Response:
    gateway.order_state = state
    return await visitor.get(f"/orders/order-1{query}")


async def test_an_undecided_order_says_so_and_looks_again_by_itself(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    page = await seen(visitor, gateway, "placed", "?wait=1&token=abc")

    assert "whether all of it is there" in words(page)
    assert '<meta http-equiv="refresh" content="2;url=/orders/order-1?token=abc&amp;wait=1&amp;tries=1">' in page.text
    assert gateway.urls[-1].params["wait"] == "1"
    assert gateway.urls[-1].params["token"] == "abc"


async def test_it_does_not_look_again_for_ever(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    page = await seen(visitor, gateway, "placed", "?wait=1&tries=60")

    assert "http-equiv" not in page.text


async def test_a_rejection_names_the_short_line_and_what_is_left(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    page = words(await seen(visitor, gateway, "cancelled"))

    assert "Merino blanket “Calder” : only 1 left." in page
    assert "the price changed to €6.60" in page
    assert "Nothing was charged." in page


async def test_what_is_put_aside_can_be_paid(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    page = await seen(visitor, gateway, "awaiting_payment", "?token=abc")

    assert "Pay €141.60" in words(page)
    assert 'href="/orders/order-1/pay?token=abc"' in page.text


async def test_a_declined_card_is_told_with_its_reason(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    declined = {"state": "open", "amount": order(gateway)["total"], "failure": "insufficient_funds"}
    gateway.refusals["GET", "/charges/order-1"] = (200, declined)

    page = await seen(visitor, gateway, "awaiting_payment")

    assert "There is not enough money on the card. You can try again" in words(page)


async def test_a_banks_code_is_never_shown(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    declined = {"state": "open", "amount": order(gateway)["total"], "failure": "generic_decline"}
    gateway.refusals["GET", "/charges/order-1"] = (200, declined)

    page = words(await seen(visitor, gateway, "awaiting_payment"))

    assert "Your bank said no. You can try again" in page
    assert "generic_decline" not in page


async def test_back_from_paying_it_waits_for_the_signed_word(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    declined_before = {"state": "open", "amount": order(gateway)["total"], "failure": "generic_decline"}
    gateway.refusals["GET", "/charges/order-1"] = (200, declined_before)

    page = await seen(visitor, gateway, "awaiting_payment", "?payment_intent=pi_1&redirect_status=succeeded")

    assert "Your payment is being confirmed" in words(page)
    assert "http-equiv" in page.text
    assert "Please pay now" not in words(page)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("voiding", "being cancelled"),
        ("paid", "It is paid."),
        ("part_shipped", "The first parcel is on its way"),
        ("shipped", "Everything is on its way"),
    ],
)
async def test_each_state_is_told(visitor: httpx.AsyncClient, gateway: FakeGateway, state: str, told: str) -> None:
    assert told in words(await seen(visitor, gateway, state))


async def test_a_parcel_on_its_way_shows_its_tracking(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    page = words(await seen(visitor, gateway, "part_shipped"))

    assert "An Post RR123456785IE" in page
    assert "Being packed" in page


async def test_cancelling_asks_first_and_keeps_a_guests_token(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    asked = await visitor.get("/orders/order-1/cancel?token=abc")
    assert "Cancel order TL-7K2M-94?" in words(asked)
    assert gateway.order_state == "awaiting_payment"

    answer = await visitor.post("/orders/order-1/cancel?token=abc")
    assert answer.headers["location"] == "/orders/order-1?wait=1&token=abc"
    assert gateway.order_state == "voiding"


async def test_paying_in_the_sandbox_is_a_link_to_its_card_page(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/orders/order-1/pay")

    assert 'href="http://127.0.0.1:9100/pay/pi_1?client_secret=pi_1_secret"' in page.text
    assert "4242 4242 4242 4242" in page.text
    assert "js.stripe.com" not in page.headers["content-security-policy"]


async def test_only_the_page_with_the_real_card_form_lets_stripe_in(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    gateway.pay_url = None

    page = await visitor.get("/orders/order-1/pay?token=abc")

    assert "https://js.stripe.com" in page.headers["content-security-policy"]
    assert 'data-return="http://shop/orders/order-1?token=abc"' in page.text
    assert "js.stripe.com" not in (await visitor.get("/orders/order-1")).headers["content-security-policy"]


async def test_a_payment_that_is_not_ready_is_tried_again(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["POST", "/charges/order-1/open"] = refused(409, "not_yet")

    page = await visitor.get("/orders/order-1/pay")

    assert "being prepared" in words(page)
    assert 'content="1;url=/orders/order-1/pay"' in page.text


async def test_somebody_elses_order_does_not_exist(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/orders/somebody-elses")

    assert page.status_code == 404
