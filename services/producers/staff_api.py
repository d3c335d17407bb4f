"""A co-op's staff over HTTP: who works there, invitations, roles, and leaving."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict

from chassis.auth import Caller
from chassis.email_address import normalised
from chassis.errors import SignInRequired
from chassis.http import CurrentCaller, Now, Reading, Transaction
from services.producers import invitation, staff
from services.producers.coop import Coop, Role
from services.producers.invitation import Invitation
from services.producers.schemas import MailAddress

READ, WRITE = "staff:read", "staff:write"

router = APIRouter(prefix="/api/v1", tags=["producers"])

Token = Annotated[str, Path(max_length=100)]


class Member(BaseModel):
    """`email` is the address at which they were invited; the first owner's is that of the application."""

    model_config = ConfigDict(from_attributes=True)

    account_id: UUID
    email: str
    role: Role
    joined_at: datetime


class OpenInvitation(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    role: Role
    invited_at: datetime
    expires_at: datetime


class StaffOut(BaseModel):
    """Invitations are shown to those who may send them."""

    members: list[Member]
    invitations: list[OpenInvitation]


class NewInvitation(BaseModel):
    email: MailAddress
    role: Role


class NewRole(BaseModel):
    role: Role


class InvitationOut(BaseModel):
    """What whoever holds the link is told before they decide."""

    coop_id: UUID
    coop_slug: str
    coop_name: str
    coop_domain: str
    email: str
    role: Role
    expires_at: datetime

    @classmethod
    def of(cls, found: Invitation, coop: Coop) -> Self:
        return cls(
            coop_id=coop.id,
            coop_slug=coop.slug,
            coop_name=coop.name,
            coop_domain=coop.domain,
            email=found.email,
            role=Role(found.role),
            expires_at=found.expires_at,
        )


@router.get("/coops/{coop_id}/staff")
async def list_staff(coop_id: UUID, caller: CurrentCaller, session: Reading, now: Now) -> StaffOut:
    if not caller.operator:
        caller.require_acting_for(coop_id, READ)
    members = await staff.staff_of(session, coop_id)
    told = caller.operator or caller.may_act_for(coop_id, WRITE)
    invitations = await invitation.open_invitations(session, coop_id, now) if told else ()
    return StaffOut(
        members=[Member.model_validate(one) for one in members],
        invitations=[OpenInvitation.model_validate(one) for one in invitations],
    )


@router.post("/coops/{coop_id}/invitations", status_code=201)
async def invite(
    coop_id: UUID, wanted: NewInvitation, caller: CurrentCaller, session: Transaction, now: Now
) -> OpenInvitation:
    """Sends a link to the address; it is good for seven days, and for the account of that address alone."""
    by = _require_deciding(caller, coop_id)
    email = normalised(wanted.email)
    made = await invitation.invite(session, coop_id, email=email, role=wanted.role, by=by, now=now)
    return OpenInvitation.model_validate(made)


@router.delete("/coops/{coop_id}/invitations/{invitation_id}", status_code=204)
async def withdraw(coop_id: UUID, invitation_id: UUID, caller: CurrentCaller, session: Transaction, now: Now) -> None:
    by = _require_deciding(caller, coop_id)
    await invitation.withdraw(session, coop_id, invitation_id, by=by, now=now)


@router.put("/coops/{coop_id}/staff/{account_id}", status_code=204)
async def change_role(
    coop_id: UUID, account_id: UUID, wanted: NewRole, caller: CurrentCaller, session: Transaction, now: Now
) -> None:
    """The last owner stays one."""
    by = _require_deciding(caller, coop_id)
    await staff.change_role(session, coop_id, account_id, wanted.role, by=by, now=now)


@router.delete("/coops/{coop_id}/staff/{account_id}", status_code=204)
async def remove(coop_id: UUID, account_id: UUID, caller: CurrentCaller, session: Transaction, now: Now) -> None:
    """Owners send anybody away; anybody may leave. The last owner can do neither."""
    by = caller.require_account()
    caller.require_acting_for(coop_id, READ if by == account_id else WRITE)
    await staff.remove(session, coop_id, account_id, by=by, now=now)


@router.get("/invitations/{token}")
async def show_invitation(token: Token, session: Reading, now: Now) -> InvitationOut:
    found = await invitation.opened(session, token, now)
    return InvitationOut.of(found, await session.get_one(Coop, found.coop_id))


@router.post("/invitations/{token}/accept")
async def accept(token: Token, caller: CurrentCaller, session: Transaction, now: Now) -> Member:
    """By the account of the address that the link was sent to; what is only said to be one's address is not one's."""
    account_id = caller.require_verified_address()
    if caller.address_digest is None:
        raise SignInRequired("Please sign in first")
    return Member.model_validate(
        await invitation.accept(session, token, account_id=account_id, address_digest=caller.address_digest, now=now)
    )


def _require_deciding(caller: Caller, coop_id: UUID) -> UUID:
    by = caller.require_account()
    caller.require_acting_for(coop_id, WRITE)
    return by
