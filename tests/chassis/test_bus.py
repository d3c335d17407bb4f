"""What every bus promises: one suite over LocalBus and over KafkaBus on a real broker."""

import asyncio
import time
from collections.abc import Callable

import pytest

from chassis.bus import Bus, Subscription
from chassis.events import Record
from tests.chassis.buses import (
    PATIENCE,
    Buses,
    Reader,
    first_fetch,
    interleaved,
    numbered,
    numbers_of,
    read_all,
    until,
    working,
)

KEYS = [f"key-{n}" for n in range(20)]


@pytest.fixture(params=["local", pytest.param("kafka", marks=pytest.mark.kafka)])
def buses(request: pytest.FixtureRequest) -> Buses:
    """The bus under test."""
    made: Buses = request.getfixturevalue(f"{request.param}_buses")
    return made


async def test_records_of_a_key_come_in_the_order_they_were_appended(buses: Buses) -> None:
    bus = buses.open()
    for start in range(0, 30, 10):
        await bus.append(buses.topic, interleaved(KEYS, range(start, start + 10)))

    reader = await read_all(bus, "readers", buses.topic, until=600)

    for key in KEYS:
        assert reader.numbers(key) == list(range(30))


async def test_a_large_append_comes_whole_and_in_batches(buses: Buses) -> None:
    bus = buses.open()
    await bus.append(buses.topic, numbered("one", range(2000)))

    reader, fetches = Reader(), 0
    async with bus.subscribe("readers", buses.topic) as subscription:
        while len(reader.handled) < 2000:
            await subscription.commit(await reader.take(subscription))
            fetches += 1

    assert reader.numbers("one") == list(range(2000))
    assert fetches < 100


async def test_a_key_stays_in_one_partition_and_keys_spread_over_several(buses: Buses) -> None:
    bus = buses.open()
    await bus.append(buses.topic, interleaved(KEYS, range(5)))

    homes: dict[str, set[int]] = {}
    reader = Reader()
    async with bus.subscribe("readers", buses.topic) as subscription:
        while len(reader.handled) < 100:
            fetched = await reader.take(subscription)
            for partition, records in fetched.items():
                for record in records:
                    homes.setdefault(record.key, set()).add(partition)
            await subscription.commit(fetched)

    assert all(len(partitions) == 1 for partitions in homes.values())
    assert len(set.union(*homes.values())) > 1


async def test_every_group_starts_at_the_beginning_and_gets_everything(buses: Buses) -> None:
    bus = buses.open()
    await bus.append(buses.topic, numbered("one", range(10)))

    first = await read_all(bus, "first", buses.topic, until=10)
    late = await read_all(bus, "late", buses.topic, until=10)

    assert first.numbers("one") == late.numbers("one") == list(range(10))


async def test_what_was_not_committed_before_a_crash_comes_again(buses: Buses) -> None:
    bus = buses.open()
    await bus.append(buses.topic, numbered("one", range(10)))
    crashed = Reader()
    async with bus.subscribe("readers", buses.topic) as subscription:
        while not crashed.handled:
            await crashed.take(subscription)
    await bus.close()

    again = await read_all(buses.open(), "readers", buses.topic, until=10)

    assert again.numbers("one") == list(range(10))


async def test_what_was_committed_does_not_come_again(buses: Buses) -> None:
    bus = buses.open()
    await bus.append(buses.topic, numbered("one", range(10)))
    async with bus.subscribe("readers", buses.topic) as subscription:
        [(partition, records)] = (await first_fetch(subscription)).items()
        await subscription.commit({partition: records[:4]})
    await bus.close()

    again = await read_all(buses.open(), "readers", buses.topic, until=6)

    assert again.numbers("one") == list(range(4, 10))


async def test_what_was_appended_survives_the_end_of_the_process(buses: Buses) -> None:
    bus = buses.open()
    await bus.append(buses.topic, numbered("one", range(3)))
    await bus.close()

    later = buses.open()
    await later.append(buses.topic, numbered("one", range(3, 6)))

    assert (await read_all(later, "readers", buses.topic, until=6)).numbers("one") == list(range(6))


