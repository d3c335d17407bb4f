"""Stock at the desk, and what shoppers and packers read of goods that are not simply there."""

from typing import Any

import httpx
import pytest

from tests.storefront.conftest import hidden, words
from tests.storefront.fake_gateway import FakeGateway, order, product, refused

AHEAD = {"policy": "back_order", "availability": "back_order", "available": 0, "in_stock": False}
MADE = {"policy": "made_to_order", "availability": "made_to_order", "available": None, "lead_days": 14}
ONE = "/desk/sunrise/stock/var-rye"


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway(signed_in=True, lines={"rye-sourdough": 2})


def with_variants(*changes: dict[str, Any]) -> dict[str, Any]:
    found = product("rye-sourdough")
    [variant] = found["variants"]
    found["variants"] = [{**variant, "id": f"var-{nth}", **change} for nth, change in enumerate(changes)]
    return found


async def test_the_desk_shows_every_level_and_what_happens_when_none_is_left(visitor: httpx.AsyncClient) -> None:
    page = words(await visitor.get("/desk/sunrise/stock"))

    assert "Rye · Large 12 2 10 It is sold out" in page
    assert "Oats · Large 0 2 0 Take back orders" in page
    assert "Box · Large not counted 2 always As its parts" in page
    assert "Leaven · Large not counted 2 always –" in page


async def test_a_journal_says_what_changed_the_level(visitor: httpx.AsyncClient) -> None:
    page = words(await visitor.get(ONE))

    assert "Promised to an order 24 Nov 2026, 08:00 UTC – +2 10" in page
    assert "Sold 24 Nov 2026, 08:00 UTC −1 −1 10" in page


