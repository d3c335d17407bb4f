"""The bus of many machines: Apache Kafka, keeping the promises of `chassis.bus`."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError, TopicAlreadyExistsError, for_code
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import ConsumerRecord

from chassis.events import Record
from chassis.telemetry import log
from chassis.topics import Topic

FETCH = 400
LARGEST_BATCH = 900_000  # Bytes; a broker refuses more than one MiB unless told otherwise.
PATIENCE = 30.0  # Seconds that a rebalance waits for the work in hand; longer work is handed out a second time.

_partition_of = DefaultPartitioner()


class KafkaBus:
    """Connects when first needed; one producer, idempotent, that waits for all in-sync replicas."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._servers = bootstrap_servers
        self._producer: AIOKafkaProducer | None = None
        self._onlooker: AIOKafkaConsumer | None = None
        self._admin: AIOKafkaAdminClient | None = None
        self._opening = asyncio.Lock()

    async def append(self, topic: str, records: Sequence[Record]) -> None:
        """One batch per partition after the other: a batch lands whole or not at all, so none overtakes another."""
        producer = await self._open_producer()
        partitions = sorted(await producer.partitions_for(topic))
        by_partition: dict[int, list[Record]] = {}
        for record in records:
            by_partition.setdefault(_partition_of(record.key.encode(), partitions, partitions), []).append(record)
        try:
            await asyncio.gather(*(_append(producer, topic, *item) for item in by_partition.items()))
        except KafkaError:
            # The client sits out an outage by itself; after what it reports it may be unable to go on: begin another.
            self._producer = None
            await _stop(producer)
            raise

    async def _open_producer(self) -> AIOKafkaProducer:
        async with self._opening:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    bootstrap_servers=self._servers, enable_idempotence=True, acks="all", max_batch_size=LARGEST_BATCH
                )
                await producer.start()
                self._producer = producer
            return self._producer

    @asynccontextmanager
    async def subscribe(self, group: str, topic: str) -> AsyncIterator["KafkaSubscription"]:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._servers,
            group_id=_group_id(group, topic),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        subscription = KafkaSubscription(consumer, topic)
        try:
            await consumer.start()
            consumer.subscribe([topic], listener=subscription)
            yield subscription
        finally:
            await consumer.stop()

    async def lag(self, group: str, topic: str) -> int:
        """Counted in offsets: a compacted topic has gaps, so a new group's lag there is an upper bound."""
        onlooker, admin = await self._open_onlookers()
        [described] = await admin.describe_topics([topic])
        partitions = [TopicPartition(topic, one["partition"]) for one in described["partitions"]]
        committed = await admin.list_consumer_group_offsets(_group_id(group, topic), partitions=partitions)
        ends = await onlooker.end_offsets(partitions)
        starts = await onlooker.beginning_offsets(partitions)
        return sum(ends[one] - max(committed[one].offset, starts[one]) for one in partitions)

    async def _open_onlookers(self) -> tuple[AIOKafkaConsumer, AIOKafkaAdminClient]:
        async with self._opening:
            if self._onlooker is None or self._admin is None:
                onlooker = AIOKafkaConsumer(bootstrap_servers=self._servers, enable_auto_commit=False)
                admin = AIOKafkaAdminClient(bootstrap_servers=self._servers)
                await onlooker.start()
                await admin.start()
                self._onlooker, self._admin = onlooker, admin
            return self._onlooker, self._admin

    async def close(self) -> None:
        if self._producer is not None:
            await _stop(self._producer)
        if self._onlooker is not None:
            await self._onlooker.stop()
        if self._admin is not None:
            await self._admin.close()
        self._producer = self._onlooker = self._admin = None


