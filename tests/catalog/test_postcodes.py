"""Postal codes are found as people write them, and which country is meant is asked where several have the code."""

import gzip
from importlib.resources import files

import pytest

from services.catalog.places.gather_postcodes import COUNTRIES, gathered
from services.catalog.places.gazetteer import load_gazetteer
from services.catalog.places.nearness import PlaceAmbiguous, whereabouts
from services.catalog.places.postcodes import FILE, Postcodes, load_postcodes, with_postcode
from services.catalog.search.port import Place
from tests.catalog.conftest import Room


@pytest.fixture(scope="module")
def postcodes() -> Postcodes:
    return load_postcodes()


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("SW9", ["SW9, Coldharbour Lane, GB"]),
        ("sw9 8jz", ["SW9, Coldharbour Lane, GB"]),
        ("90210 US", ["90210, Beverly Hills, US"]),
        ("US 90210-1234", ["90210, Beverly Hills, US"]),
        ("28013 Madrid", ["28013, Madrid, ES"]),
        ("Madrid 28013", ["28013, Madrid, ES"]),
        ("28013, España", ["28013, Madrid, ES"]),
        ("75011", ["75011, Carrollton, US", "75011, Paris, FR", "75011, Accettura, IT", "75011, Koszalin, PL"]),
        ("M5V 2T6", ["M5V, Downtown Toronto, CA"]),
        ("1011 AB", ["1011, Amsterdam, NL"]),
        ("1000-205", ["1000, Lisboa, PT"]),
        ("D02 X285", ["D02, Dublin 2, IE"]),
        ("Dublin 7", []),
        ("25 de Mayo", []),
        ("Kassel", []),
        ("99999999999", []),
        ("0\t", []),
        (" ", []),
    ],
)
def test_a_code_is_found_as_people_write_it(postcodes: Postcodes, text: str, places: list[str]) -> None:
    assert [town.written for town in postcodes.called(text)][:4] == places


def test_each_that_could_be_meant_has_a_name_that_means_it_alone(postcodes: Postcodes) -> None:
    towns = postcodes.called("75011")

    assert len(towns) > 3
    assert [[one.written for one in postcodes.called(town.written)] for town in towns] == [
        [one.written] for one in towns
    ]


async def test_a_code_of_several_countries_is_asked_about() -> None:
    async def found(text: str) -> Place:
        return whereabouts(text, 50, load_gazetteer(), await with_postcode(text)).near.place

    with pytest.raises(PlaceAmbiguous, match="Which “75011” do you mean") as told:
        await found("75011")
    assert "'75011, Paris, FR'" in str(told.value.extra["candidates"])
    assert await found("75011, Paris, FR") == await found("75011 Paris") == Place(48.86, 2.36)
    assert await found("Kassel") == Place(51.32, 9.5), "a town without a digit"


async def test_a_search_is_made_near_a_code(room: Room) -> None:
    near = await room.coop(city="Madrid", country="ES")
    await room.made(near, "Tortilla")
    await room.settled()

    found = await room.search(near="28013 Madrid", radius_km=20)
    suggested = await room.get(room.nobody, "/api/v1/places", q="28013")

    assert [hit["title"] for hit in found["hits"]] == ["Tortilla"]
    assert (found["near"]["town"]["name"], found["near"]["town"]["region"]) == ("28013", "Madrid")
    assert "28013, Madrid, ES" in [one["value"] for one in suggested["items"]]


def test_the_list_is_made_of_the_middle_of_each_code() -> None:
    rows = [
        "GB\tSW9\tStockwell\t\t\t\t\t\t\t51.0\t-0.2\t4",
        "GB\tSW9\tBrixton (north)\t\t\t\t\t\t\t52.0\t-0.1\t4",
        "PT\t1000-001\tLisboa\t\t\t\t\t\t\t38.7\t-9.1\t4",
        "PT\t1000-002\tLisboa\t\t\t\t\t\t\t38.7\t-9.1\t4",
        "XX\t1\tNowhere\t\t\t\t\t\t\t1\t1\t4",
        "FR\t1\tUnknown\t\t\t\t\t\t\t\t\t",
    ]

    assert gathered(rows).decode().splitlines() == [
        "1000\tPT\tLisboa\t38.70\t-9.10",
        "SW9\tGB\tStockwell\t51.50\t-0.15",
    ]


def test_the_list_has_every_country_that_it_would_be_made_of_again() -> None:
    lines = gzip.decompress(files("services.catalog.places").joinpath(FILE).read_bytes()).splitlines()

    assert {line.split(b"\t", 2)[1].decode() for line in lines} == COUNTRIES
