"""Where a co-op stands, over HTTP: its staff see why and what is asked of them, operators decide."""

from uuid import UUID

from fastapi import APIRouter

from chassis.errors import NotFound
from chassis.http import CurrentCaller, Now, Reading, Transaction
from services.producers import standing
from services.producers.coop import Coop
from services.producers.coop_schemas import Reinstatement, StandingOut, Stopping

router = APIRouter(prefix="/api/v1/coops", tags=["producers"])

READ = "shop:read"


@router.get("/{coop_id}/standing")
async def get_standing(coop_id: UUID, caller: CurrentCaller, session: Reading) -> StandingOut:
    """With the words that go with the reason: those are for the co-op's staff and for operators."""
    if not caller.operator:
        caller.require_acting_for(coop_id, READ)
    coop = await session.get(Coop, coop_id)
    if coop is None:
        raise NotFound("There is no such co-op.")
    return StandingOut.of(coop)


@router.post("/{coop_id}/suspend")
async def suspend(
    coop_id: UUID, stopping: Stopping, caller: CurrentCaller, session: Transaction, now: Now
) -> StandingOut:
    """Its goods are hidden and cannot be bought at once; what is paid is still fulfilled and paid out."""
    caller.require_operator()
    coop = await standing.locked(session, coop_id)
    by = caller.require_account()
    await standing.suspend(session, coop, why=stopping.reason, by=by, now=now, words=stopping.words)
    return StandingOut.of(coop)


@router.post("/{coop_id}/reinstate")
async def reinstate(
    coop_id: UUID, back: Reinstatement, caller: CurrentCaller, session: Transaction, now: Now
) -> StandingOut:
    caller.require_operator()
    coop = await standing.locked(session, coop_id)
    by = caller.require_account()
    await standing.reinstate(session, coop, why=back.reason, by=by, now=now, words=back.words or None)
    return StandingOut.of(coop)
