"""Names that only one transaction at a time may give."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch

# In one order for everybody, so that two who give some of the same names do not wait for each other.
_GIVE_ALONE = """
    SELECT pg_advisory_xact_lock(hashtextextended(name, 0))
    FROM (SELECT DISTINCT unnest($1::text[]) AS name ORDER BY 1) AS given
"""


async def give_alone(session: AsyncSession, names: Sequence[str]) -> None:
    """Until the transaction ends nobody else gives one of these names: who looks afterwards sees whether it is free."""
    await fetch(session, _GIVE_ALONE, names)
