"""A picture may be that of one variant: said by a file or by staff, and kept by whoever says nothing of it."""

from typing import Any

import pytest

from tests.catalog.conftest import CoopHere, Room, form
from tests.catalog.merchant_files import item, table
from tests.catalog.pictures import photos
from tests.catalog.pictures.handing_in import handed_in, hung
from tests.catalog.pictures.test_named import AT, shows
from tests.catalog.reading import Catalogue, read_file
from tests.catalog.sheets import later, sheet, sized
from tests.catalog.woocommerce_files import parent, variation, woo


@pytest.fixture
async def loaf(room: Room, coop: CoopHere) -> dict[str, Any]:
    """In two sizes."""
    told = form(coop, "Rye loaf")
    price = {"amount": 450, "currency": "EUR"}
    told["variants"] = [{"title": size, "price": price, "stock": 5} for size in ("Small", "Large")]
    answer = await coop.staff.post("/api/v1/products", json=told)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def of_variants(found: Catalogue) -> list[tuple[str, list[str]]]:
    pictures = found.products[0].pictures
    return [((one.url or "").removeprefix(AT), list(one.variants or ())) for one in pictures]


def test_shopifys_variant_images_are_those_of_their_variants_also_where_the_product_shows_them_too() -> None:
    file = sheet(
        sized("shirt", "S", **shows("a.jpg", "1"), **{"Variant Image": AT + "a.jpg"}),
        later("shirt", "M", **{"Variant Image": AT + "m.jpg"}),
        later("shirt", "L", **{"Variant Image": AT + "m.jpg"}),
    )

    assert of_variants(read_file(file)) == [("a.jpg", ["s"]), ("m.jpg", ["m", "l"])]


def test_woocommerces_variations_have_their_own() -> None:
    file = woo(parent("tee", Images=AT + "a.jpg"), variation("tee", "S", Images=AT + "s.jpg"))

    assert of_variants(read_file(file)) == [("a.jpg", []), ("s.jpg", ["s"])]


def test_googles_are_those_that_each_item_of_a_group_is_known_by() -> None:
    more = {"item_group_id": "tee", "additional_image_link": AT + "both.jpg"}
    file = table(
        item("a", color="Red", image_link=AT + "red.jpg", **more),
        item("b", color="Blue", image_link=AT + "blue.jpg", **more),
    )

    assert of_variants(read_file(file)) == [("red.jpg", ["red"]), ("blue.jpg", ["blue"]), ("both.jpg", [])]


async def test_staff_say_which_and_saying_nothing_leaves_it(room: Room, coop: CoopHere, loaf: dict[str, Any]) -> None:
    kept = await handed_in(coop, photos.photo(200, 200))
    large = loaf["variants"][1]["id"]

    told = (await hung(coop, loaf, {"digest": kept["digest"], "variants": [large]})).json()
    assert [one["variants"] for one in told["pictures"]] == [[large]]
    pictures = await room.get(coop.staff, f"/api/v1/products/{loaf['id']}/pictures")
    assert [one["variants"] for one in pictures["items"]] == [[large]]

    again = (await hung(coop, told, {"digest": kept["digest"], "alt": "Cut"})).json()
    assert [one["variants"] for one in again["pictures"]] == [[large]]

    none = (await hung(coop, again, {"digest": kept["digest"], "variants": []})).json()
    assert [one["variants"] for one in none["pictures"]] == [[]]


async def test_another_products_variant_is_refused(room: Room, coop: CoopHere, loaf: dict[str, Any]) -> None:
    kept = await handed_in(coop, photos.photo(200, 200))
    other = await room.made(coop, "Oat loaf")

    answer = await hung(coop, loaf, {"digest": kept["digest"], "variants": [other["variants"][0]["id"]]})

    assert (answer.status_code, answer.json()["code"]) == (422, "not_its_variant")
    assert answer.json()["errors"][0]["field"] == "pictures.0.variants"