class KafkaSubscription(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka carries no types.
    """One member of a consumer group. A rebalance waits until what was fetched is committed: nobody does it again."""

    def __init__(self, consumer: AIOKafkaConsumer, topic: str) -> None:
        self._consumer, self._topic = consumer, topic
        self._nothing_in_hand = asyncio.Event()
        self._nothing_in_hand.set()
        self._offsets: dict[tuple[int, UUID], int] = {}

    async def fetch(self) -> Mapping[int, Sequence[Record]]:
        self._let_go()
        fetched = await self._consumer.getmany(timeout_ms=1000, max_records=FETCH)
        if fetched:
            self._nothing_in_hand.clear()
        return {partition.partition: [self._take(message) for message in fetched[partition]] for partition in fetched}

    def _take(self, message: ConsumerRecord) -> Record:
        headers = dict(message.headers)
        record = Record(UUID(bytes=headers["id"]), message.key.decode(), message.value)
        # What was shipped twice stands twice in the log; the earlier place is the one that is safe to go on from.
        self._offsets.setdefault((message.partition, record.id), message.offset)
        return record

    async def commit(self, done: Mapping[int, Sequence[Record]]) -> None:
        """Partitions that went to another member meanwhile are left to it: it gets the same records again."""
        mine = self._consumer.assignment()
        offsets = {
            TopicPartition(self._topic, partition): self._offsets[partition, records[-1].id] + 1
            for partition, records in done.items()
            if records and TopicPartition(self._topic, partition) in mine
        }
        try:
            if offsets:
                await self._consumer.commit(offsets)
        except (CommitFailedError, IllegalStateError) as error:
            log.warning("bus.commit_refused", topic=self._topic, error=str(error))
        finally:
            self._let_go()

    def _let_go(self) -> None:
        self._offsets.clear()
        self._nothing_in_hand.set()

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._nothing_in_hand.wait()
        except TimeoutError:
            log.warning("bus.rebalanced_under_work", topic=self._topic)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Reading goes on from what the group committed."""


async def create_topics(bootstrap_servers: str, topics: Sequence[Topic], *, replication_factor: int) -> list[str]:
    """Creates the topics that the cluster lacks and names them; those it has are left as they are."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        wanted = [
            NewTopic(one.name, one.partitions, replication_factor, topic_configs=_config(one, replication_factor))
            for one in topics
        ]
        answer = await admin.create_topics(wanted)
    finally:
        await admin.close()
    created = []
    for name, code, message in answer.topic_errors:
        if code == 0:
            created.append(name)
        elif code != TopicAlreadyExistsError.errno:
            raise for_code(code)(f"{name}: {message}")
    return created


def _config(topic: Topic, replication_factor: int) -> dict[str, str]:
    # One replica may be away without stopping the house, and what was acknowledged is then still on the others.
    in_sync = {"min.insync.replicas": str(max(1, replication_factor - 1))}
    if topic.compacted:
        return in_sync | {"cleanup.policy": "compact"}
    days = topic.retention_days
    return in_sync | {"cleanup.policy": "delete", "retention.ms": str(-1 if days is None else days * 86_400_000)}


def _group_id(group: str, topic: str) -> str:
    # A group per room and topic: a rebalance of one topic's readers does not disturb those of the others.
    return f"{group}.{topic}"


async def _append(producer: AIOKafkaProducer, topic: str, partition: int, records: Sequence[Record]) -> None:
    for batch in _batches(producer, records):
        await (await producer.send_batch(batch, topic, partition=partition))


async def _stop(producer: AIOKafkaProducer) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            await producer.stop()
    except TimeoutError:
        log.warning("bus.stopped_with_unsent_records")  # The outbox still has them.


def _batches(producer: AIOKafkaProducer, records: Sequence[Record]) -> Iterable[BatchBuilder]:
    batch = producer.create_batch()
    for record in records:
        if not _fits(batch, record):
            yield batch
            batch = producer.create_batch()
            _fits(batch, record)  # The first record always does; one too large for the broker is refused there.
    yield batch


def _fits(batch: BatchBuilder, record: Record) -> bool:
    headers = [("id", record.id.bytes), ("content-type", b"application/cloudevents+json")]
    return batch.append(key=record.key.encode(), value=record.value, timestamp=None, headers=headers) is not None
