"""What one transaction will tell the world once it is committed: its facts, and the tasks it leaves behind."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

from chassis.events import Record

_KEY = "pending"

Last = Callable[[AsyncSession], Awaitable[None]]


class NoTransaction(RuntimeError):
    """A fact was published, or a task queued, outside `Database.transaction()`: it could be lost or untrue."""


@dataclass(frozen=True)
class QueuedTask:
    """A task on its way into its table; of two with one key the later counts."""

    kind: str
    payload: BaseModel
    key: str | None
    run_at: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """A row locked for a change, as an object, and what it was when it was read."""

    row: DeclarativeBase
    before: Mapping[str, object]


@dataclass
class Pending:
    """Collected while the transaction runs, written in one statement each just before it commits."""

    held: list[Held] = field(default_factory=list)
    facts: list[tuple[str, Record]] = field(default_factory=list)
    tasks: list[QueuedTask] = field(default_factory=list)
    last: dict[str, Last] = field(default_factory=dict)


def open_pending(session: AsyncSession) -> Pending:
    """Called by `Database.transaction()` alone."""
    pending = session.info[_KEY] = Pending()
    return pending


def pending_of(session: AsyncSession) -> Pending:
    """What the transaction under way has collected; raises NoTransaction where there is none."""
    pending = session.info.get(_KEY)
    if not isinstance(pending, Pending):
        raise NoTransaction("publish() and enqueue() work inside Database.transaction() only")
    return pending


def before_commit(session: AsyncSession, name: str, work: Last) -> None:
    """Once, as the very last of the transaction: for what locks a row that everybody needs. The first of a name counts.

    Nothing may be published or queued by then.
    """
    pending_of(session).last.setdefault(name, work)


def close_pending(session: AsyncSession) -> None:
    """From here on nothing more can be added."""
    session.info.pop(_KEY, None)
