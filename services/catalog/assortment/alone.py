"""Names that only one transaction at a time may give."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# In one order for everybody, so that two who give some of the same names do not wait for each other.
_GIVE_ALONE = text("""
    SELECT pg_advisory_xact_lock(hashtextextended(name, 0))
    FROM (SELECT DISTINCT unnest(CAST(:names AS text[])) AS name ORDER BY 1) AS given
""")


async def give_alone(session: AsyncSession, names: Sequence[str]) -> None:
    """Until the transaction ends nobody else gives one of these names: who looks afterwards sees whether it is free."""
    await session.execute(_GIVE_ALONE, {"names": list(names)})
