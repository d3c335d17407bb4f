"""A whole order to look at, read in one direct statement: every page of a sale asks for it, nobody changes it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg
from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, bindparam, select

from chassis.direct import Compiled
from chassis.rows import Reader
from services.orders.consignment import Consignment, OrderLine
from services.orders.order import Order

_ORDER, _PART, _LINE = Reader(Order), Reader(Consignment), Reader(OrderLine)
_PART_ID = _PART.label("id")


def whole_orders(which: ColumnElement[bool]) -> Compiled:
    """A row for each line of the orders meant, with all of its consignment and its order."""
    columns = [*_ORDER.columns, *_PART.columns, *_LINE.columns]
    lines = select(*columns).select_from(Order).join(Consignment).join(OrderLine)
    return Compiled(lines.where(which).order_by(Consignment.id, OrderLine.position))


def assembled(rows: Sequence[asyncpg.Record]) -> Order | None:
    """The one order of these rows, not of any session; None where there are none."""
    if not rows:
        return None
    order = _ORDER.made(rows[0])
    parts: dict[object, Consignment] = {}
    for row in rows:
        if row[_PART_ID] not in parts:
            parts[row[_PART_ID]] = _PART.made(row)
            vars(parts[row[_PART_ID]])["lines"] = []
        parts[row[_PART_ID]].lines.append(_LINE.made(row))
    vars(order)["consignments"] = list(parts.values())
    return order


PARTS = Compiled(
    select(*_PART.columns)
    .where(Consignment.order_id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(Consignment.id)
)
"""The consignments of many orders, without their lines."""


def add_parts(orders: Mapping[UUID, Order], rows: Sequence[asyncpg.Record]) -> None:
    """Gives each order its consignments out of these rows."""
    for order in orders.values():
        vars(order)["consignments"] = []
    for row in rows:
        part = _PART.made(row)
        orders[part.order_id].consignments.append(part)
