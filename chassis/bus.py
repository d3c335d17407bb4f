"""The bus port: what carries facts between rooms. LocalBus and KafkaBus keep the same promises, shown by one suite.

Order holds per key. Delivery is at least once. A new group starts at the beginning of a topic.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from chassis.events import Record

PARTITIONS = 4


class Subscription(Protocol):
    """One group's reading of one topic in one process; other processes of the group read other partitions."""

    async def fetch(self) -> Mapping[int, Sequence[Record]]:
        """The next records by partition, in order; empty after about a second in which nothing came."""
        ...

    async def commit(self, done: Mapping[int, Sequence[Record]]) -> None:
        """Moves the group past what was fetched and is now done; after a crash the rest comes again."""
        ...


class Bus(Protocol):
    """Carries records of many topics."""

    async def append(self, topic: str, records: Sequence[Record]) -> None:
        """Returns when the records are durable, in this order. Appending one again is harmless."""
        ...

    def subscribe(self, group: str, topic: str) -> AbstractAsyncContextManager[Subscription]:
        """Reads the topic on behalf of the group."""
        ...

    async def lag(self, group: str, topic: str) -> int:
        """How many records the group has not yet committed."""
        ...

    async def close(self) -> None: ...