async def test_a_count_goes_with_the_version_that_was_shown(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    shown = await visitor.get(ONE)
    form = {"kind": "count", "number": "11", "version": hidden(shown, "version"), "key": hidden(shown, "key")}

    answer = await visitor.post(ONE, data=form)

    assert answer.headers["location"] == f"{ONE}?saved=1"
    assert gateway.bodies["POST", "/stock/var-rye"] == {"count": 11, "version": 7}
    assert gateway.headers[-1]["idempotency-key"] == form["key"]


@pytest.mark.parametrize(("typed", "change"), [("3", 3), ("-3", -3), ("−4", -4)])
async def test_what_came_or_went_is_a_change(
    visitor: httpx.AsyncClient, gateway: FakeGateway, typed: str, change: int
) -> None:
    await visitor.post(ONE, data={"kind": "change", "number": typed, "version": "7", "key": "k"})

    assert gateway.bodies["POST", "/stock/var-rye"] == {"change": change}


async def test_a_stale_count_shows_the_level_as_it_is(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    sentence = "The level is at version 8: look at it, count again and send that."
    errors = [{"field": "version", "detail": sentence}]
    gateway.refusals["POST", "/stock/var-rye"] = refused(409, "stale_level", sentence, errors=errors)

    page = await visitor.post(ONE, data={"kind": "count", "number": "11", "version": "7", "key": "k"})

    assert page.status_code == 422
    assert "It has changed since you looked." in words(page)
    assert "On the shelf 12" in words(page)
    assert 'value="11"' in page.text
    assert hidden(page, "version") == "7"


async def test_why_there_are_so_many_is_a_sum_of_what_happened(visitor: httpx.AsyncClient) -> None:
    page = words(await visitor.get(ONE))

    assert (
        "Why there are 10 What was there, and what became of it What On the shelf Promised To be had "
        "Counted on the shelf, 24 Nov 2026, 08:00 UTC 13 0 13 "
        "Promised to orders, 2 times – +3 −3 Sold −1 −1 – Now 12 2 10"
    ) in page


async def test_a_journal_is_narrowed_by_days_and_by_what_happened(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    asked = "since=2026-11-01&until=2026-11-24&change=sold"
    page = await visitor.get(f"{ONE}?{asked}")

    [url] = [one for one in gateway.urls if one.path.endswith("/journal")]
    assert url.query.decode() == asked
    escaped = asked.replace("&", "&amp;")
    assert f'href="/api/v1/stock/var-rye/journal.csv?{escaped}"' in page.text
    assert f'href="?{escaped}&amp;cursor=more"' in page.text
    wrong = await visitor.get(f"{ONE}?since=yesterday&change=nonsense")
    assert "Give a day such as 2026-11-24." in words(wrong)
    backwards = await visitor.get(f"{ONE}?since=2026-11-24&until=2026-11-01")
    assert "That is before the first day." in words(backwards)


async def test_stock_is_found_by_words(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    page = await visitor.get("/desk/sunrise/stock?q=rye+large")

    [url] = [one for one in gateway.urls if one.path.endswith("/stock")]
    assert url.params["q"] == "rye large"
    assert 'href="?q=rye+large&amp;cursor=more"' in page.text


async def test_a_shopper_reads_when_it_is_sent_and_can_order_it(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    dated = {**AHEAD, "title": "Large", "available_from": "2099-01-31"}
    gateway.refusals["GET", "/products/rye-sourdough"] = (200, with_variants(dated, {**MADE, "title": "Giant"}))

    page = words(await visitor.get("/products/rye-sourdough"))

    assert "On back order, sent from 31 January 2099" in page
    assert "Made to order, within 14 days" in page
    assert "Put in the basket" in page


async def test_a_bundle_says_what_is_in_it(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    parts = [{"variant_id": "v", "quantity": 2, "title": "Rye · Large"}]
    gateway.refusals["GET", "/products/rye-sourdough"] = (200, with_variants({"policy": "bundle", "parts": parts}))

    assert "2 × Rye · Large" in words(await visitor.get("/products/rye-sourdough"))


@pytest.mark.parametrize("address", ["/basket", "/checkout"])
async def test_what_may_have_to_wait_is_said_before_paying(
    visitor: httpx.AsyncClient, gateway: FakeGateway, address: str
) -> None:
    _, basket = gateway.found(httpx.Request("GET", "http://gateway/basket"), "/basket")
    basket["lines"][0] |= {"policy": "back_order", "available_from": "2099-01-31"}
    gateway.refusals["GET", "/basket"] = (200, basket)

    assert "If none is left it is sent from 31 January 2099" in words(await visitor.get(address))


async def test_the_order_and_the_co_ops_parcel_name_what_waits(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    placed = order(gateway)
    lines = placed["consignments"][0]["lines"]
    lines[0] |= {"back_ordered": True, "available_from": "2099-01-31"}
    gateway.refusals["GET", "/orders/order-1"] = (200, placed)
    gateway.refusals["GET", "/consignments"] = (200, {"items": [placed["consignments"][0]], "next_cursor": None})

    for address in ("/orders/order-1", "/desk/sunrise/consignments"):
        assert "On back order, sent from 31 January 2099" in words(await visitor.get(address))


async def test_the_product_form_says_what_happens_when_none_is_left(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    gateway.refusals["GET", "/products/id-dk-yarn"] = (200, with_variants({**AHEAD, "available_from": "2099-01-31"}))
    address = "/desk/sunrise/products/id-dk-yarn"
    shown = await visitor.get(address)
    assert 'value="back_order" selected' in shown.text
    assert 'type="date" value="2099-01-31"' in shown.text
    form = {"title": "Yarn", "category": "yarn", "etag": "*", "price-0": "1.00", "tracked-0": "1", "stock-0": "0"}

    await visitor.post(address, data={**form, "policy-0": "made_to_order", "days-0": "9"})
    assert gateway.bodies["PUT", "/products/id-rye-sourdough"]["variants"][0] | {"price": None} == {
        "title": "", "options": {}, "sku": None, "price": None, "compare_at": None, "stock": None,
        "net_quantity": "", "price_per": "",
        "policy": "made_to_order", "available_from": None, "lead_days": 9,
    }  # fmt: skip

    missing = await visitor.post(address, data={**form, "policy-0": "made_to_order"})
    assert "Give a whole number from 1 to 365." in words(missing)
