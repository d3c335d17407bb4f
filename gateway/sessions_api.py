"""One's own sessions: seen, and ended from afar."""

from uuid import UUID

from fastapi import APIRouter

from chassis.errors import NotFound
from chassis.http import CurrentCaller, Now, Page, Reading, Transaction
from chassis.outbox import publish
from gateway.account import acting
from gateway.api import CurrentVisit
from gateway.events import SessionsEnded
from gateway.schemas import OpenSession
from gateway.session import end_sessions, sessions_of

router = APIRouter(prefix="/api/v1/sessions")


@router.get("")
async def list_sessions(session: Reading, caller: CurrentCaller, visit: CurrentVisit, now: Now) -> Page[OpenSession]:
    """Everywhere one is signed in, the session last seen first."""
    found = await sessions_of(session, caller.require_account(), now)
    return Page(items=[OpenSession.of(one, current=visit.principal.session_id) for one in found])


@router.delete("", status_code=204)
async def end_all_others(session: Transaction, caller: CurrentCaller, visit: CurrentVisit, now: Now) -> None:
    """Signs out everywhere but here."""
    account = await acting(session, caller.require_account())
    ended = await end_sessions(session, account.id, but=visit.principal.session_id)
    if ended:
        publish(session, SessionsEnded(account_id=account.id, version=account.next_version(), at=now, sessions=ended))


@router.delete("/{session_id}", status_code=204)
async def end_one(session_id: UUID, session: Transaction, caller: CurrentCaller, now: Now) -> None:
    """Signs out there."""
    account = await acting(session, caller.require_account())
    if not await end_sessions(session, account.id, only=session_id):
        raise NotFound("There is no such session, or it is not yours.")
    publish(session, SessionsEnded(account_id=account.id, version=account.next_version(), at=now, sessions=1))
