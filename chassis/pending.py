"""What one transaction will tell the world once it is committed: its facts, and the tasks it leaves behind."""

from dataclasses import dataclass, field
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.events import Record

_KEY = "pending"


class NoTransaction(RuntimeError):
    """A fact was published, or a task queued, outside `Database.transaction()`: it could be lost or untrue."""


@dataclass(frozen=True)
class QueuedTask:
    """A task on its way into its table; of two with one key the later counts."""

    kind: str
    payload: BaseModel
    key: str | None
    run_at: datetime | None


@dataclass
class Pending:
    """Collected while the transaction runs, written in one statement each just before it commits."""

    facts: list[tuple[str, Record]] = field(default_factory=list)
    tasks: list[QueuedTask] = field(default_factory=list)


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


def close_pending(session: AsyncSession) -> None:
    """From here on nothing more can be added."""
    session.info.pop(_KEY, None)
