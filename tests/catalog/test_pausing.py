"""A co-op that has paused its shop: its goods are there to be looked at, out of search at once, and not reserved."""

from pathlib import Path

from chassis.testing import deliver
from services.catalog.inbound import OrderPlaced
from services.catalog.search.embedded.engine import TantivyEngine
from services.catalog.stock.reserving import Stock
from tests.catalog import heard
from tests.catalog.conftest import CoopHere, Room
from tests.catalog.heard import cancelled, line, paid, placed
from tests.catalog.test_stock import answers
from tests.catalog.trusting import Trusting


async def paused(room: Room) -> CoopHere:
    """Beside another co-op that sells the same."""
    coop, other = await room.coop("sunrise"), await room.coop("quayside", name="Quayside")
    await room.made(coop, "Loaf")
    await room.made(other, "Loaf of the others")
    await room.settled()
    await deliver(room.worker, heard.CoopPaused(coop_id=coop.id, version=2))
    return coop


async def test_search_hides_its_goods_at_once_but_not_from_whoever_looks_at_that_co_op(room: Room) -> None:
    coop = await paused(room)

    assert [hit["coop"]["slug"] for hit in (await room.search("loaf"))["hits"]] == ["quayside"]
    assert [facet["value"] for facet in (await room.search("loaf"))["facets"]["coop"]] == ["quayside"]
    assert [hit["title"] for hit in (await room.search(coop="sunrise"))["hits"]] == ["Loaf"]

    await deliver(room.worker, heard.CoopResumed(coop_id=coop.id, version=3))
    assert (await room.search("loaf"))["total"] == 2


async def test_its_goods_stay_in_the_index_so_that_they_are_back_at_once(room: Room, tmp_path: Path) -> None:
    coop = await paused(room)
    await room.settled()

    assert len(TantivyEngine(tmp_path / "search").known()) == 2
    await deliver(room.worker, heard.CoopSuspended(coop_id=coop.id, version=3))
    assert (await room.search(coop="sunrise"))["total"] == 0


async def test_a_product_of_theirs_is_shown_with_the_day_on_which_the_shop_opens_again(room: Room) -> None:
    await paused(room)

    shown = await room.get(room.nobody, "/api/v1/products/loaf")

    assert (shown["coop"]["paused"], shown["coop"]["paused_until"]) == (True, "2027-01-04")
    other = await room.get(room.nobody, "/api/v1/products/loaf-of-the-others")
    assert (other["coop"]["paused"], other["coop"]["paused_until"]) == (False, None)


async def test_nothing_of_it_is_reserved_until_it_is_back(room: Room) -> None:
    coop = await room.coop()
    loaf = await room.made(coop)
    before, after = placed(line(loaf)), placed(line(loaf))

    await deliver(room.worker, heard.CoopPaused(coop_id=coop.id, version=2), before)
    await deliver(room.worker, heard.CoopResumed(coop_id=coop.id, version=3), after)

    told = await answers(room)
    assert told[before.key]["reasons"][0]["reason"] == "coop_unavailable"
    assert told[after.key]["type"] == "catalog.StockReserved"


async def test_without_the_look_at_the_pause_its_goods_would_be_promised(room: Room) -> None:
    """The negative control."""
    coop = await room.coop()
    order = placed(line(await room.made(coop)))
    await deliver(room.worker, heard.CoopPaused(coop_id=coop.id, version=2))

    async with room.database.transaction() as session:
        await Stock(Trusting()).reserve(session, [OrderPlaced.model_validate(order.model_dump())])

    assert (await answers(room))[order.key]["type"] == "catalog.StockReserved"


async def test_what_was_promised_before_goes_on(room: Room) -> None:
    coop = await room.coop()
    loaf = await room.made(coop, stock=5)
    sold, dropped = placed(line(loaf, 2)), placed(line(loaf))
    await deliver(room.worker, sold, dropped)
    await deliver(room.worker, heard.CoopPaused(coop_id=coop.id, version=2))

    await deliver(room.worker, paid(sold), cancelled(dropped))

    assert await room.available(loaf) == 3


async def test_older_news_of_a_pause_changes_nothing(room: Room) -> None:
    coop = await room.coop()
    await room.made(coop, "Loaf")
    await deliver(room.worker, heard.CoopResumed(coop_id=coop.id, version=3))
    await deliver(room.worker, heard.CoopPaused(coop_id=coop.id, version=2))
    await room.settled()

    assert (await room.search("loaf"))["total"] == 1
