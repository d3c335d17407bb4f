"""Everything that the marketplace holds of a person, for the person: our own part, and what the rooms answer."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, JsonValue
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.account import Account
from gateway.address_verification import AddressVerification
from gateway.api_key import ApiKey
from gateway.factor_schemas import Factor, listed
from gateway.membership import Membership
from gateway.second_factor import factors_of
from gateway.session import sessions_of


class _Part(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class KeptSession(_Part):
    device: str
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime


class AwaitedAddress(_Part):
    """An address whose link was not used yet."""

    email: str
    expires_at: datetime


class KeptKey(_Part):
    id: UUID
    coop_id: UUID
    name: str
    scopes: list[str]
    made_at: datetime
    revoked_at: datetime | None


class KeptWork(_Part):
    coop_id: UUID
    role: str | None
    changed_at: datetime


class KeptAccount(_Part):
    id: UUID
    email: str
    email_verified_at: datetime | None
    name: str
    operator: bool
    opened_at: datetime
    awaited_addresses: list[AwaitedAddress]
    sessions: list[KeptSession]
    keys_made: list[KeptKey]
    works_for: list[KeptWork]
    second_factors: list[Factor]


class Export(BaseModel):
    """`rooms` is what each of the other rooms holds, by its name. Papers are taken away at the addresses told."""

    exported_at: datetime
    account: KeptAccount
    rooms: dict[str, JsonValue]


async def kept_account(session: AsyncSession, account: Account, now: datetime) -> KeptAccount:
    return KeptAccount(
        id=account.id,
        email=account.email,
        email_verified_at=account.email_verified_at,
        name=account.name,
        operator=account.operator,
        opened_at=account.opened_at,
        awaited_addresses=[AwaitedAddress.model_validate(one) for one in await _awaited(session, account.id)],
        sessions=[KeptSession.model_validate(one) for one in await sessions_of(session, account.id, now)],
        keys_made=[KeptKey.model_validate(one) for one in await _keys_made_by(session, account.id)],
        second_factors=listed(await factors_of(session, account.id)),
        works_for=[KeptWork.model_validate(one) for one in await _memberships_of(session, account.id)],
    )


async def _awaited(session: AsyncSession, account_id: UUID) -> Sequence[AddressVerification]:
    found = select(AddressVerification).where(AddressVerification.account_id == account_id)
    return (await session.scalars(found.order_by(AddressVerification.id))).all()


async def _keys_made_by(session: AsyncSession, account_id: UUID) -> Sequence[ApiKey]:
    return (await session.scalars(select(ApiKey).where(ApiKey.made_by == account_id).order_by(ApiKey.id))).all()


async def _memberships_of(session: AsyncSession, account_id: UUID) -> Sequence[Membership]:
    found = select(Membership).where(Membership.account_id == account_id).order_by(Membership.coop_id)
    return (await session.scalars(found)).all()
