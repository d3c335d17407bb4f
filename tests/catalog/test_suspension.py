"""A co-op that may not sell: its goods are out of search and out of reach at once, however many, and come back."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from chassis.auth import Caller
from chassis.testing import client_for, deliver, public_key_pem
from services.catalog.app import create_app
from services.catalog.categories import load_categories
from services.catalog.inbound import OrderPlaced
from services.catalog.search.embedded.engine import TantivyEngine
from services.catalog.search.indexing import Indexer, IndexProduct
from services.catalog.search.port import Findings, Question
from services.catalog.settings import Settings
from services.catalog.stock.reserving import Stock
from tests.catalog import heard
from tests.catalog.conftest import CoopHere, Room
from tests.catalog.heard import cancelled, line, paid, placed
from tests.catalog.test_stock import answers
from tests.catalog.trusting import Trusting

STOPPED = [heard.CoopSuspended, heard.CoopLapsed]


async def fill(room: Room, coop: CoopHere, number: int, engine: TantivyEngine) -> None:
    """As many products as that, straight into the tables and the index: how they come there is another test's."""
    fill_products = text("""
        INSERT INTO products (product_id, coop_id, slug, title, description_html, category, tags, state, currency,
                              version, created_at, updated_at)
        SELECT gen_random_uuid(), :coop, 'loaf-' || n, 'Loaf ' || n, '', 'bread-and-baking', '{}', 'listed', 'EUR',
               1, now(), now()
        FROM generate_series(1, :number) AS n RETURNING product_id
    """)
    fill_variants = text("""
        INSERT INTO variants (variant_id, product_id, position, external_id, options, sku, price, on_hand)
        SELECT gen_random_uuid(), product_id, 0, 'only', '{}', '', 450, 5 FROM products WHERE coop_id = :coop
    """)
    async with room.database.transaction() as session:
        made = list(await session.scalars(fill_products, {"coop": coop.id, "number": number}))
        await session.execute(fill_variants, {"coop": coop.id})
    indexer = Indexer(room.database, engine, load_categories())
    await indexer.products([IndexProduct(product_id=product) for product in made])


@pytest.fixture
def engine(tmp_path: Path) -> TantivyEngine:
    """The room's own index."""
    return TantivyEngine(tmp_path / "search")


async def test_of_a_large_co_op_that_is_suspended_search_shows_and_counts_nothing_at_once(
    room: Room, shelf: int, engine: TantivyEngine
) -> None:
    large, small = await room.coop("sunrise"), await room.coop("quayside", name="Quayside")
    await fill(room, large, shelf, engine)
    await room.made(small, "Loaf of the others")
    await room.settled()
    assert (await room.search("loaf"))["total"] == shelf + 1

    await deliver(room.worker, heard.CoopSuspended(coop_id=large.id, version=2))

    found = await room.search("loaf")
    assert (found["total"], [hit["coop"]["slug"] for hit in found["hits"]]) == (1, ["quayside"])
    assert [(facet["value"], facet["count"]) for facet in found["facets"]["coop"]] == [("quayside", 1)]
    assert {facet["count"] for facet in found["facets"]["category"]} == {1}
    assert (await room.search(coop="sunrise"))["total"] == 0

    await deliver(room.worker, heard.CoopReinstated(coop_id=large.id, version=3))
    assert (await room.search("loaf"))["total"] == shelf + 1


async def test_the_index_is_cleaned_and_filled_again_afterwards(room: Room, engine: TantivyEngine) -> None:
    coop = await room.coop()
    await room.made(coop, "Loaf")

    await deliver(room.worker, heard.CoopSuspended(coop_id=coop.id, version=2))
    await room.settled()
    assert engine.known() == set()

    await deliver(room.worker, heard.CoopReinstated(coop_id=coop.id, version=3))
    await room.settled()
    assert (await room.search())["total"] == 1


class Forgetful(TantivyEngine):
    """The guard taken away: it hides nobody."""

    def search(self, question: Question) -> Findings:
        return super().search(replace(question, hidden_coops=()))


async def test_without_the_filter_the_index_would_still_show_them(room: Room, tmp_path: Path) -> None:
    """The negative control: the index holds the goods until its task is done."""
    coop = await room.coop()
    await room.made(coop, "Loaf")
    await room.settled()
    await deliver(room.worker, heard.CoopSuspended(coop_id=coop.id, version=2))
    settings = Settings(
        database_url="postgresql://unused", internal_public_key=public_key_pem(), demo=True, data_folder=tmp_path
    )
    unguarded = create_app(settings, room.database, engine=Forgetful(tmp_path / "search"))

    async with client_for(unguarded, "catalog", Caller()) as nobody:
        assert (await nobody.get("/api/v1/search")).json()["total"] == 1
    assert (await room.search())["total"] == 0


@pytest.mark.parametrize("stopped", STOPPED)
async def test_goods_of_a_co_op_that_may_not_sell_refuse_at_once_and_sell_again(
    room: Room, stopped: type[heard.CoopAdmitted]
) -> None:
    coop = await room.coop()
    loaf = await room.made(coop)
    before, after = placed(line(loaf)), placed(line(loaf))

    await deliver(room.worker, stopped(coop_id=coop.id, version=2), before)
    await deliver(room.worker, heard.CoopReinstated(coop_id=coop.id, version=3), after)

    told = await answers(room)
    assert told[before.key]["reasons"][0]["reason"] == "coop_unavailable"
    assert told[after.key]["type"] == "catalog.StockReserved"


async def test_without_the_look_at_the_co_op_its_goods_would_be_promised(room: Room) -> None:
    """The negative control."""
    coop = await room.coop()
    order = placed(line(await room.made(coop)))
    await deliver(room.worker, heard.CoopSuspended(coop_id=coop.id, version=2))

    async with room.database.transaction() as session:
        await Stock(Trusting()).reserve(session, [OrderPlaced.model_validate(order.model_dump())])

    assert (await answers(room))[order.key]["type"] == "catalog.StockReserved"


async def test_what_was_sold_before_is_still_settled_and_given_back(room: Room) -> None:
    coop = await room.coop()
    loaf = await room.made(coop, stock=5)
    sold, dropped = placed(line(loaf, 2)), placed(line(loaf))
    await deliver(room.worker, sold, dropped)
    await deliver(room.worker, heard.CoopSuspended(coop_id=coop.id, version=2))

    await deliver(room.worker, paid(sold), cancelled(dropped))

    seen = await room.get(coop.staff, f"/api/v1/products/{loaf['id']}")
    assert seen["variants"][0]["available"] == 3


async def test_a_product_of_theirs_says_that_its_co_op_is_not_selling_and_shows_nothing_of_it(room: Room) -> None:
    coop = await room.coop()
    await room.made(coop, "Loaf")
    await deliver(room.worker, heard.CoopSuspended(coop_id=coop.id, version=2))

    answer = await room.nobody.get("/api/v1/products/loaf")

    told = answer.json()
    assert (answer.status_code, told["code"], told["coop"]["slug"]) == (404, "coop_unavailable", "sunrise")
    assert "Loaf" not in answer.text
    assert (await coop.staff.get("/api/v1/products/loaf")).status_code == 200
    assert (await room.get(room.nobody, "/api/v1/products"))["items"] == []
