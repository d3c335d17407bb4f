"""Fills the shelves of the box as co-ops fill them: they apply, prove their domains, and upload their files."""

import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from benchmarks.shelves import Shelf, shelf
from benchmarks.shopping import Goods
from onebox.actors import CoopMember, Operator, Shopper
from onebox.visitor import World, until

PASSWORD = "only for as long as this box is open"  # noqa: S105, it goes with the box
OPERATOR = "operator@toadlane.example"
COOPS = ("bakers", "weavers", "growers", "printers")
TO_BUY = 200
"""Distinct variants of each co-op that the measured guests choose from."""


@dataclass(frozen=True)
class Stocked:
    """The shelves, and how long it took to fill them."""

    goods: Goods
    products: int
    rows: int
    seconds: float


async def fill(
    stack: AsyncExitStack, world: World, make_operator: Callable[[str], None], products: int, seed: int
) -> tuple[Operator, Stocked]:
    """Returns when the last product can be found."""
    operator = await stack.enter_async_context(Operator(world))
    await operator.sign_up(OPERATOR, PASSWORD, "Olive Operator")
    make_operator(OPERATOR)
    members = [await join(stack, world, operator, name) for name in COOPS]
    shelves = [shelf(f"{name}{seed}", name.title(), products // len(COOPS)) for name in COOPS]
    begun = time.monotonic()
    rows = [await upload(member, one) for member, one in zip(members, shelves, strict=True)]
    await _found(stack, world, products)
    goods = [await _goods_of(member) for member in members]
    return operator, Stocked(
        goods=Goods(
            slugs=[slug for slugs, _ in goods for slug in slugs],
            queries=sorted({query for one in shelves for query in one.queries if query.isalpha()}),
            variants=[variants[:TO_BUY] for _, variants in goods],
        ),
        products=products,
        rows=sum(rows),
        seconds=time.monotonic() - begun,
    )


async def join(stack: AsyncExitStack, world: World, operator: Operator, name: str) -> CoopMember:
    """From the application to the first delivery price."""
    member = await stack.enter_async_context(CoopMember(world))
    await member.sign_up(f"staff@{name}.coop", PASSWORD, f"Staff of the {name}")
    await member.apply(
        domain=f"{name}.coop", legal_name=f"{name.title()} Co-operative", trading_name=name.title(),
        legal_form="worker co-operative", country="DE", city="Kassel", address="Mühlengasse 4", postcode="34117",
        contact_name="Rosa Klein", contact_email=f"hello@{name}.coop", contact_phone="+49 561 555 0101",
        makes="Good things",
    )  # fmt: skip
    challenge = await member.challenge()
    await member.publish(challenge["record_name"], challenge["record_value"])
    await member.check()
    await operator.admit(member.coop_id)
    await member.works_here()
    await member.deliver_for(DE=390)
    return member


async def upload(member: CoopMember, one: Shelf) -> int:
    """How many rows it had; returns when all of them are taken."""
    report = await member.upload(one.filename, one.content, seconds=3_600, every=0.5)
    assert report["state"] == "done", report
    assert report["rows_rejected"] == 0, report["problems"][:3]
    return int(report["rows_total"])


async def _found(stack: AsyncExitStack, world: World, products: int) -> None:
    shopper = await stack.enter_async_context(Shopper(world))

    async def everything() -> bool:
        return bool((await shopper.search("", limit=1))["total"] >= products)

    await until(everything, seconds=300, every=0.2)


async def _goods_of(member: CoopMember) -> tuple[list[str], list[str]]:
    slugs, variants, cursor = list[str](), list[str](), None
    while True:
        asked = {"coop_id": member.coop_id, "limit": 100} | ({"cursor": cursor} if cursor else {})
        page = await member.get("/products", **asked)
        slugs += [product["slug"] for product in page["items"]]
        variants += [variant["id"] for product in page["items"] for variant in product["variants"]]
        if (cursor := page["next_cursor"]) is None:
            return slugs, variants
