"""A whole order to look at, read in one direct statement: every page of a sale asks for it, nobody changes it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import ColumnElement, Enum, Table, select

from chassis.direct import Compiled
from services.orders.base import Base
from services.orders.consignment import Consignment, OrderLine
from services.orders.order import Order

M = TypeVar("M", bound=Base)


def _table(model: type[Base]) -> Table:
    return model.metadata.tables[model.__tablename__]


def _label(model: type[Base], name: str) -> str:
    return f"{model.__tablename__}.{name}"


def _as_it_is(value: object) -> object:
    return value


def _reader(column: Any) -> Callable[[Any], Any]:
    """The driver hands out an enumeration's value; ours are compared by identity."""
    if not isinstance(column.type, Enum) or column.type.enum_class is None:
        return _as_it_is
    known = {member.value: member for member in column.type.enum_class}
    return known.get


_READ: Mapping[type[Base], list[tuple[str, str, Callable[[Any], Any]]]] = {
    model: [(column.name, _label(model, column.name), _reader(column)) for column in _table(model).columns]
    for model in (Order, Consignment, OrderLine)
}


def whole_orders(which: ColumnElement[bool]) -> Compiled:
    """A row for each line of the orders meant, with all of its consignment and its order."""
    columns = [_table(model).c[name].label(label) for model, read in _READ.items() for name, label, _ in read]
    lines = select(*columns).select_from(Order).join(Consignment).join(OrderLine)
    return Compiled(lines.where(which).order_by(Consignment.id, OrderLine.position))


def assembled(rows: Sequence[asyncpg.Record]) -> Order | None:
    """The one order of these rows, not of any session; None where there are none."""
    if not rows:
        return None
    order = _made(Order, rows[0])
    parts: dict[object, Consignment] = {}
    for row in rows:
        part_id = row[_label(Consignment, "id")]
        if part_id not in parts:
            parts[part_id] = _made(Consignment, row)
            parts[part_id].lines = []
        parts[part_id].lines.append(_made(OrderLine, row))
    order.consignments = list(parts.values())
    return order


def _made(model: type[M], row: asyncpg.Record) -> M:
    return model(**{name: read(row[label]) for name, label, read in _READ[model]})
