"""Staff can see why a level is what it is: summed since the last count, narrowed by days, and as a table."""

import csv
import io
from typing import Any
from uuid import uuid4

import pytest

from chassis.auth import Caller
from chassis.direct import fetch
from chassis.testing import deliver
from tests.catalog.conftest import CoopHere, Room, form
from tests.catalog.heard import cancelled, line, paid, placed
from tests.catalog.tills import STOCK, euros, level_of, shelf, told, variant_of


@pytest.fixture
async def loaf(room: Room, coop: CoopHere) -> dict[str, Any]:
    """Of twenty that were counted three are there: what happened in between is more than a number."""
    loaf = await room.made(coop, stock=5)
    await told(coop.staff, loaf, count=20, version="*")
    sold, returned, dropped, held = (placed(line(loaf, quantity)) for quantity in (10, 2, 1, 3))
    await deliver(room.worker, sold, returned, dropped, held)
    await deliver(room.worker, paid(sold), paid(returned))
    await deliver(room.worker, cancelled(returned), cancelled(dropped))
    await told(coop.staff, loaf, change=-4)
    return loaf


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


async def test_why_there_are_three(room: Room, coop: CoopHere, loaf: dict[str, Any]) -> None:
    explanation = await room.get(coop.staff, f"{STOCK}/{variant_of(loaf)}/explanation")

    counted, since = explanation["counted"], explanation["since"]
    assert (counted["change"], counted["on_hand"], counted["reserved"]) == ("counted", 20, 0)
    assert {one["change"]: (one["times"], one["on_hand_change"], one["reserved_change"]) for one in since} == {
        "reserved": (4, 0, 16),
        "sold": (2, -12, -12),
        "put_back": (1, 2, 0),
        "released": (1, 0, -1),
        "adjusted": (1, -4, 0),
    }
    on_shelf = counted["on_hand"] + sum(one["on_hand_change"] for one in since)
    promised = counted["reserved"] + sum(one["reserved_change"] for one in since)
    assert shelf(await level_of(room, coop, loaf)) == (on_shelf, promised, on_shelf - promised) == (6, 3, 3)


async def test_the_journal_is_narrowed_by_days_and_by_what_happened(
    room: Room, coop: CoopHere, loaf: dict[str, Any]
) -> None:
    async with room.database.transaction() as session:
        await fetch(session, "UPDATE stock_journal SET at = '2026-11-01T23:59:59Z' WHERE change = 'edited'")
        await fetch(session, "UPDATE stock_journal SET at = '2026-11-03T00:00:00Z' WHERE change <> 'edited'")
    url = f"{STOCK}/{variant_of(loaf)}/journal"

    async def changes(**span: str) -> list[str]:
        return [one["change"] for one in (await room.get(coop.staff, url, **span))["items"]]

    assert await changes(until="2026-11-01") == ["edited"]
    assert await changes(since="2026-11-02", until="2026-11-02") == []
    assert len(await changes(since="2026-11-03", until="2026-11-03")) == 10
    assert await changes(change="put_back") == ["put_back"]
    assert (await coop.staff.get(url, params={"since": "yesterday"})).status_code == 422


async def test_the_journal_is_a_table_of_one_or_of_all(room: Room, coop: CoopHere, loaf: dict[str, Any]) -> None:
    sizes = [{"options": {"Size": size}, "sku": f"=TEE-{size}", "price": euros(900), "stock": 1} for size in "SM"]
    await coop.staff.post("/api/v1/products", json=form(coop, "Tee", external_id="tee", variants=sizes))
    await room.made(await room.coop("other"), "Not ours")

    one = await coop.staff.get(f"{STOCK}/{variant_of(loaf)}/journal.csv")
    whole = await coop.staff.get(f"{STOCK}/journal.csv", params={"coop_id": str(coop.id)})
    put_back = await coop.staff.get(f"{STOCK}/{variant_of(loaf)}/journal.csv", params={"change": "put_back"})

    assert [row["change"] for row in rows(one.text)][:2] == ["edited", "counted"]
    last = rows(one.text)[-1]
    assert (last["on the shelf: change"], last["on the shelf"], last["promised"]) == ("-4", "6", "3")
    assert [row["change"] for row in rows(put_back.text)] == ["put_back"]
    assert {(row["product"], row["product id"], row["choice"], row["sku"]) for row in rows(whole.text)} == {
        ("Rye loaf", loaf["id"], "", ""),
        ("Tee", "tee", "S", "'=TEE-S"),
        ("Tee", "tee", "M", "'=TEE-M"),
    }
    stranger = room.connect(Caller(id=uuid4(), kind="account"))
    for url in (f"{STOCK}/journal.csv?coop_id={coop.id}", f"{STOCK}/{variant_of(loaf)}/journal.csv"):
        assert (await stranger.get(url)).status_code == 404


@pytest.mark.parametrize(
    ("q", "found"),
    [("", 3), ("TEE m", 1), ("loaf", 1), ("tee-s", 1), ("tee", 2), ("tee loaf", 0), ("%", 0), ("\0rye", 1)],
)
async def test_levels_are_found_by_name_choice_and_number(room: Room, coop: CoopHere, q: str, found: int) -> None:
    sizes = [{"options": {"Size": size}, "sku": f"TEE-{size}", "price": euros(900), "stock": 1} for size in "SM"]
    await coop.staff.post("/api/v1/products", json=form(coop, "Tee", variants=sizes))
    await room.made(coop, "Rye loaf")

    assert len((await room.get(coop.staff, STOCK, coop_id=str(coop.id), q=q))["items"]) == found
