"""Waiting for the word on an order's goods or on its payment, without holding a connection meanwhile."""

import asyncio
from collections.abc import Container
from uuid import UUID

from chassis.database import Database
from services.orders.events import OrderEvent
from services.orders.order import Order, OrderState
from services.orders.order_queries import Viewer, find_order, find_state

PATIENCE = 1.0  # seconds after which the page says that it takes longer, and asks again


async def find_order_after(
    awaited: Container[OrderState], database: Database, order_id: UUID, viewer: Viewer, *, patience: float = PATIENCE
) -> Order:
    """The order as soon as it has come to one of these states, or as it is when patience ends."""
    clock = asyncio.get_running_loop()
    until = clock.time() + patience
    with database.signals.expecting(OrderEvent.topic, str(order_id)) as signal:
        state = await find_state(database, order_id, viewer)
        if state is not None and state not in awaited:
            while await signal.wait(until - clock.time()):
                # What was told of it is as a rule what is waited for: its state alone need not be asked for again.
                order = await find_order(database, order_id, viewer)
                if order.state in awaited:
                    return order
    return await find_order(database, order_id, viewer)
