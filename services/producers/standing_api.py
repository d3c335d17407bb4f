"""Where a co-op stands, over HTTP: its staff see why and what is asked of them, owners appeal, operators decide."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.errors import NotFound
from chassis.http import CurrentCaller, Now, Page, Reading, Transaction
from services.producers import application, objecting, standing
from services.producers.coop import Coop, locked_coop
from services.producers.coop_schemas import Reinstatement, StandingOut, Stopping, WaitingAppeal
from services.producers.ownership import is_owner
from services.producers.registration_check import registered_anew_at
from services.producers.schemas import Said
from services.producers.standing_appeal import appeals_of, waiting

router = APIRouter(prefix="/api/v1", tags=["producers"])

READ = "shop:read"
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/coops/{coop_id}/standing")
async def get_standing(coop_id: UUID, caller: CurrentCaller, session: Reading) -> StandingOut:
    """With the words that go with the reason: those are for the co-op's staff and for operators."""
    if not caller.operator:
        caller.require_acting_for(coop_id, READ)
    coop = await session.get(Coop, coop_id)
    if coop is None:
        raise NotFound("There is no such co-op.")
    return await _told(session, coop)


@router.post("/coops/{coop_id}/suspend")
async def suspend(
    coop_id: UUID, stopping: Stopping, caller: CurrentCaller, session: Transaction, now: Now
) -> StandingOut:
    """Its goods are hidden and cannot be bought at once; what is paid is still fulfilled and paid out."""
    caller.require_operator()
    coop = await locked_coop(session, coop_id)
    by = caller.require_account()
    await standing.suspend(session, coop, why=stopping.reason, by=by, now=now, words=stopping.words)
    return await _told(session, coop)


@router.post("/coops/{coop_id}/reinstate")
async def reinstate(
    coop_id: UUID, back: Reinstatement, caller: CurrentCaller, session: Transaction, now: Now
) -> StandingOut:
    """An appeal that waits is upheld with it."""
    caller.require_operator()
    # Its application before it, as everywhere.
    await application.locked(session, coop_id)
    coop = await locked_coop(session, coop_id)
    by = caller.require_account()
    await standing.reinstate(session, coop, why=back.reason, by=by, now=now, words=back.words or None)
    return await _told(session, coop)


@router.post("/coops/{coop_id}/appeals", status_code=201)
async def appeal(coop_id: UUID, said: Said, caller: CurrentCaller, session: Transaction, now: Now) -> StandingOut:
    """An owner's word against being stopped, for as long as the shop is closed; one at a time."""
    by = caller.require_account()
    if not await is_owner(session, coop_id, by):
        raise NotFound("There is no such co-op, or you are none of its owners.")
    coop = await locked_coop(session, coop_id)
    await objecting.appeal(session, coop, by=by, words=said.words, now=now)
    return await _told(session, coop)


@router.post("/coops/{coop_id}/appeals/dismiss")
async def dismiss(coop_id: UUID, said: Said, caller: CurrentCaller, session: Transaction, now: Now) -> StandingOut:
    """The shop stays closed. To uphold an appeal, reinstate the co-op."""
    caller.require_operator()
    coop = await locked_coop(session, coop_id)
    await objecting.dismiss(session, coop, by=caller.require_account(), answer=said.words, now=now)
    return await _told(session, coop)


@router.get("/appeals")
async def list_appeals(caller: CurrentCaller, session: Reading, limit: Limit = 50) -> Page[WaitingAppeal]:
    """The appeals of stopped co-ops that wait for an operator, longest waiting first."""
    caller.require_operator()
    found = await waiting(session, limit=limit)
    return Page(items=[WaitingAppeal.of(appeal, coop) for appeal, coop in found], next_cursor=None)


async def _told(session: AsyncSession, coop: Coop) -> StandingOut:
    await session.flush()
    anew = await registered_anew_at(session, coop.id, since=coop.holder_confirmed_at)
    return StandingOut.of(coop, await appeals_of(session, coop.id), anew)
