"""How much is in it, and what that makes the price of a kilogram: exact, from every format, never guessed."""

from typing import Any

import pytest

from services.catalog.assortment.draft import ProductDraft, ProductState, VariantDraft
from services.catalog.labels.measure import NotAMeasure, measure, unit_price
from tests.catalog.conftest import Room, form
from tests.catalog.reading import read_file


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("500 g", "500 g"),
        ("750g", "750 g"),
        ("1.50 Kg", "1.5 kg"),
        ("0,75 l", "0.75 l"),
        ("8 FL. OZ", "8 fl oz"),
        ("2 sqm", "2 m2"),
        ("12 ct", "12 piece"),
        ("1000 ml", "1000 ml"),
    ],
)
def test_a_measure_is_kept_as_we_write_it(written: str, kept: str) -> None:
    assert str(measure(written)) == kept


@pytest.mark.parametrize("written", ["", "g", "500", "0 g", "-1 kg", "1,500 g", "1.2.3 kg", "5 stone", "1e3 g", "½ l"])
def test_what_could_mean_something_else_is_no_measure(written: str) -> None:
    with pytest.raises(NotAMeasure):
        measure(written)


@pytest.mark.parametrize(
    ("price", "net", "per", "told"),
    [
        (450, "750 g", "", 600),
        (298, "500 g", "100 g", 60),
        (100, "300 g", "", 333),
        (200, "300 g", "", 667),
        (1, "2 kg", "", 1),  # Half a cent is rounded up.
        (890, "75 cl", "1 l", 1187),
        (1200, "6 piece", "", 200),
        (499, "1 lb", "100 g", 110),
        (640, "1 kg", "", None),  # The price says it already.
        (640, "1000 g", "1 kg", None),
        (10**10, "0.000001 mg", "999999999 kg", None),  # No price can be that.
    ],
)
def test_unit_prices_are_exact_until_they_are_rounded(price: int, net: str, per: str, told: int | None) -> None:
    assert unit_price(price, net, per) == told


def test_a_weight_has_no_price_per_litre() -> None:
    with pytest.raises(NotAMeasure):
        unit_price(100, "500 g", "1 l")


MEASURES = "total measure,unit price total measure unit,unit price base measure,unit price base measure unit"
GERMANIZED = (
    "ID,Type,SKU,Name,Published,Stock,Regular price,Parent,Attribute 1 name,Attribute 1 value(s),"
    "Meta: _unit,Meta: _unit_base,Meta: _unit_product\n"
)
FILES = {
    "shopify-old": f"Handle,Title,Variant Price,Unit Price {MEASURES}\nrye,Rye,4.50,750,g,1,kg\n",
    "shopify-new": f"Title,URL handle,Price,Unit price {MEASURES}\nRye,rye,4.50,750.0,g,1.0,kg\n",
    "google-merchant": "id\ttitle\tlink\tavailability\tprice\tunit_pricing_measure\tunit pricing base measure\n"
    "rye\tRye\thttps://x.example\tin_stock\t4.50 EUR\t750g\t1 kg\n",
    "woocommerce": GERMANIZED
    + "1,variable,RYE,Rye,1,,,,Size,Small,g,1000,\n2,variation,RYE-S,Rye,1,5,4.50,RYE,Size,Small,,,750\n",
    "toadlane": "id,title,price,net_quantity,price_per\nrye,Rye,4.50,750 g,1 kg\n",
}


@pytest.mark.parametrize("dialect", FILES)
def test_every_format_tells_it_in_its_own_way(dialect: str) -> None:
    found = read_file(FILES[dialect])

    assert (found.dialect, found.problems) == (dialect, [])
    [variant] = found.products[0].variants
    assert unit_price(variant.price, variant.net_quantity or "", variant.price_per or "") == 600


def test_what_cannot_be_read_is_left_out_and_told() -> None:
    header = "id,title,price,net_quantity,price_per\n"
    found = read_file(header + "a,A,1,a pound,\nb,B,1,500 g,1 l\nc,C,1,,1 kg\nd,D,1,,\n")

    assert found.counts == (4, 4, 0, 4)
    assert [(one.line, one.column, one.value) for one in found.problems] == [
        (2, "net_quantity", "a pound"),
        (3, "price_per", "1 l"),
        (4, "price_per", "1 kg"),
    ]
    assert all(one.advice for one in found.problems)
    assert [one.variants[0].net_quantity for one in found.products] == [None, "500 g", None, None]


