"""Drawn pictures: the same for ever, and nothing but ours."""

from xml.etree import ElementTree as ET

import httpx
import pytest

from storefront.motifs import MOTIFS, WORDS, motif_of
from storefront.pictures import drawn, picture_url


def test_the_same_key_draws_the_same_picture_and_another_key_another() -> None:
    assert drawn("bread__rye") == drawn("bread__rye")
    assert drawn("bread__rye") != drawn("bread__oat")


def test_every_drawing_is_well_formed() -> None:
    for word in [*WORDS, "nothing-known"]:
        assert ET.fromstring(drawn(word)).tag.endswith("svg")  # noqa: S314 - our own drawing


def test_every_word_asks_for_a_drawing_that_exists() -> None:
    assert set(WORDS.values()) <= set(MOTIFS)


@pytest.mark.parametrize(
    ("key", "motif"),
    [
        ("kitchen-and-table__coffee-cup", "cup"),
        ("food__honey-cake", "bread"),
        ("bread-and-baking__honey-loaf", "bread"),
        ("tops__women-s-garment", "shirt"),
        ("other__something", "parcel"),
    ],
)
def test_a_thing_is_drawn_as_what_it_is(key: str, motif: str) -> None:
    assert motif_of(key) == motif


def test_an_address_elsewhere_is_never_shown() -> None:
    assert picture_url("https://evil.example/track.gif", "x").startswith("/pictures/https")


def test_the_catalogues_key_becomes_an_address() -> None:
    assert picture_url("bread-and-baking/rye-loaf", "x") == "/pictures/bread-and-baking__rye-loaf.svg"
    assert picture_url(None, "bread", "rye") == "/pictures/bread__rye.svg"
    assert picture_url(None) == "/pictures/goods.svg"


async def test_a_key_that_is_no_key_is_not_found(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/pictures/a%20b.svg")).status_code == 404
    assert (await visitor.get(f"/pictures/{'a' * 200}.svg")).status_code == 404
