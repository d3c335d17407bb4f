"""Whose cookie goes where: the visitor's to the gateway, the gateway's to the visitor, nobody's to the next one."""

import httpx
from httpx import ASGITransport
from starlette.applications import Starlette

from tests.storefront.fake_gateway import FakeGateway


async def test_a_guests_cookie_reaches_the_browser_and_comes_back(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    await visitor.get("/basket")
    assert visitor.cookies["toadlane"] == "guest-1"

    await visitor.get("/basket")
    assert "toadlane=guest-1" in gateway.headers[-1]["cookie"]


async def test_one_visitors_cookie_is_never_sent_for_another(
    visitor: httpx.AsyncClient, shop: Starlette, gateway: FakeGateway
) -> None:
    await visitor.get("/basket")

    async with httpx.AsyncClient(transport=ASGITransport(app=shop), base_url="http://shop") as somebody_else:
        await somebody_else.get("/basket")

    assert "cookie" not in gateway.headers[-1]


async def test_a_cookie_made_by_a_pages_first_call_goes_with_its_second(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    await visitor.post("/sign-in", data={"email": "a@example.org", "password": "long enough words"})

    assert [path for _, path in gateway.calls] == ["/sessions", "/me"]
    assert "toadlane=guest-1" in gateway.headers[-1]["cookie"]


async def test_the_marks_of_our_own_form_go_along_with_a_post_and_not_with_a_page(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    marks = {"origin": "http://evil", "sec-fetch-site": "cross-site"}

    await visitor.post("/basket", data={"country": "IE"}, headers=marks)
    assert gateway.headers[-1]["sec-fetch-site"] == "cross-site"

    await visitor.get("/orders/order-1/pay", headers=marks)
    assert "sec-fetch-site" not in gateway.headers[-1]


async def test_the_header_knows_the_basket_without_asking(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    await visitor.post("/basket/lines", data={"variant_id": "rye-sourdough", "quantity": "3", "slug": "rye-sourdough"})
    await visitor.get("/basket")
    gateway.calls.clear()

    page = await visitor.get("/products/rye-sourdough")

    assert '<span class="hidden">, things in it: </span>3</span>' in page.text
    assert ("GET", "/basket") not in gateway.calls


async def test_a_forged_hint_changes_nothing_but_looks(visitor: httpx.AsyncClient) -> None:
    visitor.cookies.set("tl_basket", "<b>9</b>")
    visitor.cookies.set("tl_signed_in", "emperor")

    page = await visitor.get("/sign-in")

    assert "<b>9</b>" not in page.text
    assert "/operator" not in page.text