def test_a_file_without_measures_still_says_what_it_said() -> None:
    def draft(**more: Any) -> ProductDraft:
        return ProductDraft("rye", "Rye", "", [], [], ProductState.LISTED, [VariantDraft({}, 450, **more)])

    before = "e8fecb2bddf1fd6956069c6753299ce1"  # As it was before measures were read.
    assert draft().digest().hex()[:32] == before
    assert draft(net_quantity="750 g").digest() != draft().digest()


async def test_the_form_takes_a_measure_and_keeps_it_where_it_is_not_told(room: Room) -> None:
    coop = await room.coop()
    told = form(coop, "Rye loaf")
    told["variants"][0] |= {"net_quantity": "0,750 kg", "price_per": ""}
    refused = await coop.staff.post("/api/v1/products", json=told)
    assert (refused.status_code, refused.json()["code"]) == (422, "not_a_measure")
    assert refused.json()["errors"][0]["field"] == "variants.0.net_quantity"

    told["variants"][0] |= {"net_quantity": "750 g"}
    made = (await coop.staff.post("/api/v1/products", json=told)).json()
    assert made["variants"][0]["unit_price"] == {"price": {"amount": 600, "currency": "EUR"}, "per": "1 kg"}

    again = form(coop, "Rye loaf", price=900)
    again["variants"][0]["id"] = made["variants"][0]["id"]
    url, seen = f"/api/v1/products/{made['id']}", {"if-match": "*"}
    kept = (await coop.staff.put(url, json=again, headers=seen)).json()
    assert kept["variants"][0]["unit_price"]["price"]["amount"] == 1200

    again["variants"][0] |= {"net_quantity": ""}
    gone = (await coop.staff.put(url, json=again, headers=seen)).json()
    assert (gone["variants"][0]["net_quantity"], gone["variants"][0]["unit_price"]) == ("", None)


async def test_an_import_keeps_measures(room: Room) -> None:
    coop = await room.coop()
    await room.imported(coop, FILES["toadlane"])
    [hit] = (await room.search("rye"))["hits"]
    shown = await room.get(room.nobody, f"/api/v1/products/{hit['slug']}")
    assert (shown["variants"][0]["net_quantity"], shown["variants"][0]["unit_price"]["per"]) == ("750 g", "1 kg")


async def test_lists_and_other_rooms_are_told_of_the_variant_whose_price_is_shown(room: Room) -> None:
    coop = await room.coop()
    told = form(coop, "Rye loaf", label={"withdrawal_exception": "perishable"})
    cheapest = {"title": "Small", "price": {"amount": 300, "currency": "EUR"}, "net_quantity": "400 g"}
    told["variants"] = [
        {"title": "Large", "price": {"amount": 450, "currency": "EUR"}, "net_quantity": "750 g"},
        cheapest,
        {"title": "By the piece", "price": {"amount": 900, "currency": "EUR"}},
    ]
    assert (await coop.staff.post("/api/v1/products", json=told)).status_code == 201
    await room.settled()

    [hit] = (await room.search("rye"))["hits"]
    [published] = await room.facts("catalog.products")

    assert (hit["price"]["amount"], hit["unit_price"]["price"]["amount"], hit["unit_price"]["per"]) == (
        300,
        750,
        "1 kg",
    )
    variants: Any = published.data["variants"]
    prices = [(one.get("unit_price"), one.get("unit_price_per")) for one in variants]
    assert prices == [(600, "1 kg"), (750, "1 kg"), (None, None)]
    assert published.data["withdrawal_exception"] == "perishable"


async def test_where_nobody_said_how_much_is_in_it_lists_have_no_unit_price(room: Room) -> None:
    await room.made(await room.coop())
    await room.settled()

    [hit] = (await room.search("rye"))["hits"]

    assert hit["unit_price"] is None
