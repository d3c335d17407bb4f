"""Waiting for the word on an order's goods or on its payment, without holding a session or a connection meanwhile."""

import asyncio
from collections.abc import Callable
from uuid import UUID

from chassis.database import Database
from services.orders.events import OrderEvent
from services.orders.order import Order
from services.orders.order_queries import Viewer, find_order

PATIENCE = 1.0  # seconds after which the page says that it takes longer, and asks again


async def find_order_once(
    is_so: Callable[[Order], bool], database: Database, order_id: UUID, viewer: Viewer, *, patience: float = PATIENCE
) -> Order:
    """The order as soon as it is so, or as it is when patience ends."""
    clock = asyncio.get_running_loop()
    until = clock.time() + patience
    with database.signals.expecting(OrderEvent.topic, str(order_id)) as signal:
        while True:
            async with database.reading() as session:
                order = await find_order(session, order_id, viewer)
            left = until - clock.time()
            if is_so(order) or left <= 0:
                return order
            await signal.wait(left)
