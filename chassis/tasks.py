"""Effects outside the database: written as a row with their cause, done afterwards, idempotent, retried until done."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import UNHURRIED, Statements, fetch
from chassis.pending import QueuedTask, pending_of
from chassis.telemetry import current_traceparent


class Task(BaseModel):
    """What is to be done, in words that survive a restart."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ClassVar[str]


T = TypeVar("T", bound=Task)


class GiveUp(Exception):
    """No retry can help: the task is parked, with this reason, for a person to look at."""


@dataclass(frozen=True)
class TaskHandler(Generic[T]):
    """Who does the tasks of one kind: `size` in one call, `concurrency` calls at once; `exclusive`: in one process.

    `apart`: the next ones are begun as soon as there is room, not when all that were begun together are done.
    `leaving`: after a call that took long they are let come together, so many times as long (see `Pace`).
    """

    task: type[T]
    run: Callable[[Sequence[T]], Awaitable[None]]
    size: int
    concurrency: int
    exclusive: bool
    apart: bool = False
    leaving: float = 0.0


def runs(
    task: type[T], run: Callable[[T], Awaitable[None]], *, concurrency: int = 4, apart: bool = False
) -> TaskHandler[T]:
    """Each task by itself, a few at a time. `run` must be idempotent: it may be called again after a crash.

    Ask for `apart` where strangers decide how long a task takes: then a slow one holds up nobody.
    """

    async def run_one(tasks: Sequence[T]) -> None:
        for one in tasks:
            await run(one)

    return TaskHandler(task, run_one, size=1, concurrency=concurrency, exclusive=False, apart=apart)


def runs_batch(
    task: type[T],
    run: Callable[[Sequence[T]], Awaitable[None]],
    *,
    size: int = 50,
    exclusive: bool = False,
    leaving: float = 0.0,
) -> TaskHandler[T]:
    """Many tasks in one call; where the call fails they are tried one by one.

    Ask for `leaving` where a call for many costs hardly more than one for a few, and must not be made all the time.
    """
    return TaskHandler(task, run, size=size, concurrency=1, exclusive=exclusive, leaving=leaving)


def enqueue(session: AsyncSession, task: Task, *, key: str | None = None, run_at: datetime | None = None) -> None:
    """The task is done once this transaction is committed. A pending one of the same kind and key is replaced."""
    pending_of(session).tasks.append(QueuedTask(task.kind, task, key, run_at))


_INSERT = """
    INSERT INTO tasks (kind, key, payload, traceparent, run_at)
    SELECT kind, key, payload, $1, coalesce(run_at, now())
    FROM unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[]) AS given (kind, key, payload, run_at)
    ON CONFLICT (kind, key) WHERE key IS NOT NULL DO UPDATE
    SET payload = excluded.payload, run_at = excluded.run_at, revision = tasks.revision + 1,
        attempts = 0, error = NULL, parked_at = NULL
"""


async def write_tasks(session: AsyncSession, queued: Sequence[QueuedTask]) -> None:
    """All of them in one statement, keyed rows in a fixed order so that two transactions cannot wait for each other."""
    if not queued:
        return
    latest: dict[tuple[str, str], QueuedTask] = {}
    for nth, one in enumerate(queued):
        latest[(one.kind, f"#{nth}" if one.key is None else one.key)] = one
    rows = [latest[name] for name in sorted(latest)]
    await fetch(
        session,
        _INSERT,
        current_traceparent(),
        [one.kind for one in rows],
        [one.key for one in rows],
        [one.payload.model_dump_json() for one in rows],
        [one.run_at for one in rows],
    )


# Rows are locked as `write_tasks` goes through them, so that nobody waits for somebody who waits for them.
_AS_QUEUED = 'ORDER BY kind, key COLLATE "C", id FOR UPDATE'
_WITHDRAW = f"""
    DELETE FROM tasks WHERE id = ANY(ARRAY(
        SELECT id FROM tasks WHERE kind = ANY($1) AND payload::jsonb ->> $2 = ANY($3) {_AS_QUEUED}))
    RETURNING id
"""  # noqa: S608, our own


