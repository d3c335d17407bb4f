"""Where a co-op stands, and the only ways in which that changes. Whatever moves it, the same fact is told."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NotRequired, TypedDict, Unpack
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.outbox import publish
from chassis.tasks import enqueue
from services.producers import audit, holding
from services.producers.application import Application
from services.producers.audit import Decision
from services.producers.coop import Coop, CoopState, Reason, public_state
from services.producers.events import CoopLapsed, CoopReinstated, CoopSuspended
from services.producers.holding import DomainHeldByAnother
from services.producers.mails import StandingMail
from services.producers.registration_check import registered_anew_at
from services.producers.standing_appeal import close_as_upheld
from services.producers.vetting import refuse
from services.producers.webhooks.announcing import announce
from services.producers.webhooks.news import EventType, StandingNews


class Move(StrEnum):
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    LAPSE = "lapse"


ADMITTED, SUSPENDED, LAPSED = CoopState.ADMITTED, CoopState.SUSPENDED, CoopState.LAPSED

# Where each move leads from each state. A co-op that lapsed has nothing left to suspend.
TRANSITIONS: Mapping[Move, Mapping[CoopState, CoopState]] = {
    Move.SUSPEND: {ADMITTED: SUSPENDED, SUSPENDED: SUSPENDED, LAPSED: LAPSED},
    Move.REINSTATE: {ADMITTED: ADMITTED, SUSPENDED: ADMITTED, LAPSED: ADMITTED},
    Move.LAPSE: {ADMITTED: LAPSED, SUSPENDED: LAPSED, LAPSED: LAPSED},
}

DECISIONS: Mapping[CoopState, Decision] = {
    ADMITTED: Decision.REINSTATED,
    SUSPENDED: Decision.SUSPENDED,
    LAPSED: Decision.LAPSED,
}

HELD_AGAIN = "The co-op that sold under this domain before holds it again, and you had not proved it yet."

TOLD_AS: Mapping[CoopState, EventType] = {
    ADMITTED: EventType.SHOP_REINSTATED,
    SUSPENDED: EventType.SHOP_SUSPENDED,
    LAPSED: EventType.SHOP_LAPSED,
}


class Ruling(TypedDict):
    """Why a co-op is moved, and by whom: None is the house itself.

    `words` go to the co-op's staff and into no fact, and `evidence` is the digest of what the decision rests on.
    """

    why: Reason
    by: UUID | None
    now: datetime
    words: NotRequired[str | None]
    evidence: NotRequired[bytes | None]


async def suspend(session: AsyncSession, coop: Coop, **ruling: Unpack[Ruling]) -> bool:
    """Its goods are hidden and cannot be bought from now on. False where that was so before.

    As of every move here, the row is locked by the caller.
    """
    return await _move(session, coop, Move.SUSPEND, **ruling)


async def lapse(session: AsyncSession, coop: Coop, **ruling: Unpack[Ruling]) -> bool:
    """What its admission rested on is gone, such as the domain or its proof. False where that was so before.

    Others may apply with the domain from now on, also where an operator had stopped the co-op before.
    """
    holding.release(await session.get_one(Application, coop.id), ruling["now"])
    return await _move(session, coop, Move.LAPSE, **ruling)


async def reinstate(session: AsyncSession, coop: Coop, **ruling: Unpack[Ruling]) -> bool:
    """It sells again. False where it did, or where only a person may say so: an operator has stopped it, or its domain
    was registered anew since a person last looked, so that whoever proves it now may be another.

    Raises DomainHeldByAnother.
    """
    by, now = ruling["by"], ruling["now"]
    if by is None and await registered_anew_at(session, coop.id, since=coop.holder_confirmed_at) is not None:
        return False
    await _take_back_domain(session, coop, now)
    moved = await _move(session, coop, Move.REINSTATE, **ruling)
    if moved and by is not None:
        coop.holder_confirmed_at = now
    if moved:
        await close_as_upheld(session, coop.id, answer=ruling.get("words"), now=now)
    return moved


async def _move(
    session: AsyncSession,
    coop: Coop,
    move: Move,
    *,
    why: Reason,
    by: UUID | None,
    now: datetime,
    words: str | None = None,
    evidence: bytes | None = None,
) -> bool:
    before = CoopState(coop.state)
    after = TRANSITIONS[move][before]
    if _is_operators(coop) and by is None:
        return False
    # An operator who confirms what the house has done makes it an operator's decision.
    if after is before and (by is None or before is ADMITTED or _is_operators(coop)):
        return False
    if after is not before:
        coop.state, coop.state_since = after, now
    coop.state_reason, coop.state_by, coop.state_words = why, by, words
    coop.version += 1
    publish(session, _fact(coop, why))
    what = DECISIONS[after]
    audit.record(session, what, subject=coop.id, by=by, at=now, why=why, evidence=evidence, words=words)
    enqueue(session, StandingMail(coop_id=coop.id, version=coop.version, state=CoopState(coop.state), reason=why))
    news = StandingNews(coop_id=coop.id, state=coop.state, reason=why, since=coop.state_since)
    await announce(session, TOLD_AS[after], [news])
    return True


def _is_operators(coop: Coop) -> bool:
    """Whether a person stopped it: what a person has stopped, a daily check neither starts nor explains away."""
    return coop.state != ADMITTED and coop.state_by is not None


def _fact(coop: Coop, why: Reason) -> CoopSuspended | CoopReinstated | CoopLapsed:
    told = {**public_state(coop), "reason": why, "since": coop.state_since}
    match CoopState(coop.state):
        case CoopState.ADMITTED:
            return CoopReinstated(state="admitted", **told)
        case CoopState.SUSPENDED:
            return CoopSuspended(state="suspended", **told)
        case CoopState.LAPSED:
            return CoopLapsed(state="lapsed", **told)


async def _take_back_domain(session: AsyncSession, coop: Coop, now: datetime) -> None:
    """Nobody is waited for who has proved nothing."""
    application = await session.get_one(Application, coop.id)
    await holding.alone(session, coop.domain)
    unproved = await holding.unproved_holder(session, coop.domain)
    if unproved is not None:
        refuse(session, unproved, by=None, reason=HELD_AGAIN, now=now)
        await session.flush()
    if (other := await holding.other_holder(session, application)) is not None:
        raise DomainHeldByAnother(
            f"{coop.domain} belongs to {other.trading_name} by now, which is {other.state}. Decide on that one first, "
            "if this is the right one."
        )
    application.released_at = None
