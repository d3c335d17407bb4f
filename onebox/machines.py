"""Rooms as processes of their own, each told everything by its environment."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import uvicorn
from prometheus_client import start_http_server
from sqlalchemy import make_url

import gateway.app
import storefront.app
import storefront.settings
from chassis.database import Database
from chassis.malloc import give_back_freed
from chassis.migrate import migrate
from chassis.settings import Settings
from chassis.telemetry import configure_logging
from chassis.topics import read_topics
from gateway.carrier import InProcess
from gateway.carrier_http import OverHttp
from gateway.loopback import Loopback
from onebox import database_server, folder
from onebox.house import UVICORN, make_bus
from onebox.refusal import Refusal
from onebox.rooms import Room, room_named


def find_room(rooms: tuple[Room, ...], name: str) -> Room:
    """The room of that name; raises Refusal, naming those there are."""
    try:
        return room_named(rooms, name)
    except KeyError:
        raise Refusal(f"there is no room {name}; there are {', '.join(room.name for room in rooms)}") from None


def database_url(rooms: tuple[Room, ...], name: str, data: Path | None) -> str:
    """Where a room's database lies: in the one box of the folder, or where DATABASE_URL says; raises Refusal.

    With a box in the usual folder and DATABASE_URL both there nothing is guessed: whoever means the box names it.
    """
    find_room(rooms, name)
    place, named = data or folder.USUAL, os.environ.get("DATABASE_URL")
    boxed = (place / "box.json").exists()
    if boxed and named and data is None:
        raise Refusal(f"DATABASE_URL is set and there is a one box in {place}: give --data {place}, or unset it")
    if boxed:
        server, _ = database_server.start(place.resolve())
        return server.set(database=name).render_as_string(hide_password=False)
    if named:
        return make_url(named).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
    raise Refusal(f"there is no one box in {place} (--data) and DATABASE_URL is not set")


def run_api(rooms: tuple[Room, ...], name: str, host: str, port: int) -> None:
    """Serves one room's API until it is told to stop."""
    room = find_room(rooms, name)
    settings = _start(room)
    database = room.database(settings.database_url, pool_size=settings.pool_size)
    app = _front_door(settings, database, rooms) if room.create_app is None else room.create_app(settings, database)
    uvicorn.run(app, host=host, port=port, **UVICORN)


def _front_door(settings: Any, database: Database, rooms: tuple[Room, ...]) -> Any:
    carriers = {room.name: OverHttp(_address(room.name)) for room in rooms if room.create_app is not None}
    loopback = Loopback()
    pages = InProcess(storefront.app.create_app(storefront.settings.Settings(), loopback.client(settings.public_url)))
    return gateway.app.create_app(settings, database, carriers, storefront=pages, loopback=loopback)


def _address(room: str) -> str:
    variable = f"{room.upper()}_URL"
    if not (named := os.environ.get(variable)):
        raise Refusal(f"{variable} is not set: the gateway must be told where the API of {room} answers")
    return named


def run_worker(rooms: tuple[Room, ...], name: str) -> None:
    """Works for one room until it is told to stop."""
    room = find_room(rooms, name)
    settings = _start(room)

    async def main() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        database, bus = room.database(settings.database_url, pool_size=settings.pool_size), make_bus(settings)
        try:
            await room.create_worker(settings, database, bus).run(stop)
        finally:
            await bus.close()
            await database.close()

    asyncio.run(main())


def _start(room: Room) -> Settings:
    give_back_freed()
    configure_logging()
    settings = room.settings()
    if settings.metrics_port:
        start_http_server(settings.metrics_port, addr=settings.metrics_host)
    return settings


def migrate_room(rooms: tuple[Room, ...], name: str) -> None:
    """Migrates the database that DATABASE_URL names for the room."""
    room = find_room(rooms, name)
    if not (named := os.environ.get("DATABASE_URL")):
        raise Refusal(f"DATABASE_URL is not set: it must name the database of {name}")
    url = make_url(named).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
    asyncio.run(migrate(url, room.package))


async def make_topics(brokers: str, file: Path, replicas: int) -> list[str]:
    """Creates the topics of the list that the brokers lack, and names them."""
    from chassis.kafka_bus import create_topics  # noqa: PLC0415, only a house that speaks Kafka needs its client.

    return await create_topics(brokers, read_topics(file), replication_factor=replicas)
