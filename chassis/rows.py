"""Objects out of the driver's rows, and rows held for a change: locked, changed as objects, written with the commit.

What SQLAlchemy's session does for the hot paths, for a third of the price: it reads and writes by direct
statements, and knows nothing of relations.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Generic, TypeVar

import asyncpg
from sqlalchemy import Column, ColumnElement, Enum, Label, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, class_mapper

from chassis.direct import Compiled, array_of, fetch, type_of, value_of
from chassis.pending import Held, pending_of

M = TypeVar("M", bound=DeclarativeBase)


class Reader(Generic[M]):
    """Makes objects of a model that belong to no session; one row may hold several models, each under its own name."""

    def __init__(self, model: type[M]) -> None:
        self._new: Callable[[], M] = class_mapper(model).class_manager.new_instance
        self._table = model.metadata.tables[model.__tablename__]
        self._read = [(one.name, self.label(one.name), _reader(one)) for one in self._table.columns]

    def label(self, name: str) -> str:
        """What a column of the model is called in the row."""
        return f"{self._table.name}.{name}"

    @property
    def columns(self) -> list[Label[Any]]:
        """To be selected."""
        return [one.label(self.label(one.name)) for one in self._table.columns]

    def made(self, row: asyncpg.Record) -> M:
        """As SQLAlchemy's own loading makes it: without a constructor, and with nobody told of each value."""
        made = self._new()
        vars(made).update({name: read(row[label]) for name, label, read in self._read})
        return made


class Blank(Generic[M]):
    """Makes objects of a model that are not in the database yet and belong to no session, for an `Insertion`.

    What a new one is not told has the value in `always`, else None.
    """

    def __init__(self, model: type[M], **always: object) -> None:
        self._new: Callable[[], M] = class_mapper(model).class_manager.new_instance
        self._blank = dict.fromkeys(_columns(model)) | always

    def filled(self, **values: object) -> M:
        """Without a constructor, and with nobody told of each value, as `Reader.made`."""
        filled = self._new()
        vars(filled).update(self._blank, **values)
        return filled


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    """The driver hands out an enumeration's value; ours are compared by identity."""
    if not isinstance(column.type, Enum) or column.type.enum_class is None:
        return _as_it_is
    known = {member.value: member for member in column.type.enum_class}
    return known.get


def _as_it_is(value: object) -> object:
    return value


class Holding(Generic[M]):
    """The rows of a model that a condition names, held by whoever changes them."""

    def __init__(self, model: type[M], which: ColumnElement[bool]) -> None:
        self._reader = Reader(model)
        keys = class_mapper(model).primary_key
        # In the order of their keys, so that nobody waits in a circle.
        self._select = Compiled(select(*self._reader.columns).where(which).order_by(*keys).with_for_update())

    async def hold(self, session: AsyncSession, **values: object) -> list[M]:
        """Nobody else's until the commit, and what is changed in them is written just before it.

        A session that knows one of these rows as its own object hears nothing of that.
        """
        pending = pending_of(session)
        found = [self._reader.made(row) for row in await self._select.rows(session, **values)]
        pending.held += [Held(one, dict(vars(one))) for one in found]
        return found


def hold_new(session: AsyncSession, rows: Iterable[DeclarativeBase]) -> None:
    """Rows that this transaction has just inserted: what is changed in them from now on is written as `hold` says."""
    pending_of(session).held += [Held(one, dict(vars(one))) for one in rows]


async def write_held(session: AsyncSession, held: Sequence[Held]) -> None:
    """One statement for each model of which something was changed."""
    changed: dict[type[DeclarativeBase], tuple[set[str], list[Mapping[str, object]]]] = {}
    for one in held:
        now = vars(one.row)
        if news := {name for name in _columns(type(one.row)) if now[name] != one.before[name]}:
            names, rows = changed.setdefault(type(one.row), (set(), []))
            names |= news
            rows.append(now)
    for model, (names, rows) in changed.items():
        await _update(session, model, tuple(sorted(names)), rows)


@cache
def _columns(model: type[DeclarativeBase]) -> Mapping[str, Column[Any]]:
    return {one.name: one for one in model.metadata.tables[model.__tablename__].columns}


@cache
def _keys(model: type[DeclarativeBase]) -> tuple[str, ...]:
    return tuple(one.name for one in class_mapper(model).primary_key)


async def _update(
    session: AsyncSession, model: type[DeclarativeBase], names: tuple[str, ...], rows: Sequence[Mapping[str, object]]
) -> None:
    columns = (_columns(model)[name] for name in (*_keys(model), *names))
    await fetch(session, _update_sql(model, names), *(array_of(one, rows) for one in columns))


@cache
def _update_sql(model: type[DeclarativeBase], names: tuple[str, ...]) -> str:
    table, keys = model.__tablename__, _keys(model)
    arrays = ", ".join(f"${nth}::{type_of(_columns(model)[name])}[]" for nth, name in enumerate((*keys, *names), 1))
    sets = ", ".join(f'"{name}" = {value_of(_columns(model)[name])}' for name in names)
    given = ", ".join(f'"{name}"' for name in (*keys, *names))
    same = " AND ".join(f'{table}."{key}" = given."{key}"' for key in keys)
    return f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS given ({given}) WHERE {same}"  # noqa: S608, our own
