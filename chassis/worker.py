"""The room's other half: ships its facts, reacts to those of others, does its tasks, keeps its timers.

Everything runs under one roof: where one part dies the worker stops whole, and whoever started it starts it again.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any, NoReturn

from chassis.bus import Bus
from chassis.clock import Clock, system_clock
from chassis.consumer import Consumer
from chassis.database import Database
from chassis.gauges import HOUSEKEEPING, Gauges
from chassis.idempotency import forget_old_answers
from chassis.inbox import Reaction
from chassis.outbox import BATCH, relay
from chassis.pace import Pace
from chassis.settings import Settings
from chassis.tasks import WORKER_SPACE, ClaimedTask, TaskHandler, TaskQueue, carry_out
from chassis.telemetry import GaugeQuery, log, traced

IDLE = 2.0  # Seconds after which a loop looks again although nothing called it: a lost wake-up costs no more.

BREATH = 0.2  # Seconds between two looks of a loop while it is busy: what comes meanwhile is taken together.
AT_ONCE = 4  # Looks after a calm that wait for nothing: one sale tells of itself several times in a row.


@dataclass(frozen=True)
class Timer:
    """Something to do every so often, by one process of all."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[None]]


async def attempt(work: Awaitable[None]) -> Exception | None:
    """The worker's boundary: whatever a handler ends in is handed back, to be retried, parked and shown.

    Whoever was called off meanwhile stops here, whatever else went wrong on the way out.
    """
    try:
        await work
    except Exception as error:  # Any failure of a handler must park its event or task, not stop the others.
        if _is_called_off():
            raise asyncio.CancelledError from error
        return error
    return None


