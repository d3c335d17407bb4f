"""The table of rooms: a service is added to the house by one row here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import chassis.settings
import gateway.settings
import gateway.worker
import services.catalog.app
import services.catalog.settings
import services.catalog.worker
import services.orders.app
import services.orders.settings
import services.orders.worker
import services.payments.app
import services.payments.settings
import services.payments.worker
import services.producers.app
import services.producers.settings
import services.producers.worker
from chassis.database import Database
from chassis.worker import Worker


@dataclass(frozen=True)
class Room:
    """A room with a database of its own, reached through `database`.

    The gateway has no `create_app` here: its app is made round all the others.
    """

    name: str
    package: str
    settings: type[chassis.settings.Settings]
    create_worker: Callable[..., Worker]
    create_app: Callable[..., Any] | None
    database: type[Database] = Database


GATEWAY = "gateway"

ROOMS: tuple[Room, ...] = (
    Room(
        "catalog",
        "services.catalog",
        services.catalog.settings.Settings,
        services.catalog.worker.create_worker,
        services.catalog.app.create_app,
    ),
    Room(
        "orders",
        "services.orders",
        services.orders.settings.Settings,
        services.orders.worker.create_worker,
        services.orders.app.create_app,
    ),
    Room(
        "producers",
        "services.producers",
        services.producers.settings.Settings,
        services.producers.worker.create_worker,
        services.producers.app.create_app,
    ),
    Room(
        "payments",
        "services.payments",
        services.payments.settings.Settings,
        services.payments.worker.create_worker,
        services.payments.app.create_app,
    ),
    Room(GATEWAY, "gateway", gateway.settings.Settings, gateway.worker.create_worker, None),
)


def room_named(rooms: tuple[Room, ...], name: str) -> Room:
    """The row of a room; raises KeyError where there is none."""
    return {room.name: room for room in rooms}[name]
