"""A co-op's pause over HTTP: its staff, or a key of theirs, close the shop and open it again."""

from uuid import UUID

from fastapi import APIRouter

from chassis.http import CurrentCaller, Now, Transaction
from services.producers import pausing
from services.producers.coop import locked_coop
from services.producers.coop_schemas import PauseForm, PauseOut

router = APIRouter(prefix="/api/v1/coops/{coop_id}/pause", tags=["producers"])

WRITE = "shop:write"


@router.put("")
async def pause(
    coop_id: UUID, form: PauseForm, caller: CurrentCaller, session: Transaction, now: Now
) -> PauseOut | None:
    """Its goods can be looked at and not bought until the shop opens again; what is ordered already goes on."""
    caller.require_acting_for(coop_id, WRITE)
    coop = await locked_coop(session, coop_id)
    await pausing.pause(session, coop, until=form.until, words=form.words, by=caller.id, now=now)
    return PauseOut.of(coop)


@router.delete("", status_code=204)
async def resume(coop_id: UUID, caller: CurrentCaller, session: Transaction, now: Now) -> None:
    """Opens the shop; one that is open stays so."""
    caller.require_acting_for(coop_id, WRITE)
    await pausing.resume(session, await locked_coop(session, coop_id), by=caller.id, now=now)