def _is_called_off() -> bool:
    # What is tidied up after a cancellation may fail, over a lost connection for one, and then that is what we hear.
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class Worker:
    """Runs until told to stop. Several processes may run the same one: leases keep what must be single single."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        database: Database,
        bus: Bus,
        *,
        topics: Sequence[str],
        reactions: Sequence[Reaction] = (),
        tasks: Sequence[TaskHandler[Any]] = (),
        timers: Sequence[Timer] = (),
        gauges: Sequence[GaugeQuery] = (),
        clock: Clock = system_clock,
        closing: Sequence[Callable[[], Awaitable[None]]] = (),
    ) -> None:
        self.name = name
        self.settings = settings
        self.database = database
        self.bus = bus
        self.clock = clock
        self.topics = topics
        self.tasks = tasks
        self.timers = timers
        self.closing = closing
        self.consumers = {
            topic: Consumer(database, topic, list(group), attempt)
            for topic, group in groupby(sorted(reactions, key=_topic), key=_topic)
        }
        self.groups = {topic: _group(name, topic, reactions) for topic in self.consumers}
        self.gauges = Gauges(name, database, bus, self.groups, gauges)
        self._id = secrets.randbelow(2**31 - 1) + 1
        self.queue = TaskQueue(database, self._id)

    async def run(self, stop: asyncio.Event) -> None:
        """Returns after `stop` is set and the work in hand is done; raises what any part died of."""
        await self.database.signals.start()
        await self.database.signals.try_lock(WORKER_SPACE, self._id)
        await self.queue.reclaim()
        try:
            async with asyncio.TaskGroup() as parts:
                running = [parts.create_task(work, name=f"{self.name}: {name}") for name, work in self._parts(stop)]
                parts.create_task(self._stop(stop, running), name=f"{self.name}: stop")
        finally:
            for close in self.closing:
                await close()

    def _parts(self, stop: asyncio.Event) -> list[tuple[str, Any]]:
        return [
            *((f"relay {topic}", self._relay(topic)) for topic in self.topics),
            *((f"consume {topic}", self._consume(topic, consumer)) for topic, consumer in self.consumers.items()),
            *((f"replay {topic}", self._replay(consumer)) for topic, consumer in self.consumers.items()),
            *((f"tasks {one.task.kind}", self._do_tasks(one)) for one in self.tasks),
            *((f"timer {timer.name}", self._keep(timer)) for timer in (*self.timers, self._forgetting())),
            ("housekeeping", self._housekeeping()),
            ("leases", self._leases(stop)),
        ]

    async def _stop(self, stop: asyncio.Event, running: Sequence[asyncio.Task[None]]) -> None:
        await stop.wait()
        for task in running:
            task.cancel()

    async def _leases(self, stop: asyncio.Event) -> None:
        lost = asyncio.create_task(self.database.signals.lost.wait())
        try:
            await lost
        finally:
            lost.cancel()
        if not stop.is_set():
            await self.database.signals.try_lease("")  # Raises LeaseLost.

    async def _relay(self, topic: str) -> None:
        async with self.database.signals.lease(f"relay {topic}"):
            with self.database.signals.expecting(topic) as signal:
                pace = Pace(BREATH, at_once=AT_ONCE)
                while True:
                    if await relay(self.database, self.bus, topic) < BATCH:
                        await signal.wait(IDLE)  # At once where something was committed since we began to look.
                        await pace.keep()

    async def _consume(self, topic: str, consumer: Consumer) -> None:
        async with self.bus.subscribe(self.groups[topic], topic) as subscription:
            while True:
                await consumer.take(subscription)

    async def _replay(self, consumer: Consumer) -> None:
        async with self.database.signals.lease(f"replay {consumer.topic}"):
            while True:
                await consumer.replay()
                await asyncio.sleep(IDLE)

    async def _do_tasks(self, handler: TaskHandler[Any]) -> None:
        if handler.apart:
            await self._work_off_apart(handler)
        if not handler.exclusive:
            await self._work_off(handler)
        async with self.database.signals.lease(f"tasks {handler.task.kind}"):
            await self._work_off(handler)

    async def _work_off(self, handler: TaskHandler[Any]) -> NoReturn:
        with self.database.signals.expecting("tasks", handler.task.kind) as signal:
            pace = Pace(BREATH, at_once=AT_ONCE, leaving=handler.leaving)
            while True:
                begun = time.monotonic()
                claimed = await self.queue.claim(handler.task.kind, handler.size * handler.concurrency)
                parts = [claimed[start : start + handler.size] for start in range(0, len(claimed), handler.size)]
                async with asyncio.TaskGroup() as calls:
                    running = [calls.create_task(self._do(handler, part)) for part in parts]
                if done := [one for call in running for one in call.result()]:
                    await self.queue.done(done)
                took = time.monotonic() - begun
                if len(claimed) < handler.size * handler.concurrency:
                    await signal.wait(IDLE)  # At once where something was queued since we began to look.
                    await pace.keep(took)

    async def _work_off_apart(self, handler: TaskHandler[Any]) -> NoReturn:
        running: set[asyncio.Task[None]] = set()
        with self.database.signals.expecting("tasks", handler.task.kind) as signal:
            pace = Pace(BREATH, at_once=AT_ONCE)
            async with asyncio.TaskGroup() as calls:
                while True:
                    room = handler.concurrency - len(running)
                    claimed = await self.queue.claim(handler.task.kind, room)
                    for one in claimed:
                        running.add(call := calls.create_task(self._do_and_clear(handler, one)))
                        call.add_done_callback(running.discard)
                    if len(claimed) < room:
                        await signal.wait(IDLE)
                        await pace.keep()
                    else:
                        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)

    async def _do_and_clear(self, handler: TaskHandler[Any], claimed: ClaimedTask) -> None:
        if done := await self._do(handler, [claimed]):
            await self.queue.done(done)

    async def _do(self, handler: TaskHandler[Any], claimed: Sequence[ClaimedTask]) -> list[ClaimedTask]:
        """Those that are done, to be cleared together with others; what failed is written down here."""
        with traced(claimed[0].traceparent):
            error = await attempt(carry_out(handler, claimed))
            if error is None:
                return list(claimed)
            log.warning("task.failed", kind=handler.task.kind, together=len(claimed), error=str(error), exc_info=error)
            if len(claimed) > 1:
                # What the error's frames still hold, such as a lock, must not be in the way of each by itself.
                error = error.with_traceback(None)
                return [done for one in claimed for done in await self._do(handler, [one])]
            await self.queue.failed(claimed[0], error)
            return []

    async def _keep(self, timer: Timer) -> None:
        async with self.database.signals.lease(f"timer {timer.name}"):
            while True:
                with traced(None):
                    error = await attempt(timer.run())
                    if error is not None:
                        log.error("timer.failed", timer=timer.name, exc_info=error)
                await asyncio.sleep(timer.every.total_seconds())

    def _forgetting(self) -> Timer:
        async def forget() -> None:
            async with self.database.transaction() as session:
                await forget_old_answers(session)

        return Timer("forget old answers", timedelta(hours=1), forget)

    async def _housekeeping(self) -> None:
        while True:
            for work in (self.queue.reclaim, self.gauges.refresh):
                error = await attempt(work())
                if error is not None:
                    log.warning("housekeeping.failed", error=str(error))
            await asyncio.sleep(HOUSEKEEPING)


def _group(room: str, topic: str, reactions: Sequence[Reaction]) -> str:
    """As whom the room reads the topic; a new reading is a group that has read nothing yet."""
    readings = {one.reading for one in reactions if one.reader.topic == topic}
    assert len(readings) == 1, f"{topic} is read in several ways at once: {readings}"
    return ".".join([room, *filter(None, readings)])


def _topic(reaction: Reaction) -> str:
    return reaction.reader.topic
