"""What machines read of the pages: it says what people read, and no words in it get out of it."""

import re
from html import unescape
from typing import Any

import httpx
import orjson
import pytest

from services.catalog.labels.measure import UNITS
from storefront.structured_data import SPELLED_OUT, UNIT_CODES, data_block
from tests.storefront.conftest import words
from tests.storefront.fake_gateway import FakeGateway, money, product
from tests.storefront.fake_gateway.shop import variant

SCHEMA = "https://schema.org/"
HOSTILE = '</script><script>alert(1)</script><!--\u2028 & “quoted” "it\'s"'


def graph(page: httpx.Response) -> dict[str, dict[str, Any]]:
    """The nodes of the page's one data block, by type."""
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text, flags=re.DOTALL)
    told = orjson.loads(text)
    assert told["@context"] == "https://schema.org"
    return {node["@type"]: node for node in told["@graph"]}


def head(page: httpx.Response, name: str) -> str:
    found = re.search(rf'<(?:meta (?:name|property)|link rel)="{name}" (?:content|href)="([^"]*)"', page.text)
    assert found, f"no {name}"
    return unescape(found[1])


async def test_a_product_of_one_variant_is_an_offer_with_the_price_and_stock_of_its_page(
    visitor: httpx.AsyncClient,
) -> None:
    page = await visitor.get("/products/merino-blanket")
    told = graph(page)["Product"]
    offer = told["offers"]

    assert (told["name"], told["sku"]) == ("Merino blanket “Calder”", "SKU-150 × 200 cm")
    assert (offer["price"], offer["priceCurrency"]) == ("119.00", "EUR")
    assert "€119.00" in words(page)
    assert offer["availability"] == SCHEMA + "InStock"
    assert offer["itemCondition"] == SCHEMA + "NewCondition"
    assert offer["seller"]["name"] == "Hebden Wool"
    assert offer["seller"]["legalName"] == "Hebden Wool Co-operative Ltd"
    assert told["url"] == offer["url"] == "http://shop/products/merino-blanket"
    assert (await visitor.get(told["image"][0])).headers["content-type"].startswith("image/")
    assert told["description"].startswith("Slow dough, dark crust.")


async def test_variants_are_a_group_each_with_its_own_price_and_stock(visitor: httpx.AsyncClient) -> None:
    told = graph(await visitor.get("/products/dk-yarn"))["ProductGroup"]

    offers = [(one["size"], one["offers"]["price"], one["offers"]["availability"]) for one in told["hasVariant"]]
    assert (told["productGroupID"], told["variesBy"]) == ("id-dk-yarn", [SCHEMA + "size"])
    assert offers == [
        ("Oatmeal", "12.50", SCHEMA + "InStock"),
        ("Heather", "12.50", SCHEMA + "InStock"),
        ("Slate", "16.50", SCHEMA + "OutOfStock"),
        ("To order", "16.50", SCHEMA + "InStock"),
    ]


