"""Steps that several journeys begin with: co-ops that sell, and an operator who let them in."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest

from onebox.actors import CoopMember, Operator, Shopper
from onebox.visitor import Json, Told, World, until
from tests.journeys.shelves import BREAD_OLD_HEADER, COFFEE_NEW_HEADER

PASSWORD = "correct horse battery staple"

SUNRISE = {
    "domain": "sunrise.coop", "legal_name": "Sunrise Bakers' Co-operative Ltd", "trading_name": "Sunrise Bakers",
    "legal_form": "worker co-operative", "country": "DE", "city": "Kassel", "address": "Mühlengasse 4",
    "postcode": "34117", "contact_name": "Rosa Klein", "contact_email": "bread@sunrise.coop",
    "contact_phone": "+49 561 555 0101", "makes": "Bread with three days' patience",
}  # fmt: skip
QUAYSIDE = {
    "domain": "quayside.coop", "legal_name": "Quayside Roasters Coop", "trading_name": "Quayside Roasters",
    "legal_form": "worker co-operative", "country": "NL", "city": "Rotterdam", "address": "Kade 7",
    "postcode": "3011", "contact_name": "Piet de Boer", "contact_email": "beans@quayside.coop",
    "contact_phone": "+31 10 555 0102", "makes": "Coffee, roasted on the quay",
}  # fmt: skip


@dataclass
class Market:
    """Two co-ops that sell, and the operator who admitted them."""

    world: World
    sunrise: CoopMember
    quayside: CoopMember
    operator: Operator
    bread: Json
    coffee: Json


async def open_market(stack: AsyncExitStack, house: object) -> Market:
    """Steps 1 and 2 of the story, for both co-ops."""
    world: World = house.world  # type: ignore[attr-defined]
    operator = await stack.enter_async_context(Operator(world))
    await operator.sign_up("operator@toadlane.example", PASSWORD, "Olive Operator")
    house.make_operator("operator@toadlane.example")  # type: ignore[attr-defined]
    sunrise = await join(stack, world, operator, SUNRISE)
    quayside = await join(stack, world, operator, QUAYSIDE)
    bread = await sunrise.upload("bread.csv", BREAD_OLD_HEADER.encode())
    coffee = await quayside.upload("coffee.csv", COFFEE_NEW_HEADER.encode())
    await sunrise.deliver_for(DE=390, NL=690)
    await quayside.deliver_for(DE=590, NL=290)
    return Market(world, sunrise, quayside, operator, bread, coffee)


async def join(stack: AsyncExitStack, world: World, operator: Operator, application: dict[str, str]) -> CoopMember:
    """A co-op applies, proves its domain by DNS, a wrong record failing first, and is admitted."""
    member = await stack.enter_async_context(CoopMember(world))
    await member.sign_up(f"staff@{application['domain']}", PASSWORD, application["contact_name"])
    await member.apply(**application)
    challenge = await member.challenge()
    await member.publish(challenge["record_name"], "not-the-token", "v=spf1 -all")
    with pytest.raises(Told) as refused:
        await member.check()
    assert refused.value.code == "proof_not_found"
    await member.publish(challenge["record_name"], "v=spf1 -all", challenge["record_value"])
    proved = await member.check()
    assert proved["state"] == "proved"
    admitted = await operator.admit(member.coop_id)
    assert admitted["state"] == "admitted"
    await member.works_here()
    return member


async def variants_of(shopper: Shopper, query: str, title: str = "Rye Sourdough") -> list[Json]:
    """The variants of the product of that title, as soon as a search for those words finds it first."""
    product = await shopper.get(f"/products/{(await shopper.found(query, title))['slug']}")
    variants: list[Json] = product["variants"]
    return variants


async def stock_of(visitor: Shopper, slug: str) -> dict[str, int | None]:
    """What is available of each variant of a product, by the variant's title."""
    product = await visitor.get(f"/products/{slug}")
    return {variant["title"]: variant["available"] for variant in product["variants"]}


async def books_balance(operator: Operator) -> Json:
    """The balances by account and currency; fails where they do not add up to nothing."""
    balances = await operator.balances()
    assert balances["balanced"]
    return {one["account"]: one["amount"] for one in balances["balances"]}


async def settled_books(operator: Operator, order_id: str, *kinds: str) -> list[Json]:
    """The order's entries, as soon as all these kinds are among them."""

    async def look() -> list[Json] | None:
        entries = await operator.entries(order_id)
        return entries if set(kinds) <= {entry["kind"] for entry in entries} else None

    return await until(look)
