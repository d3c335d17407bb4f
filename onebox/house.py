"""One process of the house: gateway, pages, services and their workers, over one listening socket."""

import asyncio
import gc
import multiprocessing
import os
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import uvicorn
from prometheus_client import start_http_server
from sqlalchemy import URL

import gateway.app
import storefront.app
import storefront.settings
from chassis.bus import Bus
from chassis.local_bus import LocalBus
from chassis.malloc import give_back_freed
from chassis.settings import Settings
from chassis.telemetry import configure_logging, log
from chassis.worker import Worker
from gateway.carrier import InProcess
from gateway.loopback import Loopback
from onebox.rooms import GATEWAY, Room

# Seconds a thread that reckons (a file being read, products put into the index) keeps the interpreter while the loop
# wants it. Each time the loop wakes it waits so long, and during a checkout it wakes some hundreds of times.
SWITCH = 0.0005

UVICORN: dict[str, Any] = {
    "access_log": False,
    "server_header": False,
    "date_header": True,
    "proxy_headers": False,
    "log_config": None,
    # Longer than clients keep an idle connection: then it is never we who close it under a request on its way.
    "timeout_keep_alive": 75,
}


@dataclass(frozen=True)
class Share:
    """Which of the house's processes this one is."""

    index: int
    count: int


def room_settings(room: Room, server: URL, told: Mapping[str, Any], share: Share) -> Settings:
    """The settings of a room whose database lies on `server` under the room's name."""
    return room.settings(
        **told,
        database_url=server.set(database=room.name).render_as_string(hide_password=False),
        bus_url=server.set(database="bus").render_as_string(hide_password=False),
        process_index=share.index,
        process_count=share.count,
    )


def make_bus(settings: Settings) -> Bus:
    """Kafka where its brokers are named, else the log in PostgreSQL."""
    if settings.kafka_bootstrap_servers:
        from chassis.kafka_bus import KafkaBus  # noqa: PLC0415, only a house that speaks Kafka needs its client.

        return KafkaBus(settings.kafka_bootstrap_servers)
    if settings.bus_url is None:
        raise ValueError("BUS_URL is not set: name the bus' database, or Kafka with KAFKA_BOOTSTRAP_SERVERS")
    return LocalBus(settings.bus_url, process_index=settings.process_index, process_count=settings.process_count)


class House:
    """Everything one process holds: an app and a worker for each room, over databases they share."""

    def __init__(self, rooms: tuple[Room, ...], server: URL, told: Mapping[str, Any], share: Share) -> None:
        self.settings: dict[str, Any] = {room.name: room_settings(room, server, told, share) for room in rooms}
        self.databases = {
            room.name: room.database(
                self.settings[room.name].database_url, pool_size=self.settings[room.name].pool_size
            )
            for room in rooms
        }
        self.bus = make_bus(self.settings[GATEWAY])
        self.workers: list[Worker] = [
            room.create_worker(self.settings[room.name], self.databases[room.name], self.bus) for room in rooms
        ]
        carriers = {
            room.name: InProcess(room.create_app(self.settings[room.name], self.databases[room.name]))
            for room in rooms
            if room.create_app is not None
        }
        loopback = Loopback()
        pages = InProcess(
            storefront.app.create_app(storefront.settings.Settings(**told), loopback.client(str(told["public_url"])))
        )
        self.app = gateway.app.create_app(
            self.settings[GATEWAY], self.databases[GATEWAY], carriers, storefront=pages, loopback=loopback
        )

    async def close(self) -> None:
        await self.bus.close()
        for database in self.databases.values():
            await database.close()


async def serve(house: House, listening: socket.socket) -> None:
    """Runs until asked to stop, or until any part dies: then the process ends and its parent starts it anew."""
    stop = asyncio.Event()
    server = uvicorn.Server(uvicorn.Config(house.app, **UVICORN, lifespan="on"))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(house.close)
        stack.callback(_when_orphaned(server))
        async with asyncio.TaskGroup() as parts:
            for worker in house.workers:
                parts.create_task(worker.run(stop), name=worker.name)
            await server.serve(sockets=[listening])
            stop.set()


def _when_orphaned(server: uvicorn.Server) -> Callable[[], object]:
    parent = multiprocessing.parent_process()
    assert parent is not None
    # It can be read once the parent is gone: then nobody looks after us any more.
    loop, gone = asyncio.get_running_loop(), parent.sentinel

    def orphaned() -> None:
        loop.remove_reader(gone)
        server.should_exit = True

    loop.add_reader(gone, orphaned)
    return lambda: loop.remove_reader(gone)


def run_house(
    rooms: tuple[Room, ...], server: URL, told: Mapping[str, Any], share: Share, listening: socket.socket
) -> None:
    """The whole life of one process of the house."""
    give_back_freed()
    configure_logging()
    _tell_numbers(room_settings(rooms[0], server, told, share))

    async def main() -> None:
        house = House(rooms, server, told, share)
        _rarely_collect()
        sys.setswitchinterval(SWITCH)
        log.info("house.started", process=share.index, pid=os.getpid())
        await serve(house, listening)

    with asyncio.Runner(loop_factory=_loop) as runner:
        runner.run(main())


def _tell_numbers(settings: Settings) -> None:
    if not settings.metrics_port:
        return
    try:
        start_http_server(settings.metrics_port, addr=settings.metrics_host)
    except OSError as error:
        # Somebody took the port while this process was away; a shop without numbers is better than none.
        log.warning("metrics.port_taken", port=settings.metrics_port, error=str(error))


def _rarely_collect() -> None:
    """Requests leave few circles; to look for them among all that a start-up makes took a twelfth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _loop() -> asyncio.AbstractEventLoop:
    import uvloop  # noqa: PLC0415, a house of separate processes starts without.

    return uvloop.new_event_loop()
