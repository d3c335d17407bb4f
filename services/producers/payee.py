"""What payments says of the account through which a co-op is paid."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.producers.coop import Coop
from services.producers.inbound import PayeeOpened


async def note(session: AsyncSession, payee: PayeeOpened) -> None:
    await session.execute(
        update(Coop)
        .where(Coop.id == payee.coop_id, Coop.payee_version < payee.version)
        .values(payee_enabled=payee.enabled, payee_version=payee.version)
    )
