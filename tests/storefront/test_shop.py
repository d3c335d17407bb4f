"""Looking around: search, products, co-ops."""

import re

import httpx

from storefront.api import Api
from storefront.sellers import Sellers
from tests.storefront.conftest import words
from tests.storefront.fake_gateway import FakeGateway, money, product, refused


async def test_the_front_page_shows_kinds_goods_and_co_ops(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/")

    assert page.status_code == 200
    assert "Bread and cakes" in words(page)
    assert "Rye sourdough, 900 g" in words(page)
    assert "hebdenwool.coop" in words(page)


async def test_the_front_page_leads_to_as_many_goods_as_it_says(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    front = (await visitor.get("/")).text
    counted = next(url.params for url in gateway.urls if url.path == "/api/v1/search")
    link = re.search(r'<a href="([^"]+)">All [0-9,]+ goods</a>', front)
    assert link is not None

    await visitor.get(link[1])

    asked = gateway.urls[-1].params
    assert (asked["in_stock"], asked.get("q")) == (counted["in_stock"], counted.get("q"))


async def test_the_demo_says_so_on_every_page_and_links_its_stand_ins(visitor: httpx.AsyncClient) -> None:
    for path in ("/", "/basket", "/sign-in", "/nowhere"):
        page = await visitor.get(path)
        assert "This is a demo." in words(page)
        assert 'href="http://127.0.0.1:9100/mail"' in page.text


async def test_a_search_hands_the_question_on_in_minor_units(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    page = await visitor.get("/search", params={"q": "yarn", "category": "textiles", "min": "5", "max": "12,50"})

    asked = gateway.urls[-1].params
    assert asked["q"] == "yarn"
    assert (asked["min_price"], asked["max_price"]) == ("500", "1250")
    assert "DK yarn" in words(page)


async def test_a_price_that_is_no_price_narrows_nothing(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    page = await visitor.get("/search", params={"min": "cheap", "page": "-1", "sort": "nonsense"})

    assert page.status_code == 200
    assert set(gateway.urls[-1].params) == {"page"}


async def test_an_empty_search_suggests_where_else_to_look(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/search", params={"q": "zeppelin", "category": "bread"})

    assert "Nothing like that" in words(page)
    assert 'href="/search?q=zeppelin"' in page.text
    assert 'href="/search?category=toys"' in page.text


async def test_what_was_searched_for_cannot_become_markup(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/search", params={"q": '"><script>alert(1)</script>'})

    assert "<script>alert" not in page.text


async def test_a_product_page_costs_a_call_for_the_product_and_one_for_who_sells_it(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    page = await visitor.get("/products/dk-yarn")

    assert gateway.calls == [("GET", "/products/dk-yarn"), ("GET", "/coops/hebden-wool")]
    assert page.text.count('type="radio"') == 4
    assert "Only 3 left" in words(page)
    assert "Made as needed" in words(page)


async def test_who_sells_it_is_asked_once_a_minute(gateway: FakeGateway) -> None:
    client = httpx.AsyncClient(transport=httpx.MockTransport(gateway.answer), base_url="http://gateway")
    api, now = Api(client, {}), 0.0
    sellers = Sellers(lambda: now)
    gateway.refusals["GET", "/coops/hebden-wool"] = refused(503, "unreachable")
    assert await sellers.of(api, "hebden-wool") is None  # The registry is away: that is not remembered.
    del gateway.refusals["GET", "/coops/hebden-wool"]
    gateway.calls.clear()

    for moment in (0.0, 59.0, 61.0):
        now = moment
        assert (await sellers.of(api, "hebden-wool")) is not None

    assert gateway.calls == [("GET", "/coops/hebden-wool")] * 2


async def test_the_first_variant_that_can_be_had_is_chosen(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    sold_out_first = product("dk-yarn")
    sold_out_first["variants"].reverse()
    sold_out_first["variants"][0] |= {"in_stock": False, "available": 0, "tracked": True}
    gateway.refusals["GET", "/products/dk-yarn"] = (200, sold_out_first)

    page = await visitor.get("/products/dk-yarn")

    checked = next(line for line in page.text.splitlines() if " checked" in line)
    assert "var-Heather" in checked


async def test_a_product_that_is_gone_is_not_found_in_peoples_words(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/products/unicorn")

    assert page.status_code == 404
    assert "Nothing at this address" in words(page)


async def test_a_co_op_shows_its_proof(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/coops/sunrise")

    assert "Proved to be sunrise.coop" in words(page)
    assert "1 October 2026" in words(page)


async def test_money_is_written_with_the_decimals_of_its_currency(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    in_yen = product("rye-sourdough")
    in_yen["variants"][0]["price"] = money(1250) | {"currency": "JPY"}
    gateway.refusals["GET", "/products/rye-sourdough"] = (200, in_yen)

    page = await visitor.get("/products/rye-sourdough")

    assert "1,250" in words(page)
    assert "12.50" not in words(page)


async def test_an_api_that_is_down_gets_a_page_of_its_own(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.refusals["GET", "/search"] = refused(503, "unavailable")

    page = await visitor.get("/search")

    assert page.status_code == 503
    assert "Back in a moment" in words(page)


async def test_a_page_past_the_last_leads_back(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    nothing = {"query": "", "total": 9, "page": 99, "limit": 24, "hits": [], "facets": {"category": [], "coop": []}}
    gateway.refusals["GET", "/search"] = (200, nothing)

    page = await visitor.get("/search", params={"q": "yarn", "page": "99"})

    assert "This page is past the last one" in words(page)
    assert 'href="/search?q=yarn"' in page.text
