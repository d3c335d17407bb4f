"""What payments says of the account through which a co-op is paid."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.producers.coop import Coop
from services.producers.inbound import PayeeOpened
from services.producers.webhooks.announcing import announce
from services.producers.webhooks.news import EventType, PayeeNews


async def note(session: AsyncSession, payee: PayeeOpened) -> None:
    newer = await session.scalar(
        update(Coop)
        .where(Coop.id == payee.coop_id, Coop.payee_version < payee.version)
        .values(payee_enabled=payee.enabled, payee_version=payee.version)
        .returning(Coop.id)
    )
    if newer is not None:
        news = PayeeNews(coop_id=payee.coop_id, enabled=payee.enabled)
        await announce(session, EventType.PAYEE_CHANGED, [news])