async def test_appending_again_loses_nothing_and_keeps_the_order(buses: Buses) -> None:
    """A relay that died between the append and its own commit ships the same rows again."""
    bus, records = buses.open(), numbered("one", range(5))
    await bus.append(buses.topic, records[:3])
    await bus.append(buses.topic, records)
    await bus.append(buses.topic, last := numbered("one", range(5, 6)))

    reader = Reader()
    async with bus.subscribe("readers", buses.topic) as subscription:
        while last[0] not in reader.handled:
            await subscription.commit(await reader.take(subscription))

    assert list(dict.fromkeys(reader.handled)) == [*records, *last]


async def test_two_members_share_the_work_and_keep_the_order_of_each_key(buses: Buses) -> None:
    """The second joins while the first is at work; the first leaves before all is done."""
    first, second = buses.open(process=0, of=2), buses.open(process=1, of=2)
    log: list[Record] = []
    early, late = Reader(pause=0.002, log=log), Reader(pause=0.002, log=log)
    await first.append(buses.topic, interleaved(KEYS, range(10)))

    async with working(early.read_on(first, "readers", buses.topic)) as [leaving]:
        await until(lambda: len(early.handled) > 20)
        async with working(late.read_on(second, "readers", buses.topic)):
            rounds = await append_until(lambda: len(late.handled) > 20, second, buses.topic, start=10)
            leaving.cancel()
            await second.append(buses.topic, interleaved(KEYS, range(rounds, rounds + 10)))
            await until(lambda: len(set(log)) == (rounds + 10) * len(KEYS))

    for key in KEYS:
        assert numbers_of(key, log) == list(range(rounds + 10))


async def append_until(happened: Callable[[], bool], bus: Bus, topic: str, *, start: int) -> int:
    """One number of each key after the other, so that there is always work left; says which number comes next."""
    async with asyncio.timeout(PATIENCE):
        while not happened():
            await bus.append(topic, interleaved(KEYS, range(start, start + 1)))
            await asyncio.sleep(0.05)
            start += 1
    return start


async def test_two_groups_do_not_take_from_each_other(buses: Buses) -> None:
    bus = buses.open()
    one, other = Reader(), Reader()
    async with working(one.read_on(bus, "one", buses.topic), other.read_on(bus, "other", buses.topic)):
        for n in range(20):
            await bus.append(buses.topic, numbered("key", range(n, n + 1)))
        await until(lambda: len(one.handled) == len(other.handled) == 20)

    assert one.numbers("key") == other.numbers("key") == list(range(20))


async def test_a_fetch_that_finds_nothing_ends_after_a_second(buses: Buses) -> None:
    bus = buses.open()
    async with bus.subscribe("readers", buses.topic) as subscription:
        await subscription.fetch()
        started = time.monotonic()

        async with asyncio.timeout(PATIENCE):
            assert not await subscription.fetch()
        assert time.monotonic() - started > 0.5


async def test_a_fetch_that_waits_is_woken_by_an_append(buses: Buses) -> None:
    """One of many will do: on a busy machine an append may take longer than a fetch waits."""
    bus = buses.open()
    async with bus.subscribe("readers", buses.topic) as subscription:
        assert any([await is_woken(subscription, bus, buses.topic, n) for n in range(5)])


async def is_woken(subscription: Subscription, bus: Bus, topic: str, n: int) -> bool:
    """Whether a fetch that found nothing at first brings what is appended meanwhile; leaves nothing unread."""
    waiting = asyncio.create_task(subscription.fetch())
    await asyncio.sleep(0.2)
    await bus.append(topic, numbered("one", range(n, n + 1)))
    woken = await waiting
    await subscription.commit(woken or await first_fetch(subscription))
    return bool(woken)


async def test_the_lag_is_what_a_group_has_not_committed(buses: Buses) -> None:
    bus = buses.open()
    assert await bus.lag("readers", buses.topic) == 0
    await bus.append(buses.topic, interleaved(KEYS, range(3)))

    assert await bus.lag("readers", buses.topic) == 60
    await read_all(bus, "readers", buses.topic, until=60)

    assert await bus.lag("readers", buses.topic) == 0
    assert await bus.lag("others", buses.topic) == 60
