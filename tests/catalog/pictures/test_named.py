"""Which pictures a file names for a product, in each format: all of them, in their order, each once."""

import os
from pathlib import Path

import pytest

from services.catalog.pictures.picture import MOST_PICTURES
from tests.catalog.merchant_files import Dressed, atom, item, rss, table
from tests.catalog.reading import Catalogue, read_file
from tests.catalog.sheets import NEW, OLD, first, later, sheet, sized
from tests.catalog.woocommerce_files import parent, simple, variation, woo

AT = "https://shop.example/"


def named(content: str, nth: int = 0) -> list[tuple[str, str, int]]:
    """The end of the address, its words, and the line that names it."""
    pictures = read_file(content).products[nth].pictures
    return [((one.url or "").removeprefix(AT), one.alt, one.line) for one in pictures]


def shows(path: str, position: str, alt: str = "") -> dict[str, str]:
    return {"Image Src": AT + path, "Image Position": position, "Image Alt Text": alt}


@pytest.mark.parametrize("header", [OLD, NEW], ids=["old", "new"])
def test_shopifys_stand_by_their_position_and_after_them_those_of_variants(header: list[str]) -> None:
    file = sheet(
        sized("shirt", "S", **shows("c.jpg", "3", "Seam")),
        later("shirt", "M", **shows("a.jpg", "1", "Front"), **{"Variant Image": AT + "m.jpg"}),
        later("shirt", "L", **{"Variant Image": AT + "a.jpg"}),
        {"Handle": "shirt", **shows("b.jpg", "2")},
        header=header,
    )

    told = named(file)

    assert [path for path, _, _ in told] == ["a.jpg", "b.jpg", "c.jpg", "m.jpg"]
    assert [line for _, _, line in told] == [3, 5, 2, 3]
    assert [alt for _, alt, _ in told] == ["Front", "", "Seam", "M"]


def test_woocommerces_are_the_products_and_then_its_variations() -> None:
    images = f"{AT}a.jpg, {AT}b,c.jpg , {AT}a.jpg"
    file = woo(parent("tee", Images=images), variation("tee", "S", Images=AT + "s.jpg"), simple("mug", Images=""))

    assert named(file) == [("a.jpg", "", 2), ("b,c.jpg", "", 2), ("s.jpg", "S", 3)]
    assert named(file, 1) == []


@pytest.mark.parametrize("written", [table, rss, atom], ids=["table", "rss", "atom"])
def test_googles_are_first_the_one_of_each_item_and_then_all_others(written: Dressed) -> None:
    more = {"image_link": AT + "red.jpg", "additional_image_link": f"{AT}1.jpg,{AT}2.jpg"}
    file = written(
        item("a", item_group_id="tee", color="red", **more),
        item("b", item_group_id="tee", color="blue", image_link=AT + "blue.jpg", additional_image_link=AT + "1.jpg"),
    )

    assert [path for path, _, _ in named(file)] == ["red.jpg", "blue.jpg", "1.jpg", "2.jpg"]


def test_a_feed_that_says_a_further_picture_many_times_means_each() -> None:
    again = "".join(f"<g:additional_image_link>{AT}{nth}.jpg</g:additional_image_link>" for nth in range(3))
    file = rss(item("mug", image_link=AT + "mug.jpg")).replace("</item>", f"{again}</item>")

    assert [path for path, _, _ in named(file)] == ["mug.jpg", "0.jpg", "1.jpg", "2.jpg"]


def test_our_own_format_lists_them() -> None:
    table = f'id,title,price,pictures,picture_alt\nmug,Mug,4.50,"{AT}a.jpg, {AT}b.jpg",A mug\nmug,,4.50,,\n'
    lines = f'{{"id": "mug", "title": "Mug", "price": 4.5, "pictures": ["{AT}a.jpg", "{AT}b.jpg"]}}\n'

    assert named(table) == [("a.jpg", "A mug", 2), ("b.jpg", "A mug", 2)]
    assert [path for path, _, _ in named(lines)] == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize(
    "address",
    ["picture.jpg", "file:///etc/passwd", "ftp://a.example/x.jpg", "http://127.0.0.1/x.jpg", "http://localhost/x.jpg",
     "https://a.example:8443/x.jpg", "https://me:secret@a.example/x.jpg", "javascript:alert(1)",
     "data:image/png;base64,A"],
)  # fmt: skip
def test_an_address_that_cannot_be_fetched_from_is_left_out_with_its_line_and_what_to_do(address: str) -> None:
    found = read_file(sheet(first("mug", **{"Image Src": address})))

    [problem] = found.problems
    assert (problem.line, problem.column, problem.value) == (2, "Image Src", address)
    assert problem.advice.endswith(".")
    assert (found.counts, found.products[0].pictures) == ((1, 1, 0, 1), [])


def test_a_product_has_no_more_than_a_page_can_show() -> None:
    rows = [{"Handle": "mug", **shows(f"{nth}.jpg", str(nth))} for nth in range(1, MOST_PICTURES + 3)]

    found = read_file(sheet(first("mug"), *rows))

    assert len(found.products[0].pictures) == MOST_PICTURES
    assert [problem.line for problem in found.problems] == [MOST_PICTURES + 3]


def test_another_picture_or_other_words_are_a_change() -> None:
    def digest(path: str, alt: str = "") -> bytes:
        return read_file(sheet(first("mug", **shows(path, "1", alt)))).products[0].digest()

    assert digest("a.jpg") == digest("a.jpg")
    assert len({digest("a.jpg"), digest("b.jpg"), digest("a.jpg", "A mug")}) == 3


REAL = {"shopify/apparel.csv": (20, "EUR"), "woocommerce/sample_products.csv": (21, "USD")}


@pytest.mark.parametrize("file", REAL)
def test_every_picture_of_a_real_export_is_found(file: str) -> None:
    """Set TOADLANE_SHARED to the folder of real files; none of them is part of the project."""
    shared = os.environ.get("TOADLANE_SHARED")
    if not shared:
        pytest.skip(f"TOADLANE_SHARED is not set: the pictures of {file} were NOT looked for")
    expected, currency = REAL[file]

    found: Catalogue = read_file(Path(shared, "catalogs", file).read_bytes(), currency)

    assert sum(len(product.pictures) for product in found.products) == expected
    assert not [problem for problem in found.problems if "picture" in problem.reason]
