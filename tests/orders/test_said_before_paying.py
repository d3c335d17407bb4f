"""What the law wants said beside a price and before paying: what a kilogram costs, and what cannot be sent back."""

from uuid import uuid4

import pytest

from tests.orders.conftest import Goods, Room, Shopper
from tests.orders.heard import ProductPublished, Variant


@pytest.fixture
async def food(room: Room) -> Goods:
    goods = Goods(await room.open_coop("sunrise", "Sunrise Bakers"), uuid4(), uuid4(), 450)
    await room.hear(
        ProductPublished(
            product_id=goods.product_id,
            coop_id=goods.coop_id,
            withdrawal_exception="perishable",
            variants=[Variant(variant_id=goods.variant_id, unit_price=600, unit_price_per="1 kg")],
        )
    )
    return goods


async def test_the_basket_tells_the_price_by_measure_of_what_has_one(room: Room, shopper: Shopper, food: Goods) -> None:
    await shopper.put_in(food)
    await shopper.put_in(await room.sell(food.coop_id, title="Tea towel"))

    compared = [line["compared"] for line in (await shopper.basket())["lines"]]

    assert compared == [{"price": {"amount": 600, "currency": "EUR"}, "per": "1 kg"}, None]


async def test_what_cannot_be_sent_back_is_told_before_paying_on_the_order_and_in_its_mail(
    room: Room, shopper: Shopper, food: Goods
) -> None:
    towel = await room.sell(food.coop_id, title="Tea towel")
    await shopper.put_in(food)
    await shopper.put_in(towel)
    assert [line["withdrawal_exception"] for line in (await shopper.basket())["lines"]] == ["perishable", None]

    order = await shopper.paid()
    await room.do_tasks()

    lines = order["consignments"][0]["lines"]
    assert [line["withdrawal_exception"] for line in lines] == ["perishable", None]
    told = room.mails.letters[0].text
    assert told.count("Cannot be sent back because you changed your mind: it spoils quickly.") == 1


async def test_an_order_keeps_what_its_buyer_was_told(room: Room, shopper: Shopper, food: Goods) -> None:
    order = await shopper.paid(food)
    changed = ProductPublished(
        product_id=food.product_id, coop_id=food.coop_id, variants=[Variant(variant_id=food.variant_id)], version=2
    )
    await room.hear(changed)

    [line] = (await shopper.see(order))["consignments"][0]["lines"]

    assert line["withdrawal_exception"] == "perishable"
