"""Being told when something is back: asking for it, saying yes by the link in a mail, and stopping."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from chassis.email_address import digest_of, normalised
from chassis.http import CurrentCaller, Now, Transaction
from services.orders.api.given import Given
from services.orders.wishes import wishing
from services.orders.wishes.wishing import Wanted

router = APIRouter(prefix="/api/v1/wishes", tags=["wishes"])

Token = Annotated[str, Path(max_length=100)]


class WishGiven(Given):
    variant_id: UUID
    email: Annotated[str, Field(max_length=254)]


class WishTaken(BaseModel):
    """`asks_first`: the address is sent a question, and told of nothing until it was answered by the link in there."""

    asks_first: bool


@router.post("", status_code=202)
async def ask(given: WishGiven, session: Transaction, caller: CurrentCaller, now: Now) -> WishTaken:
    """One mail when this sold-out variant can be bought again. Whether the address is known here is told to nobody."""
    email = normalised(given.email)
    is_theirs = caller.kind == "account" and caller.email_verified and caller.address_digest == digest_of(email)
    await wishing.ask(session, Wanted(given.variant_id, email, caller.require_principal(), is_theirs), now)
    return WishTaken(asks_first=not is_theirs)


@router.post("/{token}/confirm", status_code=204)
async def confirm(token: Token, session: Transaction) -> None:
    """By the link in the mail: yes, this address wants to be told."""
    await wishing.confirm(session, token)


@router.delete("/{token}", status_code=204)
async def stop(token: Token, session: Transaction) -> None:
    """By the link in a mail: nothing more is sent to its address, which is forgotten."""
    await wishing.stop(session, token)
