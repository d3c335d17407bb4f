"""Guests who order, pay, think again and are refunded while everything dies, and what was said to each of them."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import uuid4

from onebox.actors import CoopMember, Shopper
from onebox.visitor import Json, Told
from tests.journeys.steps import Market
from tests.journeys.stubborn import stubbornly

FINAL = ("shipped", "cancelled")
UNPAID = ("placed", "awaiting_payment", "voiding")


@dataclass
class Sold:
    """One order with what its guest was told of it, which has to hold whatever happens."""

    shopper: Shopper
    form: Json
    key: str
    order_id: str
    scarce: bool
    states: list[str] = field(default_factory=list)
    provider_has_money: bool = False

    async def look(self, *wanted: str) -> str:
        """The state, once it is one of those."""
        told = await stubbornly(lambda: self.shopper.order_in(self.order_id, *wanted))
        self.states.append(told["state"])
        return str(told["state"])

    async def pay(self) -> None:
        opened = await stubbornly(lambda: self.shopper.open_payment(self.order_id))
        answer = await self.shopper.confirm(opened, "works")
        self.provider_has_money = answer.status_code == 200

    async def cancel(self) -> None:
        try:
            told = await stubbornly(lambda: self.shopper.post(f"/orders/{self.order_id}/cancel"))
        except Told as refused:
            if refused.code != "already_shipped":
                raise
        else:
            self.states.append(told["state"])


async def pays(sold: Sold) -> None:
    await sold.pay()


async def thinks_again(sold: Sold) -> None:
    await sold.cancel()


async def wants_the_money_back(sold: Sold) -> None:
    await sold.pay()
    await sold.look("paid", *FINAL)
    await sold.cancel()


async def pays_and_thinks_again_at_once(sold: Sold) -> None:
    async with asyncio.TaskGroup() as both:
        both.create_task(_pay_or_be_refused(sold))
        both.create_task(sold.cancel())


async def _pay_or_be_refused(sold: Sold) -> None:
    try:
        await sold.pay()
    except Told as refused:
        if refused.code != "not_payable":
            raise


LIVES: tuple[Callable[[Sold], Awaitable[None]], ...] = (
    pays,
    thinks_again,
    wants_the_money_back,
    pays_and_thinks_again_at_once,
)


async def order(market: Market, variants: list[Json], scarce: Json | None) -> Sold:
    """Placed by a guest who is never seen again elsewhere; every call is made again until it is answered."""
    shopper = Shopper(market.world)
    for variant in [*variants, *([scarce] if scarce else [])]:
        path = f"/basket/lines/{variant['id']}"
        await stubbornly(lambda path=path: shopper.ask("PUT", path, json={"quantity": 1}))  # type: ignore[misc]
    form, key = await stubbornly(shopper.checkout_form), uuid4().hex
    placed = await stubbornly(lambda: shopper.place(form, key))
    return Sold(shopper, form, key, placed["id"], scarce is not None)


async def buy_and_buy(
    market: Market, variants: list[Json], scarce: Json, chance: random.Random, closing: asyncio.Event
) -> list[Sold]:
    """One guest after the other until closing time; each order is followed to its end."""
    orders = []
    while not closing.is_set():
        sold = await order(market, variants, scarce if chance.random() < 0.5 else None)
        if await sold.look("awaiting_payment", *FINAL) == "awaiting_payment":
            await chance.choice(LIVES)(sold)
            await sold.look(*FINAL)
        orders.append(sold)
    return orders


async def pack_and_pack(member: CoopMember, closed: asyncio.Event) -> None:
    """Ships what is paid, until everybody has gone."""
    while not closed.is_set():
        told: Json = await stubbornly(lambda: member.get("/consignments", coop_id=member.coop_id))
        for one in told["items"]:
            if one["state"] == "to_pack":
                await stubbornly(lambda one=one: ship(member, one["id"]))  # type: ignore[misc]
        await asyncio.sleep(0.3)


async def ship(member: CoopMember, consignment_id: str) -> Json:
    try:
        return await member.ship(consignment_id, "DHL", "JD1")
    except Told as refused:
        if refused.code != "nothing_to_ship":
            raise
        return {"kept": consignment_id}
