"""What endpoints ask for: a transaction, a session that reads, the database itself, the caller, the time."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.auth import Caller
from chassis.database import Database, ReadSession

T = TypeVar("T")


# With the scope "function" FastAPI leaves these before it answers: whoever is told 201 can rely on the commit.
async def _transaction(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.app.state.database.transaction() as session:
        yield session


async def _reading(request: Request) -> AsyncIterator[ReadSession]:
    async with request.app.state.database.reading() as session:
        yield session


async def current_caller(request: Request) -> Caller:
    """The caller that the gateway vouches for; everything but /health asks for one."""
    caller: Caller = request.app.state.gatekeeper.caller(request.headers.get("authorization"))
    return caller


async def _now(request: Request) -> datetime:
    now: datetime = request.app.state.clock()
    return now


def app_state(name: str) -> Any:
    """A dependency on something handed to the app when it was made."""

    async def from_state(request: Request) -> Any:
        return getattr(request.app.state, name)

    from_state_typed: Callable[[Request], Awaitable[Any]] = from_state
    return Depends(from_state_typed)


RoomDatabase = Annotated[Database, app_state("database")]
Transaction = Annotated[AsyncSession, Depends(_transaction, scope="function")]
Reading = Annotated[ReadSession, Depends(_reading, scope="function")]
CurrentCaller = Annotated[Caller, Depends(current_caller)]
Now = Annotated[datetime, Depends(_now)]


class Page(BaseModel, Generic[T]):
    """Part of a list; `next_cursor` is opaque, and None on the last page."""

    items: list[T]
    next_cursor: str | None = None
