"""Plays the demo's world into an empty house, over its front door only; played again, it goes on where it broke off."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TypeVar

from onebox.actors import CoopMember, Operator, Shopper
from onebox.demo.buying import Buying
from onebox.demo.cast import CoopStage, DemoCoop, DemoShopper, Person, coops, orders, people
from onebox.demo.selling import Selling
from onebox.visitor import Told, Visitor, World, until

AT_ONCE = 4  # more would only queue in the house
V = TypeVar("V", bound=Visitor)
P = TypeVar("P")
R = TypeVar("R")


@dataclass(frozen=True)
class SignIn:
    """One way into the demo, for the person who started it."""

    part: str
    name: str
    email: str


def sign_ins() -> list[SignIn]:
    """Everybody in the demo; all have the password the seeding was given."""
    cast = people()
    admitted = [coop for coop in coops() if coop.until is CoopStage.ADMITTED]
    return [
        SignIn("operator", cast.operator.name, cast.operator.email),
        *(SignIn("co-op", coop.trading_name, coop.email) for coop in admitted),
        *(SignIn("shopper", shopper.name, shopper.email) for shopper in cast.shoppers),
    ]


async def seed(
    world: World, *, password: str, make_operator: Callable[[str], Awaitable[None]], tell: Callable[[str], None] = print
) -> None:
    """`make_operator` lets the account of an address operate the marketplace: there is no way to it over the API."""
    async with AsyncExitStack() as stack:
        entry = Entry(world, password, stack)
        operator = await _operator(entry, make_operator)
        staff = await _fill_shelves(entry, operator, tell)
        await _buy(entry, staff, tell)


@dataclass
class Entry:
    """Lets people in: by the account they have, or by opening one."""

    world: World
    password: str
    stack: AsyncExitStack

    async def let_in(self, kind: type[V], person: Person) -> V:
        visitor = kind(self.world)
        await self.stack.enter_async_context(visitor)
        try:
            await _patiently(lambda: visitor.sign_up(person.email, self.password, person.name))
        except Told as told:
            if told.code != "email_taken":
                raise
            await _patiently(lambda: visitor.sign_in(person.email, self.password))
        return visitor


async def _patiently(enter: Callable[[], Awaitable[object]]) -> None:
    # Playing the demo again right away knocks at the door more often than one address may in a minute.
    async with asyncio.timeout(90):
        while True:
            try:
                await enter()
            except Told as told:
                if told.status != 429:
                    raise
                await asyncio.sleep(2)
            else:
                return


async def _operator(entry: Entry, make_operator: Callable[[str], Awaitable[None]]) -> Operator:
    person = people().operator
    operator = await entry.let_in(Operator, person)

    async def look() -> bool:
        return bool((await operator.get("/me"))["operator"])

    if not await look():
        await make_operator(person.email)
        await until(look)
    return operator


async def _fill_shelves(entry: Entry, operator: Operator, tell: Callable[[str], None]) -> dict[str, CoopMember]:
    """The staff of every co-op by its slug."""

    async def play(coop: DemoCoop) -> CoopMember:
        staff = await entry.let_in(CoopMember, Person(name=coop.contact_name, email=coop.email))
        tell(await Selling(coop, staff, operator).play())
        return staff

    cast = coops()
    played = await _few_at_once(cast, play)
    return {coop.slug: staff for coop, staff in zip(cast, played, strict=True)}


async def _buy(entry: Entry, staff: dict[str, CoopMember], tell: Callable[[str], None]) -> None:
    slugs = {coop.shop: coop.slug for coop in coops() if coop.shop is not None}

    async def play(person: DemoShopper) -> None:
        shopper = await entry.let_in(Shopper, person)
        wanted = [order for order in orders() if order.shopper == person.email]
        tell(await Buying(person, shopper, wanted, staff, slugs).play())

    await _few_at_once(people().shoppers, play)


async def _few_at_once(parts: Sequence[P], play: Callable[[P], Awaitable[R]]) -> list[R]:
    """All of them, answers in their order; the first failure stops the others."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(part: P) -> R:
        async with gate:
            return await play(part)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(part)) for part in parts]
    return [task.result() for task in tasks]
