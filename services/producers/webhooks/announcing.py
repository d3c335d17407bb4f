"""Telling a co-op's endpoints: the deliveries are rows of the transaction that made the news true."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.direct import fetch
from chassis.ids import new_id
from chassis.tasks import enqueue
from services.producers.webhooks.delivery import DeliverTo
from services.producers.webhooks.news import EventType, News

# Each endpoint that asked for it gets the message under the same id.
_ADD = """
    INSERT INTO webhook_deliveries (endpoint_id, message_id, type, data)
    SELECT endpoint.id, given.message_id, $1::text, given.data
    FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS given (message_id, coop_id, data)
    JOIN webhook_endpoints endpoint USING (coop_id)
    WHERE endpoint.state = 'enabled' AND $1::text = ANY (endpoint.events)
    RETURNING endpoint_id
"""


async def announce(session: AsyncSession, event: EventType, news: Sequence[News]) -> None:
    """One statement, however many co-ops there is news for and however few of them listen."""
    if not news:
        return
    ids, coops = [new_id() for _ in news], [one.coop_id for one in news]
    rows = await fetch(session, _ADD, event, ids, coops, [one.model_dump_json() for one in news])
    for endpoint_id in {row["endpoint_id"] for row in rows}:
        enqueue(session, DeliverTo(endpoint_id=endpoint_id), key=str(endpoint_id))
