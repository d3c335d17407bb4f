"""From the basket to an order that was placed once."""

import httpx
import pytest

from tests.storefront.conftest import hidden, words
from tests.storefront.fake_gateway import FakeGateway, refused

TYPED = {
    "email": "ada@example.org",
    "name": "Ada Murphy",
    "line1": "12 Quay Street",
    "line2": "",
    "city": "Galway",
    "postcode": "H91 X2C4",
    "country": "IE",
}


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway(lines={"rye-sourdough": 2, "merino-blanket": 1})


async def submit(visitor: httpx.AsyncClient, **changed: str) -> httpx.Response:
    drawn = await visitor.get("/checkout")
    kept = {name: hidden(drawn, name) for name in ("key", "total", "currency")}
    return await visitor.post("/checkout", data=kept | TYPED | changed)


async def test_a_basket_is_grouped_by_the_co_op_that_packs_it(visitor: httpx.AsyncClient) -> None:
    page = words(await visitor.get("/basket"))

    assert page.index("From Sunrise Bakers") < page.index("Rye sourdough") < page.index("From Hebden Wool")
    assert "Delivery to Ireland" in page
    assert "€141.60" in page


async def test_a_co_op_that_does_not_deliver_says_so_and_stops_the_checkout(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    gateway.lines["repair-kit"] = 1

    page = await visitor.get("/basket")
    assert "Does not deliver to Ireland." in words(page)
    assert 'href="/checkout"' not in page.text

    assert (await visitor.get("/checkout")).headers["location"] == "/basket"


async def test_a_quantity_that_is_no_number_is_explained_and_changes_nothing(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    for quantity in ("-1", "1e9", "٣", "many", "", "99999999999999999999"):
        page = await visitor.post("/basket/lines/rye-sourdough", data={"quantity": quantity})
        assert page.status_code == 422
        assert "Give a whole number" in words(page)

    assert gateway.lines["rye-sourdough"] == 2


async def test_a_line_can_be_taken_out(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    answer = await visitor.post("/basket/lines/rye-sourdough", data={"quantity": "2", "remove": "1"})

    assert answer.status_code == 303
    assert "rye-sourdough" not in gateway.lines


async def test_more_than_there_is_is_explained_on_the_product(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["POST", "/basket/lines"] = refused(409, "too_many", "At most 20 of one thing, please.")

    form = {"variant_id": "var-Heather", "quantity": "40", "slug": "dk-yarn"}
    page = await visitor.post("/basket/lines", data=form)

    assert page.status_code == 422
    assert "At most 20 of one thing, please." in words(page)
    assert 'value="40"' in page.text


async def test_more_than_any_basket_takes_is_said_where_it_was_typed(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    form = {"variant_id": "var-Heather", "quantity": "400", "slug": "dk-yarn"}
    page = await visitor.post("/basket/lines", data=form)

    assert "Give a whole number from 1 to 99." in words(page)
    assert ("POST", "/basket/lines") not in [call[:2] for call in gateway.calls]


async def test_the_header_counts_what_the_basket_holds_at_once(visitor: httpx.AsyncClient) -> None:
    assert "Basket , things in it: 3" in words(await visitor.get("/basket"))


async def test_an_order_carries_the_key_and_the_total_that_were_drawn(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    answer = await submit(visitor)

    assert (answer.status_code, answer.headers["location"]) == (303, "/orders/order-1?wait=1")
    body = gateway.bodies["POST", "/orders"]
    assert body["total"] == {"amount": 14160, "currency": "EUR"}
    assert body["address"]["country"] == "IE"
    sent = [headers for headers, call in zip(gateway.headers, gateway.calls, strict=True) if call[0] == "POST"]
    assert len(sent[-1]["idempotency-key"]) == 32


async def test_what_is_missing_is_said_beside_its_field_and_the_rest_is_kept(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    page = await submit(visitor, email="", city="")

    assert page.status_code == 422
    assert '<a href="#email">Give an e-mail address' in page.text
    assert 'id="city-error"' in page.text
    assert 'value="12 Quay Street"' in page.text
    assert ("POST", "/orders") not in gateway.calls


async def test_the_apis_own_objections_land_on_their_fields(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    errors = [{"field": "address.postcode", "detail": "is too long"}, {"field": "email", "detail": "is no address"}]
    gateway.refusals["POST", "/orders"] = refused(422, "invalid", errors=errors)

    page = await submit(visitor)

    assert '<a href="#postcode">Is too long.' in page.text
    assert 'id="email-error"' in page.text


async def test_a_changed_price_is_shown_with_the_new_total_before_anything_is_placed(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    drawn = await visitor.get("/checkout")
    kept = {name: hidden(drawn, name) for name in ("key", "total", "currency")}
    gateway.refusals["POST", "/orders"] = refused(409, "price_changed", total={"amount": 15000, "currency": "EUR"})
    gateway.lines["rye-sourdough"] = 3

    page = await visitor.post("/checkout", data=kept | TYPED)

    assert page.status_code == 409
    assert "A price changed while you were here" in words(page)
    assert hidden(page, "total") == "14800"
    assert hidden(page, "key") != kept["key"]
    assert 'value="Ada Murphy"' in page.text


async def test_after_an_answer_that_never_came_the_next_try_is_the_same_order(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    drawn = await visitor.get("/checkout")
    gateway.refusals["POST", "/orders"] = refused(503, "unavailable")

    kept = {name: hidden(drawn, name) for name in ("key", "total", "currency")}
    page = await visitor.post("/checkout", data=kept | TYPED)

    assert page.status_code == 503
    assert hidden(page, "key") == kept["key"]


async def test_an_emptied_basket_leads_back_to_the_basket(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["POST", "/orders"] = refused(409, "basket_empty")

    page = await submit(visitor)

    assert page.status_code == 409
    assert "Your basket" in words(page)


async def test_a_country_changed_in_another_tab_is_reckoned_anew(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    drawn = await visitor.get("/checkout")
    kept = {name: hidden(drawn, name) for name in ("key", "total", "currency")}
    gateway.country = "DE"
    gateway.refusals["POST", "/orders"] = refused(409, "price_changed")

    page = await visitor.post("/checkout", data=kept | TYPED)

    assert gateway.country == "IE"
    assert hidden(page, "country") == "IE"
