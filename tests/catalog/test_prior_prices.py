"""A reduction is shown beside the lowest price of the thirty days before it, whatever its co-op says the price was."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.catalog.labels.prior_price import Earlier, prior_price, remembered
from tests.catalog.conftest import Room, form

DAY = datetime(2026, 11, 1, tzinfo=UTC)


def history(*prices: tuple[int, int]) -> Earlier:
    """Prices with the days on which they ended."""
    earlier: Earlier = []
    for price, ended in prices:
        earlier = remembered(earlier, price, DAY + timedelta(days=ended))
    return earlier


@pytest.mark.parametrize(
    ("prices", "lowest"),
    [
        ([], None),
        ([(1000, 0)], 1000),
        ([(900, 0), (1000, 29)], 900),
        ([(900, 0), (1000, 30)], 1000),
        ([(700, 0), (800, 10), (900, 35)], 800),
        ([(1000, 0), (1200, 5)], 1000),  # A price put up for a few days does not count.
    ],
)
def test_the_lowest_of_thirty_days_is_remembered(prices: Sequence[tuple[int, int]], lowest: int | None) -> None:
    assert prior_price(history(*prices)) == lowest


def test_what_is_remembered_does_not_grow_for_ever() -> None:
    assert len(history(*((100 + day, day) for day in range(400)))) == 30


async def priced(room: Room, *steps: tuple[int, int | None]) -> list[Any]:
    """Asked prices and former ones, one after the other, and what the public then reads of the lowest before."""
    coop = await room.coop()
    product: dict[str, Any] = {}
    read = []
    for price, before in steps:
        told = form(coop, "Rye loaf", price=price)
        told["variants"][0] |= {"compare_at": before and {"amount": before, "currency": "EUR"}}
        if product:
            told["variants"][0]["id"] = product["variants"][0]["id"]
            url = f"/api/v1/products/{product['id']}"
            product = (await coop.staff.put(url, json=told, headers={"if-match": "*"})).json()
        else:
            product = (await coop.staff.post("/api/v1/products", json=told)).json()
        prior = product["variants"][0]["prior_price"]
        read.append(prior and prior["amount"])
    return read


async def test_a_reduction_is_shown_beside_the_lowest_price_before(room: Room) -> None:
    assert await priced(room, (1000, None), (1500, None), (1200, 1500)) == [None, None, 1000]


async def test_a_reduction_that_is_none_is_shown_as_none(room: Room) -> None:
    assert await priced(room, (1000, None), (1000, 2000)) == [None, 1000]


async def test_of_what_was_never_asked_for_before_nothing_is_said(room: Room) -> None:
    assert await priced(room, (1000, 2000), (1000, 2000)) == [None, None]
