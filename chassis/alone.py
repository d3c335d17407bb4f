"""Names of anything that only one transaction at a time may take."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch

# In one order for everybody, so that two who take some of the same names do not wait for each other.
_TAKE = """
    SELECT pg_advisory_xact_lock(hashtextextended(name, 0))
    FROM (SELECT DISTINCT unnest($1::text[]) AS name ORDER BY 1) AS taken
"""


async def take_alone(session: AsyncSession, names: Sequence[str]) -> None:
    """Until the transaction ends nobody else takes one of these names: who looks afterwards sees what others did."""
    await fetch(session, _TAKE, names)
