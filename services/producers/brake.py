"""A registry gone mad is an outage too: where it turns against many at once, it is doubted before they are."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.telemetry import log
from services.producers.control import DAY
from services.producers.rdap import SEVERITY, Registration, Verdict
from services.producers.recheck import Recheck

FEW = 5
ONE_IN = 20
"""Of all co-ops, in a day: more than are ever lost on a real one."""

DOUBTED = "the registry turned against too many co-ops within a day"


async def doubted(
    session: AsyncSession, recheck: Recheck, told: Registration, verdict: Verdict, now: datetime
) -> tuple[Registration, Verdict]:
    """The answer as it is to be taken: one more bad one after many says nothing until the next day."""
    if SEVERITY.index(verdict) <= SEVERITY.index(Verdict(recheck.verdict)):
        return told, verdict
    recent = func.count().filter(Recheck.worsened_at > now - DAY)
    worsened, everyone = (await session.execute(select(recent, func.count()).select_from(Recheck))).one()
    if worsened >= max(FEW, everyone // ONE_IN):
        log.error("registry.doubted", coop_id=str(recheck.coop_id), verdict=verdict, worsened=worsened)
        return Registration(told.server, failure=DOUBTED), Verdict.UNKNOWN
    recheck.worsened_at = now
    return told, verdict
