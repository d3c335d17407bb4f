"""What KafkaBus alone must withstand: a rebalance under work, a lost broker, a record too large; and its topics."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import MessageSizeTooLargeError

import chassis.kafka_bus
from chassis.bus import Bus, Subscription
from chassis.events import Record
from chassis.ids import new_id
from chassis.kafka_bus import create_topics
from chassis.topics import Topic, read_topics
from tests.chassis.buses import Buses, Reader, interleaved, numbered, read_all, until, working
from tests.kafka_broker import KafkaBroker

pytestmark = pytest.mark.kafka
TOPICS = Path(__file__).parents[2] / "deploy" / "topics.yaml"


KEYS = [f"key-{n}" for n in range(20)]


@asynccontextmanager
async def joining_one_with_all_in_hand(buses: Buses) -> AsyncIterator[Reader]:
    """A newcomer joins while another member has all there is in hand; that one commits in the end."""
    holding, joining, newcomer = buses.open(), buses.open(), Reader()
    await holding.append(buses.topic, interleaved(KEYS, range(1)))
    reading = newcomer.read_on(joining, "readers", buses.topic)
    async with all_in_hand(holding, buses.topic) as (subscription, in_hand), working(reading):
        yield newcomer
        await subscription.commit(in_hand)
        await subscription.fetch()


@asynccontextmanager
async def all_in_hand(bus: Bus, topic: str) -> AsyncIterator[tuple[Subscription, Mapping[int, Sequence[Record]]]]:
    """One fetch brings everything once the client has read every partition ahead, which it is given time for."""
    for pause in (2, 4, 8, 16, 32):
        async with bus.subscribe("readers", topic) as subscription:
            await asyncio.sleep(pause)
            in_hand = await subscription.fetch()
            if sum(map(len, in_hand.values())) == len(KEYS):
                yield subscription, in_hand
                return
    raise AssertionError("no fetch brought everything")


@pytest.mark.slow
async def test_a_rebalance_waits_for_the_work_in_hand(kafka_buses: Buses) -> None:
    async with joining_one_with_all_in_hand(kafka_buses) as newcomer:
        await asyncio.sleep(6)  # A member hears of a newcomer with its next heartbeat, which comes every three.

    assert newcomer.handled == []


@pytest.mark.slow
async def test_without_that_wait_work_is_done_twice(kafka_buses: Buses, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    monkeypatch.setattr(chassis.kafka_bus, "PATIENCE", 0.0)

    async with joining_one_with_all_in_hand(kafka_buses) as newcomer:
        await until(lambda: len(newcomer.handled) > 0)


@pytest.mark.slow
async def test_what_was_appended_before_and_during_an_outage_is_there_afterwards(
    kafka_buses: Buses, kafka_broker: KafkaBroker
) -> None:
    bus = kafka_buses.open()
    await bus.append(kafka_buses.topic, numbered("one", range(5)))

    restart = asyncio.create_task(asyncio.to_thread(kafka_broker.restart))
    await asyncio.sleep(0.5)
    await bus.append(kafka_buses.topic, numbered("one", range(5, 10)))
    await restart

    reader = await read_all(kafka_buses.open(), "readers", kafka_buses.topic, until=10)
    assert reader.numbers("one") == list(range(10))


async def test_a_bus_goes_on_after_a_record_that_the_broker_refused(kafka_buses: Buses) -> None:
    bus = kafka_buses.open()
    with pytest.raises(MessageSizeTooLargeError):
        await bus.append(kafka_buses.topic, [Record(new_id(), "one", bytes(2_000_000))])

    await bus.append(kafka_buses.topic, numbered("one", range(3)))

    assert (await read_all(bus, "readers", kafka_buses.topic, until=3)).numbers("one") == [0, 1, 2]


async def test_the_topics_are_created_once_and_kept_as_described(kafka: str) -> None:
    suffix = uuid4().hex
    topics = [topic.model_copy(update={"name": f"{topic.name}.{suffix}"}) for topic in read_topics(TOPICS)]

    assert await create_topics(kafka, topics, replication_factor=1) == [topic.name for topic in topics]
    assert await create_topics(kafka, topics, replication_factor=1) == []

    for topic in topics:
        config = await _config_of(kafka, topic.name)
        assert config["cleanup.policy"] == ("compact" if topic.compacted else "delete")
        assert config["retention.ms"] == "-1" or topic.compacted


async def test_a_topic_of_limited_retention_says_so_to_the_broker(kafka: str) -> None:
    topic = Topic(name=f"test.{uuid4().hex}", owner="test", key="id", partitions=1, retention_days=7)

    await create_topics(kafka, [topic], replication_factor=1)

    assert (await _config_of(kafka, topic.name))["retention.ms"] == str(7 * 24 * 60 * 60 * 1000)


async def _config_of(kafka: str, topic: str) -> dict[str, str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        while True:  # A broker learns of a topic a moment after the controller created it.
            [answer] = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
            if entries := answer.resources[0][4]:
                return {entry[0]: entry[1] for entry in entries}
    finally:
        await admin.close()