async def test_of_very_many_variants_the_range_of_prices_is_told(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    many = product("dk-yarn") | {"variants": [variant(str(nth), 1000 + nth) for nth in range(SPELLED_OUT + 1)]}
    gateway.refusals["GET", "/products/dk-yarn"] = (200, many)

    offers = graph(await visitor.get("/products/dk-yarn"))["Product"]["offers"]

    assert (offers["lowPrice"], offers["highPrice"], offers["offerCount"]) == ("10.00", "11.00", SPELLED_OUT + 1)


@pytest.mark.parametrize(("currency", "price"), [("JPY", "640"), ("KWD", "0.640"), ("EUR", "6.40")])
async def test_a_price_has_the_decimals_of_its_currency(
    visitor: httpx.AsyncClient, gateway: FakeGateway, currency: str, price: str
) -> None:
    told = product("rye-sourdough")
    told["variants"][0]["price"] = money(640) | {"currency": currency}
    gateway.refusals["GET", "/products/rye-sourdough"] = (200, told)

    assert graph(await visitor.get("/products/rye-sourdough"))["Product"]["offers"]["price"] == price


async def test_what_cannot_be_bought_is_not_offered_as_if_it_could(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    gateway.pause = {"since": "2026-12-20T09:00:00Z", "until": "2027-01-04", "words": ""}
    paused = graph(await visitor.get("/products/rye-sourdough"))["Product"]["offers"]
    gateway.refusals["GET", "/products/rye-sourdough"] = (200, product("rye-sourdough") | {"state": "draft"})
    draft = graph(await visitor.get("/products/rye-sourdough"))["Product"]["offers"]

    assert (paused["availability"], draft["availability"]) == (SCHEMA + "OutOfStock", SCHEMA + "Discontinued")


async def test_a_unit_price_is_told_as_the_page_shows_it(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    rye = product("rye-sourdough")
    rye["variants"][0] |= {"net_quantity": "900 g", "unit_price": {"price": money(711), "per": "1 kg"}}
    gateway.refusals["GET", "/products/rye-sourdough"] = (200, rye)

    told = graph(await visitor.get("/products/rye-sourdough"))["Product"]["offers"]["priceSpecification"]

    assert (told["price"], told["priceCurrency"]) == ("6.40", "EUR")
    held, per = told["referenceQuantity"], told["referenceQuantity"]["valueReference"]
    assert (held["value"], held["unitCode"], per["value"], per["unitCode"]) == ("900", "GRM", "1", "KGM")


def test_every_unit_in_which_goods_are_measured_has_its_code() -> None:
    assert set(UNIT_CODES) == set(UNITS)


async def test_what_is_sold_ahead_tells_its_day_and_what_is_made_tells_how_long_it_takes(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    yarn = product("dk-yarn")
    ahead, made, *_ = yarn["variants"]
    ahead |= {"availability": "back_order", "available": 0, "in_stock": False, "available_from": "2099-01-31"}
    made |= {"availability": "made_to_order", "lead_days": 14}
    gateway.refusals["GET", "/products/dk-yarn"] = (200, yarn)

    variants = graph(await visitor.get("/products/dk-yarn"))["ProductGroup"]["hasVariant"]
    sent, sewn, taken = (one["offers"] for one in variants[:3])

    assert (sent["availability"], sent["availabilityStarts"]) == (SCHEMA + "BackOrder", "2099-01-31")
    assert (sewn["availability"], sewn["deliveryLeadTime"]["maxValue"]) == (SCHEMA + "MadeToOrder", 14)
    assert not {"availabilityStarts", "deliveryLeadTime", "priceSpecification"} & taken.keys()


async def test_no_words_get_out_of_the_block_or_of_the_head(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    told = product("dk-yarn") | {"title": HOSTILE}
    told["variants"][0]["options"] = {"Size": HOSTILE}
    gateway.refusals["GET", "/products/dk-yarn"] = (200, told)

    page = await visitor.get("/products/dk-yarn")

    assert "<script>alert" not in page.text
    found = graph(page)
    assert found["ProductGroup"]["name"] == found["BreadcrumbList"]["itemListElement"][-1]["name"] == HOSTILE
    assert found["ProductGroup"]["hasVariant"][0]["size"] == HOSTILE
    assert head(page, "og:title") == HOSTILE


def test_without_the_escapes_the_same_words_would_get_out() -> None:
    """The negative control."""
    as_it_is = f'<script type="application/ld+json">{orjson.dumps({"name": HOSTILE}).decode()}</script>'

    assert "<script>alert(1)</script>" in as_it_is
    assert str(data_block({"name": HOSTILE})).lower().count("</script") == 1


async def test_a_page_has_one_address_whatever_it_was_asked_for_by(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/products/id-dk-yarn?ref=1", headers={"host": "evil.example"})

    assert head(page, "canonical") == head(page, "og:url") == "http://shop/products/dk-yarn"
    assert head(page, "og:image").startswith("http://shop/pictures/")
    assert "evil.example" not in page.text


async def test_a_co_op_is_a_shop_with_its_place(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/coops/sunrise")
    told = graph(page)["OnlineStore"]

    assert (told["name"], told["sameAs"]) == ("Sunrise Bakers", "https://sunrise.coop")
    assert (told["address"]["addressLocality"], told["address"]["addressCountry"]) == ("Galway", "IE")
    assert told["url"] == head(page, "canonical") == "http://shop/coops/sunrise"


async def test_robots_are_told_where_not_to_go_and_where_the_map_is(visitor: httpx.AsyncClient) -> None:
    text = (await visitor.get("/robots.txt", headers={"host": "evil.example"})).text

    assert "Disallow: /basket\n" in text
    assert text.endswith("Sitemap: http://shop/sitemap.xml\n")


async def test_a_browser_learns_how_to_search_here(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/")
    assert 'rel="search" type="application/opensearchdescription+xml" href="/opensearch.xml"' in page.text

    template = re.findall(
        r'<Url type="text/html" method="get" template="([^"]+)"', (await visitor.get("/opensearch.xml")).text
    )
    found = await visitor.get(unescape(template[0]).replace("{searchTerms}", "yarn").replace("{startPage?}", "1"))

    assert "DK yarn" in words(found)
