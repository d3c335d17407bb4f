"""An address can choose a variant: its picture comes first, and price, stock and machine-readable data are its own."""

import json
import re
from typing import Any

import httpx
import pytest

from tests.storefront.conftest import words
from tests.storefront.fake_gateway import FakeGateway, product
from tests.storefront.fake_gateway.pictures import BACK, FRONT

YARN = "/products/dk-yarn"
HEATHER = f"{YARN}?variant=var-Heather"


def goods_in(page: httpx.Response) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text)
    assert found is not None
    goods: dict[str, Any] = json.loads(found[1])["@graph"][0]
    return goods


def pictures_in(page: httpx.Response) -> list[str]:
    strip = page.text[page.text.index("gallery-strip") : page.text.index("gallery-thumbs")]
    return re.findall(r'<img src="/pictures/([0-9a-f]{64})/', strip)


async def test_its_own_picture_comes_first(visitor: httpx.AsyncClient) -> None:
    assert pictures_in(await visitor.get(YARN)) == [FRONT, BACK]

    page = await visitor.get(HEATHER)

    assert pictures_in(page) == [BACK, FRONT]
    assert f'property="og:image" content="http://shop/pictures/{BACK}/500.jpg"' in page.text
    assert 'value="var-Heather" required checked' in page.text


async def test_price_and_stock_are_its_own_and_the_canonical_address_is_the_products(
    visitor: httpx.AsyncClient,
) -> None:
    page = await visitor.get(f"{YARN}?variant=var-Slate")

    assert "Slate €16.50 Sold out Choose one" in words(page)
    assert 'property="product:price:amount" content="16.50"' in page.text
    assert 'rel="canonical" href="http://shop/products/dk-yarn"' in page.text
    assert 'value="var-Oatmeal" required checked' in page.text  # What is sold out cannot be put into the basket.


async def test_machines_read_the_variant_and_what_it_is_one_of(visitor: httpx.AsyncClient) -> None:
    goods = goods_in(await visitor.get(HEATHER))

    assert (goods["@type"], goods["sku"], goods["offers"]["price"]) == ("Product", "SKU-Heather", "12.50")
    assert goods["url"] == goods["offers"]["url"] == "http://shop/products/dk-yarn?variant=var-Heather"
    assert goods["image"] == [f"http://shop/pictures/{BACK}/500.jpg"]
    group = goods["isVariantOf"]
    assert (group["@type"], group["@id"]) == ("ProductGroup", "http://shop/products/dk-yarn#product")


async def test_without_a_choice_each_variant_of_the_group_has_its_address(visitor: httpx.AsyncClient) -> None:
    variants = goods_in(await visitor.get(YARN))["hasVariant"]

    assert [one["offers"]["url"].partition("=")[2] for one in variants] == [
        "var-Oatmeal", "var-Heather", "var-Slate", "var-To%20order",
    ]  # fmt: skip
    assert [one.get("image") for one in variants].count(None) == 3


@pytest.mark.parametrize("asked", ["nothing", "", "<b>"])
async def test_a_variant_that_is_none_of_it_shows_the_product(visitor: httpx.AsyncClient, asked: str) -> None:
    page = await visitor.get(YARN, params={"variant": asked})

    assert page.status_code == 200
    assert pictures_in(page) == [FRONT, BACK]


async def test_every_choice_has_a_link_and_a_long_list_a_button(
    visitor: httpx.AsyncClient, gateway: FakeGateway
) -> None:
    assert f'href="{HEATHER}"' in (await visitor.get(YARN)).text
    many = product("dk-yarn")
    many["variants"] = [many["variants"][0] | {"id": f"var-{nth}", "title": f"No. {nth}"} for nth in range(12)]
    gateway.refusals["GET", YARN] = (200, many)

    assert 'formmethod="get" formaction="/products/dk-yarn"' in (await visitor.get(YARN)).text
    sent = await visitor.get(YARN, params={"slug": "dk-yarn", "variant_id": "var-7", "quantity": "1"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{YARN}?variant=var-7")
    assert 'value="var-7" selected' in (await visitor.get(sent.headers["location"])).text


async def test_staff_tick_which_choices_a_picture_shows(visitor: httpx.AsyncClient, gateway: FakeGateway) -> None:
    gateway.signed_in = True
    desk = "/desk/sunrise/products/id-dk-yarn/pictures"
    page = await visitor.get(desk)
    assert 'name="variant-1-var-Heather" value="1" checked' in page.text
    assert 'name="variant-0-var-Heather" value="1">' in page.text

    ticked = {"etag": '"3"', "asks-variants": "1", "digest-0": FRONT, "variant-0-var-Oatmeal": "1", "digest-1": BACK}
    await visitor.post(f"{desk}/arrange", data=ticked)

    sent = gateway.bodies["PUT", "/products/id-dk-yarn/pictures"]
    assert isinstance(sent, dict)
    assert [one["variants"] for one in sent["pictures"]] == [["var-Oatmeal"], []]
