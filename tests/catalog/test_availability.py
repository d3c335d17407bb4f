"""A shopper, a search engine that reads the page and Google's feed are told the same of what can be had."""

import re
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from services.catalog.stock.policy import StockPolicy
from storefront.rendering import environment
from storefront.settings import Settings
from storefront.static_files import StaticFiles
from storefront.structured_data import StructuredData
from storefront.wire.goods import Product
from tests.catalog.conftest import Room
from tests.catalog.hung import hang_one_on_each
from tests.catalog.tills import euros, variant_of

SOON, GONE = "2099-01-31", "2020-01-31"
SCHEMA = "https://schema.org/"


@dataclass(frozen=True)
class Told:
    """What is offered, and what each of the three is told: the words of the page, schema.org's, Google's."""

    offered: dict[str, Any]
    page: str
    schema: str
    google: str
    day: str | None = None
    days: int | None = None


LEVELS = {
    "many": Told({"stock": 9}, "In stock", "InStock", "in_stock"),
    "few": Told({"stock": 3}, "Only 3 left", "InStock", "in_stock"),
    "none": Told({"stock": 0}, "Sold out", "OutOfStock", "out_of_stock"),
    "no count": Told({"stock": None}, "Made as needed", "InStock", "in_stock"),
    "back order, some left": Told(
        {"stock": 3, "policy": "back_order", "available_from": SOON}, "In stock", "InStock", "in_stock"
    ),
    "back order from a day": Told(
        {"stock": 0, "policy": "back_order", "available_from": SOON},
        "On back order, sent from 31 January 2099", "BackOrder", "backorder", day=SOON,
    ),
    "back order without a day": Told(
        {"stock": 0, "policy": "back_order"},
        "Out of stock: order it now, it is sent once it is back", "OutOfStock", "out_of_stock",
    ),
    "back order from a day that has passed": Told(
        {"stock": 0, "policy": "back_order", "available_from": GONE},
        "Out of stock: order it now, it is sent once it is back", "OutOfStock", "out_of_stock",
    ),
    "made to order": Told(
        {"policy": "made_to_order", "lead_days": 14},
        "Made to order, within 14 days", "MadeToOrder", "in_stock", days=14,
    ),
    "bundle": Told({"parts": "many"}, "In stock", "InStock", "in_stock"),
    "bundle of what is gone": Told({"parts": "none"}, "Sold out", "OutOfStock", "out_of_stock"),
}  # fmt: skip


@pytest.fixture
async def shelf(room: Room) -> dict[str, dict[str, Any]]:
    coop = await room.coop()
    made: dict[str, dict[str, Any]] = {}
    for name, told in LEVELS.items():
        made[name] = await room.made(coop, name, variants=[{"price": euros(450), **parts_of(told, made)}])
    await hang_one_on_each(room.database)
    return {name: await room.get(room.nobody, f"/api/v1/products/{one['id']}") for name, one in made.items()}


def parts_of(told: Told, made: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if part := told.offered.get("parts"):
        return {"parts": [{"variant_id": variant_of(made[part])}]}
    return told.offered


async def test_all_three_say_the_same(room: Room, shelf: dict[str, dict[str, Any]]) -> None:
    feed = (await room.nobody.get("/feeds/merchant.xml")).text
    items = {one.split("</g:title>")[0].rpartition(">")[2]: one for one in feed.split("<item>")[1:]}
    supply: Any = environment(Settings(), StaticFiles()).get_template("supply.html").module

    for name, told in LEVELS.items():
        product = Product.model_validate(shelf[name])
        offer = offered(product)
        assert re.sub("<[^>]+>", "", supply.availability(product.variants[0])).strip() == told.page, name
        assert (offer["availability"], offer.get("availabilityStarts")) == (SCHEMA + told.schema, told.day), name
        assert offer.get("deliveryLeadTime", {}).get("maxValue") == told.days, name
        assert cells(items[name]) == (told.google, told.day, told.days and str(told.days)), name


def offered(product: Product) -> dict[str, Any]:
    block = str(StructuredData("http://127.0.0.1:8000").product(product, None))
    graph = orjson.loads(block.partition(">")[2].rpartition("<")[0])["@graph"]
    return dict(next(node for node in graph if node["@type"] == "Product")["offers"])


def cells(item: str) -> tuple[str | None, ...]:
    """Availability, the day of it, and the days that it takes."""
    found = (
        re.search(f"<g:{name}>([^<T]*)", item) for name in ("availability", "availability_date", "max_handling_time")
    )
    return tuple(one and one[1] for one in found)


def test_every_policy_is_in_the_table() -> None:
    told = {one.offered.get("policy", "bundle" if "parts" in one.offered else "deny") for one in LEVELS.values()}
    assert told == set(StockPolicy)
