"""What the API makes of a question before an engine gets it, and of what the engine found."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pytest
from prometheus_client import REGISTRY

from chassis.money import Money
from chassis.testing import client_for, deliver
from services.catalog.app import create_app
from services.catalog.search.port import FoundCoop, Hit, Near, Place, Sort, Suggestion
from services.catalog.search.ranking import POINTS, SHARE
from services.catalog.search.ranking import Place as Standing
from services.catalog.settings import Settings
from tests.catalog import heard
from tests.catalog.conftest import Room
from tests.catalog.search.told_engine import NOTHING, ToldEngine

LOAF = Hit(
    id=UUID("01934f5c-8a00-7000-8000-000000000001"),
    slug="loaf",
    title="Loaf",
    price=Money(amount=450, currency="EUR"),
    price_max=Money(amount=450, currency="EUR"),
    compare_at=None,
    coop=FoundCoop(slug="sunrise", name="Sunrise"),
    category="bread-and-baking",
    picture="x/y",
    in_stock=True,
)
KASSEL, PARIS = Place(51.32, 9.5), Place(48.85, 2.35)


@pytest.fixture
def engine() -> ToldEngine:
    return ToldEngine()


@pytest.fixture
def visitor(room: Room, settings: Settings, engine: ToldEngine) -> httpx.AsyncClient:
    return client_for(create_app(settings, room.database, engine=engine), "catalog", None)


async def found(visitor: httpx.AsyncClient, query: str) -> dict[str, Any]:
    answer = await visitor.get(f"/api/v1/search?{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_of_several_any_will_do(visitor: httpx.AsyncClient, engine: ToldEngine) -> None:
    await found(
        visitor, "coop=sunrise&coop=quayside&country=de&country=FR&certification=eu-organic&coop=&in_stock=true"
    )

    asked = engine.asked[0]
    assert (asked.coops, asked.countries) == (["sunrise", "quayside"], ["DE", "FR"])
    assert (asked.certifications, asked.in_stock) == (["eu-organic"], True)


async def test_certifications_are_told_by_their_names(visitor: httpx.AsyncClient, engine: ToldEngine) -> None:
    engine.findings = replace(NOTHING, certifications={"eu-organic": 3, "long-gone": 1})

    assert (await found(visitor, ""))["facets"]["certification"] == [
        {"value": "eu-organic", "name": "EU organic", "count": 3},
        {"value": "long-gone", "name": "long-gone", "count": 1},
    ]


async def test_the_numbers_that_search_counts_with_are_there_for_everybody(visitor: httpx.AsyncClient) -> None:
    told = (await visitor.get("/api/v1/search/ranking")).json()

    assert told["places"][0] == {"name": "head", "weight": POINTS[Standing.HEAD]}
    assert [one["weight"] for one in told["fits"]] == list(SHARE.values())
    assert (told["together"], round(told["in_stock"], 2)) == (4.0, 1.17)


async def test_what_was_counted_is_told_with_names_those_with_most_first(
    visitor: httpx.AsyncClient, engine: ToldEngine
) -> None:
    engine.findings = replace(
        NOTHING, countries={"FR": 2, "DE": 5}, certifications={"fairtrade": 1}, in_stock=6, meant="sourdough"
    )

    answer = await found(visitor, "q=sordough")

    assert answer["facets"]["country"] == [
        {"value": "DE", "name": "Germany", "count": 5},
        {"value": "FR", "name": "France", "count": 2},
    ]
    assert answer["facets"]["certification"] == [{"value": "fairtrade", "name": "Fairtrade", "count": 1}]
    assert answer["facets"]["in_stock"] == [{"value": "true", "name": "In stock", "count": 6}]
    assert answer["meant"] == "sourdough"
    assert (answer["near"], answer["on_holiday"]) == (None, [])


async def test_what_was_chosen_is_told_by_its_name_though_there_is_nothing_of_it(
    room: Room, visitor: httpx.AsyncClient, engine: ToldEngine
) -> None:
    await room.coop("sunrise")
    engine.findings = replace(NOTHING, coops={("quayside", "Quayside Roasters"): 2})

    chosen = "coop=sunrise&coop=nobody&coop=quayside&country=jp&country=oz1&certification=fairtrade&certification=best"
    facets = (await found(visitor, chosen))["facets"]

    assert facets["coop"] == [
        {"value": "quayside", "name": "Quayside Roasters", "count": 2},
        {"value": "sunrise", "name": "Sunrise Bakers", "count": 0},
    ]
    assert facets["country"] == [{"value": "JP", "name": "Japan", "count": 0}]
    assert facets["certification"] == [{"value": "fairtrade", "name": "Fairtrade", "count": 0}]


async def test_near_a_town_hits_say_how_far_they_are(visitor: httpx.AsyncClient, engine: ToldEngine) -> None:
    engine.findings = replace(NOTHING, total=1, hits=[LOAF.model_dump_json().encode()], distances=[12.345])

    answer = await found(visitor, "near=paris&radius_km=50&sort=nearest")

    assert (engine.asked[0].near, engine.asked[0].sort) == (Near(PARIS, 50), Sort.NEAREST)
    assert answer["hits"] == [{**LOAF.model_dump(mode="json"), "distance_km": 12.3}]
    assert answer["near"]["town"]["value"] == "Paris, FR"
    assert "Paris, Texas, US" in [town["value"] for town in answer["near"]["others"]]


async def test_near_a_point_needs_no_name(visitor: httpx.AsyncClient, engine: ToldEngine) -> None:
    answer = await found(visitor, "near=51.32,9.5")

    assert engine.asked[0].near == Near(KASSEL, 100)
    assert (answer["near"]["town"], answer["near"]["latitude"]) == (None, 51.32)


async def test_what_fits_and_is_nobody_knows_where_is_counted(
    room: Room, visitor: httpx.AsyncClient, engine: ToldEngine
) -> None:
    await room.coop("sunrise", city="Kassel", country="DE")
    await room.coop("hidden-valley", city="Shangri-La", country="DE")
    engine.findings = replace(NOTHING, total=7)

    assert (await found(visitor, "near=Kassel&in_stock=true"))["near"]["without_place"] == 7
    assert (engine.asked[1].coops, engine.asked[1].near, engine.asked[1].in_stock) == (["hidden-valley"], None, True)
    assert (await found(visitor, "near=Kassel&coop=sunrise"))["near"]["without_place"] == 0


async def test_a_place_that_could_be_several_is_answered_by_which(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/api/v1/search", params={"near": "Valencia"})

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["errors"][0]["field"]) == (422, "place_ambiguous", "near")
    assert [one["value"] for one in problem["candidates"][:2]] == ["Valencia, VE", "Valencia, ES"]


@pytest.mark.parametrize(
    ("params", "code", "field"),
    [
        ({"near": "Nowhereville"}, "place_unknown", "near"),
        ({"near": "99,0"}, "place_unknown", "near"),
        ({"sort": "nearest"}, "near_missing", "near"),
        ({"near": "Kassel", "radius_km": "0"}, "invalid", "radius_km"),
        ({"near": "Kassel", "radius_km": "nan"}, "invalid", "radius_km"),
        ({"near": "K" * 101}, "invalid", "near"),
        ({"coop": ["x"] * 51}, "invalid", "coop"),
    ],
)
async def test_a_place_that_makes_no_sense_is_refused_by_its_field(
    visitor: httpx.AsyncClient, params: dict[str, Any], code: str, field: str
) -> None:
    problem = (await visitor.get("/api/v1/search", params=params)).json()
    assert (problem["code"], problem["errors"][0]["field"]) == (code, field)


async def test_a_shop_on_holiday_that_was_asked_for_is_said(
    room: Room, visitor: httpx.AsyncClient, engine: ToldEngine
) -> None:
    coop = await room.coop("sunrise")
    await deliver(room.worker, heard.CoopPaused(coop_id=coop.id, version=2))

    answer = await found(visitor, "coop=sunrise")

    assert answer["on_holiday"] == [{"slug": "sunrise", "name": "Sunrise Bakers", "until": "2027-01-04"}]
    assert engine.asked[0].hidden_coops == []
    assert (await found(visitor, "q=bread"))["on_holiday"] == []
    assert engine.asked[1].hidden_coops == [coop.id]


async def test_suggestions_leave_out_what_may_not_be_shown(
    room: Room, visitor: httpx.AsyncClient, engine: ToldEngine
) -> None:
    coop = await room.coop("sunrise", state="suspended")
    engine.suggestion = Suggestion(["sourdough"], [LOAF.model_dump_json().encode()])

    answer = (await visitor.get("/api/v1/suggest", params={"q": "sou"})).json()

    assert answer == {"words": ["sourdough"], "hits": [LOAF.model_dump(mode="json")]}
    assert engine.begun == [("sou", 6, [coop.id])]


async def test_places_are_offered_as_one_types(visitor: httpx.AsyncClient) -> None:
    items = (await visitor.get("/api/v1/places", params={"q": "hebd"})).json()["items"]

    assert (items[0]["value"], items[0]["country_name"]) == ("Hebden Bridge, GB", "United Kingdom")
    assert (await visitor.get("/api/v1/places", params={"q": "h"})).json() == {"items": []}


async def test_where_a_co_op_is_goes_into_the_index_with_its_goods(room: Room) -> None:
    """Its place comes with the facts about it, and changes with them."""
    coop = await room.coop("sunrise", city="Kassel", country="DE")

    assert await where(room) == (51.32, 9.5)
    await deliver(room.worker, heard.CoopReinstated(coop_id=coop.id, version=2, slug="sunrise", city="Nowhere At All"))
    assert await where(room) == (None, None)


async def test_how_long_a_change_takes_to_be_findable_is_measured_from_when_it_was_made(room: Room) -> None:
    before = findable("count"), findable("sum")
    coop = await room.coop()
    await room.made(coop, "Loaf")
    await asyncio.sleep(0.05)

    await room.settled()

    assert findable("count") == before[0] + 1
    # By clocks on the wall, which may be set meanwhile.
    assert findable("sum") - before[1] > 0.01


def findable(what: str) -> float:
    return REGISTRY.get_sample_value(f"toadlane_catalog_findable_seconds_{what}") or 0.0


async def where(room: Room) -> tuple[float | None, float | None]:
    row = (await room.database.fetch("SELECT latitude, longitude FROM coops"))[0]
    return row["latitude"], row["longitude"]
