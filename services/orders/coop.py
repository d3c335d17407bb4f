"""The co-ops as orders knows them, kept up from what producers says of them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import String, false, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.orders.base import Base
from services.orders.inbound import CoopFact

ADMITTED = "admitted"


class Coop(Base):
    __tablename__ = "coops"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    slug: Mapped[str]
    name: Mapped[str]
    country: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(20))
    paused: Mapped[bool] = mapped_column(server_default=false())
    paused_until: Mapped[date | None]


async def not_selling(session: AsyncSession) -> list[UUID]:
    """The co-ops that may not sell: suspended, or lapsed. One on holiday may, and fulfils what was ordered."""
    return list(await session.scalars(select(Coop.id).where(Coop.state != ADMITTED)))


_TOLD = ("version", "slug", "name", "country", "state", "paused", "paused_until")


async def record_coops(session: AsyncSession, facts: Sequence[CoopFact]) -> None:
    newest: dict[UUID, CoopFact] = {}
    for fact in sorted(facts, key=lambda fact: fact.version):
        newest[fact.coop_id] = fact
    statement = insert(Coop)
    columns = {name: statement.excluded[name] for name in _TOLD}
    await session.execute(
        statement.values([_row(newest[coop_id]) for coop_id in sorted(newest)]).on_conflict_do_update(
            index_elements=[Coop.id], set_=columns, where=Coop.version < statement.excluded.version
        )
    )


def _row(fact: CoopFact) -> dict[str, object]:
    return {
        "id": fact.coop_id,
        "version": fact.version,
        "slug": fact.slug,
        "name": fact.name,
        "country": fact.country,
        "state": fact.state,
        "paused": fact.pause is not None,
        "paused_until": fact.pause and fact.pause.until,
    }
