"""A guard taken away, for negative controls."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.stock.shelf import OnShelf, Shelf


class Trusting(Shelf):
    """Every co-op may sell."""

    async def look(self, session: AsyncSession, variants: Sequence[UUID]) -> dict[UUID, OnShelf]:
        found = await super().look(session, variants)
        return {variant: replace(one, coop_sells=True) for variant, one in found.items()}
