"""What the endpoints of orders ask for besides what the chassis gives every room."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from chassis.http import CurrentCaller, app_state
from services.orders.order_queries import Viewer
from services.orders.settings import Settings

OrdersSettings = Annotated[Settings, app_state("settings")]


async def _principal(caller: CurrentCaller) -> UUID:
    return caller.require_principal()


Principal = Annotated[UUID, Depends(_principal)]


async def _viewer(caller: CurrentCaller, token: Annotated[str | None, Query(max_length=100)] = None) -> Viewer:
    person = caller.id if caller.kind in ("guest", "account") else None
    return Viewer(principal=person, operator=caller.operator, token=token)


OrderViewer = Annotated[Viewer, Depends(_viewer)]
