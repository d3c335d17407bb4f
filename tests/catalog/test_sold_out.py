"""Other rooms are told which variants nobody can order, when that changes and no more often."""

from typing import Any
from uuid import uuid4

from chassis.testing import deliver
from services.catalog.assortment.changes import NumberChange, Numberer
from tests.catalog.conftest import CoopHere, Room, form
from tests.catalog.heard import cancelled, line, placed

TOPIC = "catalog.availability"


async def told(room: Room) -> list[tuple[Any, Any]]:
    """Each fact's version and what it names, oldest first."""
    await room.settled()
    return [(fact.data["version"], fact.data["sold_out"]) for fact in await room.facts(TOPIC)]


def first(product: dict[str, Any]) -> str:
    return str(product["variants"][0]["id"])


async def test_the_last_one_is_told_when_it_goes_and_when_it_comes_back(room: Room, coop: CoopHere) -> None:
    rye = await room.made(coop, stock=2)
    await deliver(room.worker, placed(line(rye)))
    assert await told(room) == []

    last = placed(line(rye))
    await deliver(room.worker, last)
    assert await told(room) == [(1, [first(rye)])]

    await deliver(room.worker, cancelled(last))
    assert await told(room) == [(1, [first(rye)]), (2, [])]


async def test_the_same_told_again_is_no_fact(room: Room, coop: CoopHere) -> None:
    rye = await room.made(coop, stock=0)
    await room.settled()

    await Numberer(room.database).number([NumberChange(product_id=rye["id"])])

    assert await told(room) == [(1, [first(rye)])]


async def test_what_is_made_ordered_ahead_or_not_counted_is_never_sold_out(room: Room, coop: CoopHere) -> None:
    await room.made(coop, "Uncounted", stock=None)
    for policy in ({"policy": "back_order"}, {"policy": "made_to_order", "lead_days": 9}):
        more = form(coop, "Ahead", stock=0)
        more["variants"][0] |= policy
        assert (await coop.staff.post("/api/v1/products", json=more)).status_code == 201

    assert await told(room) == []


async def test_a_bundle_is_sold_out_with_its_scarcest_part(room: Room, coop: CoopHere) -> None:
    rye = await room.made(coop, "Rye", stock=1)
    parts = [{"variant_id": first(rye), "quantity": 1}]
    box = form(coop, "Box")
    box["variants"][0] = {"title": "", "price": {"amount": 900, "currency": "EUR"}, "parts": parts}
    made = (await coop.staff.post("/api/v1/products", json=box)).json()

    await deliver(room.worker, placed(line(made), order_id=uuid4()))

    assert sorted(names for _, names in await told(room)) == sorted([[first(rye)], [first(made)]])
