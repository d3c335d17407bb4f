"""Towns are found as people write them, and which one is meant is asked where it cannot be told."""

import gzip
from uuid import uuid4

import pytest

from chassis.direct import fetch
from chassis.testing import deliver
from services.catalog.places.gather import gathered
from services.catalog.places.gazetteer import Gazetteer, Town, load_gazetteer, place_of, the_one_meant
from services.catalog.places.nearness import PlaceAmbiguous, PlaceUnknown, whereabouts
from services.catalog.search.port import Place
from tests.catalog import heard
from tests.catalog.conftest import Room


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def meant(gazetteer: Gazetteer, text: str) -> str:
    town = the_one_meant(gazetteer.called(text))
    return town.written if town else ""


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("Kassel", "Kassel, DE"),
        ("  KASSEL ", "Kassel, DE"),
        ("München", "Munich, DE"),
        ("muenchen", "Munich, DE"),
        ("Köln", "Köln, DE"),
        ("Cologne", "Köln, DE"),
        ("Sao Paulo", "São Paulo, BR"),
        ("Lisboa", "Lisbon, PT"),
        ("Θεσσαλονίκη", "Thessaloníki, GR"),
        ("Dublin 7", "Dublin, IE"),
        ("Paris", "Paris, FR"),
        ("Paris, Texas", "Paris, Texas, US"),
        ("paris, tx", "Paris, Texas, US"),
        ("Portland, OR", "Portland, Oregon, US"),
        ("Hebden Bridge, West Yorkshire", "Hebden Bridge, GB"),
        ("Valencia, Spain", "Valencia, ES"),
        ("Valencia, España", "Valencia, ES"),
        ("valencia, es", "Valencia, ES"),
        ("Fels am Wagram", "Fels am Wagram, AT"),
        ("Valencia", ""),
        ("Springfield", ""),
        ("Nowhereville", ""),
        (", ,", ""),
    ],
)
def test_a_town_is_known_by_whatever_people_call_it(gazetteer: Gazetteer, text: str, town: str) -> None:
    assert meant(gazetteer, text) == town


def test_whatever_could_be_meant_is_offered_under_a_name_that_means_nothing_else(gazetteer: Gazetteer) -> None:
    towns = gazetteer.called("Springfield")

    assert len(towns) > 10
    assert [meant(gazetteer, town.written) for town in towns] == [town.written for town in towns]


@pytest.mark.parametrize(("text", "first"), [("kasse", "Kassel"), ("hebden br", "Hebden Bridge"), ("växj", "Växjö")])
def test_towns_are_suggested_by_how_they_begin(gazetteer: Gazetteer, text: str, first: str) -> None:
    assert gazetteer.begun(text, 3)[0].name == first


@pytest.mark.parametrize("text", ["", "k", "\0", "\t\n", "ÿ" * 100, "🍞", "zzzz", "'; --"])
def test_no_text_breaks_the_list(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.begun(text, 3) == []
    assert gazetteer.called(text) == gazetteer.called(text.strip())


def test_a_point_needs_no_list(gazetteer: Gazetteer) -> None:
    assert whereabouts("51.31667, 9.5", 50, gazetteer).near.place == Place(51.31667, 9.5)
    for wrong in ("91,0", "0,181"):
        with pytest.raises(PlaceUnknown):
            whereabouts(wrong, 50, gazetteer)


def test_who_is_asked_which_town_is_told_in_which_country(gazetteer: Gazetteer) -> None:
    with pytest.raises(PlaceAmbiguous) as asked:
        whereabouts("Valencia", 50, gazetteer)
    candidates = asked.value.extra["candidates"]
    assert isinstance(candidates, list)
    assert [(one["value"], one["country_name"]) for one in candidates[:2]] == [
        ("Valencia, VE", "Venezuela"),
        ("Valencia, ES", "Spain"),
    ]


def test_a_co_op_is_where_its_town_is_and_nowhere_where_that_cannot_be_told() -> None:
    assert place_of("Úbeda", "ES") == Place(38.01, -3.37)
    assert place_of("Hebden Bridge, West Yorkshire", "GB") == Place(53.74, -2.01)
    assert place_of("Springfield", "US") is None
    assert place_of("Henningsvær", "NO") is None
    assert place_of("Hebden Bridge", "DE") is None
    assert place_of("", "GB") is None


TOWNS = [
    {
        "geonameid": number,
        "name": name,
        "countrycode": country,
        "population": people,
        "admin1code": state,
        "alternatenames": others,
        "latitude": float(number),
        "longitude": 0.0,
    }
    for number, name, country, people, state, others in (
        (1, "Köln", "DE", 1_024_621, "07", ["Cologne", "CGN", "keulen-by-ear", "Кёльн"]),
        (2, "Neustadt", "DE", 900, "07", ["Nowhere Else"]),
        (50, "Neustadt", "DE", 53_984, "08", []),
        (60, "Ulm", "DE", 120_000, "01", []),
        (3, "Troy", "US", 700, "TX", []),
        (4, "Troy", "US", 800, "XX", []),
    )
]


def test_the_list_is_made_of_names_that_are_written_and_of_regions_that_tell_towns_apart() -> None:
    made = Gazetteer(gathered(TOWNS, {"TX": {"name": "Texas"}}))

    for name in ("koln", "Cologne", "Кёльн"):
        assert made.called(name) == [Town("Köln", "DE", "", Place(1.0, 0.0), 1_000_000)]
    assert [made.called(name) for name in ("CGN", "keulen by ear", "Nowhere Else")] == [[], [], []]
    assert [town.written for town in made.called("Neustadt")] == ["Neustadt, by Ulm, DE", "Neustadt, by Köln, DE"]
    assert [town.written for town in made.called("Troy")] == ["Troy, US", "Troy, Texas, US"]


def test_the_file_is_made_the_same_every_time() -> None:
    lines = gathered(TOWNS, {})
    assert lines == gathered(list(reversed(TOWNS)), {})
    assert gzip.compress(lines, 9, mtime=0) == gzip.compress(lines, 9, mtime=0)


async def test_a_co_op_from_before_towns_were_kept_has_its_place_once_the_facts_are_read_again(room: Room) -> None:
    fact = heard.CoopAdmitted(coop_id=uuid4(), version=1, slug="kassel", city="Kassel", country="DE")
    await deliver(room.worker, fact)
    async with room.database.transaction() as session:
        await fetch(session, "UPDATE coops SET city = '', latitude = NULL, longitude = NULL")
        await fetch(session, "UPDATE inbox SET handler = 'producers.CoopAdmitted'")  # As the reading before did.

    await deliver(room.worker, fact)

    [coop] = await room.database.fetch("SELECT city, latitude FROM coops")
    assert (coop["city"], coop["latitude"]) == ("Kassel", 51.32)
    assert room.worker.groups["producers.coops"] == "catalog.towns", "a group that begins at the beginning"
    assert room.worker.groups["orders.orders"] == "catalog"
