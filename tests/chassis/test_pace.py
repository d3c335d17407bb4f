"""A loop that keeps a pace goes on at once after a calm, and in steps while it is busy."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from chassis.ids import new_id
from chassis.inbox import receive
from chassis.outbox import publish
from chassis.pace import CALM, GLANCE, LONGEST, SLICE, Pace, Slices, give_way
from chassis.testing import Databases, MemoryBus
from chassis.worker import Worker
from tests.chassis.rooms import Counted, settings


async def test_after_a_calm_a_few_rounds_wait_for_nothing_and_then_each_does() -> None:
    pace = Pace(30.0, at_once=3)
    async with asyncio.timeout(15):
        for _ in range(3):
            await pace.keep()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await pace.keep()


async def test_what_comes_on_the_heels_of_the_first_is_shipped_together(databases: Databases) -> None:
    database, bus = await databases("plumbing"), Appends()
    worker = Worker("tests", settings(), database, bus, topics=[Counted.topic])
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(stop))
    for number in range(40):
        async with database.transaction() as session:
            publish(session, Counted(counter_id=new_id(), version=1, number=number))
    await _until(lambda: _told(bus, 40))
    stop.set()
    await running

    assert [receive(one).data["number"] for one in bus.topics[Counted.topic]] == list(range(40))
    assert len(bus.sizes) < 40, "every fact was shipped by itself"


class Loop:
    """A loop's time, of which others need so much whenever they are let: `turns` is who had it.

    On a busy machine it wakes `late`, without having worked.
    """

    def __init__(self, needed: float, late: float = 0.0) -> None:
        self.needed, self.late, self.now, self.worked = needed, late, 0.0, 0.0
        self.turns: list[str] = []

    async def pause(self, seconds: float) -> None:
        self.now += max(seconds, self.needed) + self.late
        self.worked += self.needed
        self.turns.append("others")

    async def give_way(self, at_most: float) -> None:
        await give_way(at_most, pause=self.pause, clock=lambda: self.now, worked=lambda: self.worked)

    async def long_work(self, rest: Callable[[float], Awaitable[None]]) -> None:
        for _ in range(2):
            self.now += 0.25
            self.turns.append("step")
            await rest(0.25)


async def test_long_work_leaves_a_busy_loop_to_others_for_as_long_as_its_step_took() -> None:
    loop, hasty = Loop(needed=0.0625), Loop(needed=0.0625)

    await loop.long_work(loop.give_way)
    await hasty.long_work(_go_on)

    assert loop.turns == ["step", *["others"] * 4] * 2
    assert hasty.turns == ["step", "step"], "without giving way others would have had their turn too"


async def test_where_all_is_calm_long_work_goes_on_after_a_few_glances() -> None:
    loop = Loop(needed=0)

    await loop.give_way(60.0)

    assert loop.now == pytest.approx(CALM * GLANCE)


async def test_a_loop_that_wakes_late_with_nothing_to_do_is_calm_all_the_same() -> None:
    loop = Loop(needed=0, late=1.0)

    await loop.give_way(60.0)

    assert loop.turns == ["others"] * CALM


async def test_after_a_long_round_the_next_one_of_dear_work_comes_later() -> None:
    dear, cheap = Pace(0.001, at_once=3, leaving=9.0), Pace(0.001, at_once=3)
    async with asyncio.timeout(15):
        await cheap.keep(took=LONGEST)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(LONGEST / 2):
            await dear.keep(took=LONGEST)


async def _on_and_on(_: Slices) -> None:
    pass


async def _turn(turns: list[str]) -> None:
    turns.append("other")


@pytest.mark.parametrize(("cut", "waits"), [(Slices.cut, False), (_on_and_on, True)], ids=["cut", "whole"])
async def test_work_that_is_cut_does_not_keep_the_loop(cut: Callable[[Slices], Awaitable[None]], waits: bool) -> None:
    slices, turns = Slices(), list[str]()
    other = asyncio.create_task(_turn(turns))
    time.sleep(2 * SLICE)  # noqa: ASYNC251, the work
    await cut(slices)
    turns.append("done")
    await other

    assert turns == (["done", "other"] if waits else ["other", "done"])


async def _go_on(_: float) -> None:
    pass


class Appends(MemoryBus):
    """Remembers how many records came at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    async def append(self, topic: str, records: object) -> None:
        await super().append(topic, records)  # type: ignore[arg-type]
        self.sizes.append(len(records))  # type: ignore[arg-type]


async def _told(bus: Appends, number: int) -> bool:
    return sum(bus.sizes) >= number


async def _until(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await look():
            await asyncio.sleep(0.02)
