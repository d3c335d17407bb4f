"""News from the processor: verified, recorded once, answered at once; what follows from it is a task."""

from datetime import datetime

from prometheus_client import Counter
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Database
from chassis.direct import fetch
from chassis.tasks import enqueue
from services.payments.base import Base
from services.payments.notices import read_notice
from services.payments.processor import Processor

RECEIVED = Counter("toadlane_payments_webhooks_total", "Genuine webhooks, by what they came to", ["outcome"])


class ReceivedNotice(Base):
    """The processor's own id of each notice that concerned us: it sends them twice, late and in any order."""

    __tablename__ = "received_notices"

    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    received_at: Mapped[datetime]


_RECORD = """
    INSERT INTO received_notices (id, type, received_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id
"""


async def receive(
    database: Database, processor: Processor, payload: bytes, signature: str | None, now: datetime
) -> None:
    """Raises BadSignature before a single byte of the payload is believed."""
    processor.verify(payload, signature)
    read = read_notice(payload)
    if read is None:
        RECEIVED.labels("ignored").inc()
        return
    headline, queued = read
    async with database.transaction() as session:
        new = bool(await fetch(session, _RECORD, headline.id, headline.type, now))
        if new:
            enqueue(session, queued.task, key=queued.key)
    RECEIVED.labels("new" if new else "repeated").inc()