async def withdraw(session: AsyncSession, tasks: Sequence[type[Task]], field: str, values: Sequence[object]) -> None:
    """Takes back those still to be done, or parked, that name one of these values in that field."""
    await fetch(session, _WITHDRAW, [task.kind for task in tasks], field, [str(value) for value in values])


@dataclass(frozen=True)
class ClaimedTask:
    """A row that is ours to do until we say otherwise, or die."""

    id: int
    revision: int
    payload: str
    traceparent: str | None


async def carry_out(handler: TaskHandler[T], claimed: Sequence[ClaimedTask]) -> None:
    """Reads the tasks as they were written and does them; raises pydantic's ValidationError for one nobody can read."""
    await handler.run([handler.task.model_validate_json(one.payload) for one in claimed])


# An array, because of a subquery whose limit it is not told the planner expects so many that it reads the whole table.
CLAIM = f"""
    UPDATE tasks SET claimed_by = $1
    WHERE {UNHURRIED} AND id = ANY(ARRAY(
        SELECT id FROM tasks
        WHERE kind = $2 AND claimed_by IS NULL AND parked_at IS NULL AND run_at <= now()
        ORDER BY run_at, id LIMIT $3 FOR UPDATE SKIP LOCKED))
    RETURNING id, revision, payload, traceparent
"""  # noqa: S608, our own

# One that was queued again while it ran stays, and runs once more with its new payload.
_DONE = f"""
    WITH held AS (SELECT id FROM tasks WHERE id = ANY($1) {_AS_QUEUED}),
    done AS (
        DELETE FROM tasks USING held JOIN unnest($1::bigint[], $2::int[]) AS ran (id, revision) USING (id)
        WHERE tasks.id = held.id AND tasks.revision = ran.revision AND {UNHURRIED} RETURNING tasks.id)
    UPDATE tasks SET claimed_by = NULL WHERE id = ANY($1) AND id NOT IN (SELECT id FROM done)
"""  # noqa: S608, our own

_FAILED = """
    UPDATE tasks SET claimed_by = NULL, attempts = attempts + 1, error = $2,
        run_at = now() + least(interval '10 minutes', interval '1 second' * power(2, least(attempts, 12))),
        parked_at = CASE WHEN $3 THEN now() END
    WHERE id = $1
"""

# A worker holds a lock for as long as it lives: what it had claimed is free again the moment it is gone.
_RECLAIM = f"""
    UPDATE tasks SET claimed_by = NULL WHERE id = ANY(ARRAY(
        SELECT id FROM tasks
        WHERE claimed_by IS NOT NULL AND claimed_by NOT IN (
            SELECT CAST(objid AS bigint) FROM pg_locks
            WHERE locktype = 'advisory' AND CAST(classid AS bigint) = $1 AND objsubid = 2 AND granted
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        {_AS_QUEUED}))
"""  # noqa: S608, our own

WORKER_SPACE = 7461


class TaskQueue:
    """The rows of one room's tasks, as one worker sees them. Each call is one statement, committed by itself."""

    def __init__(self, database: Statements, worker: int) -> None:
        self._database = database
        self._worker = worker

    async def claim(self, kind: str, size: int) -> list[ClaimedTask]:
        """Up to `size` tasks that are due; nobody else gets them while this worker lives."""
        rows = await self._database.fetch(CLAIM, self._worker, kind, size)
        return [ClaimedTask(**row) for row in rows]

    async def done(self, tasks: Sequence[ClaimedTask]) -> None:
        """Clears what was done."""
        await self._database.fetch(_DONE, [one.id for one in tasks], [one.revision for one in tasks])

    async def failed(self, task: ClaimedTask, error: Exception) -> None:
        """Tries it again later, twice as late each time; GiveUp parks it."""
        told = f"{type(error).__name__}: {error}"[:2000]
        await self._database.fetch(_FAILED, task.id, told, isinstance(error, GiveUp))

    async def reclaim(self) -> None:
        """Frees what dead workers had claimed."""
        await self._database.fetch(_RECLAIM, WORKER_SPACE)
