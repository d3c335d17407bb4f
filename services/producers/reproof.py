"""A proof made again: the co-op's face shows the new one, and what the old one's loss had cost is given back."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.tasks import enqueue
from services.producers import standing
from services.producers.application import Application
from services.producers.control import Action, Notice, Stand, proved
from services.producers.coop import Coop, CoopState, locked_coop
from services.producers.evidence import Check
from services.producers.holding import DomainHeldByAnother
from services.producers.mails import ProofMail
from services.producers.recheck import Recheck

SOON_AFTER = timedelta(minutes=1)

MOVES = {
    CoopState.ADMITTED: standing.reinstate,
    CoopState.SUSPENDED: standing.suspend,
    CoopState.LAPSED: standing.lapse,
}


async def renew(session: AsyncSession, application: Application, check: Check, now: datetime) -> None:
    """The application's row is locked by the caller."""
    coop = await locked_coop(session, application.id)
    recheck = await session.get_one(Recheck, coop.id, with_for_update=True)
    show(coop, check, now)
    known, actions = proved(recheck.control(coop), now)
    recheck.remember(known)
    # The registry may have said something since: it is asked again before anybody waits for a day.
    recheck.next_due = min(recheck.next_due, now + SOON_AFTER)
    await act(session, coop, actions, now, evidence=check.digest)


def show(coop: Coop, check: Check, now: datetime) -> None:
    """The proof that everybody sees from now on."""
    coop.proof_method, coop.proved_at = check.way, now
    coop.proof_resolvers, coop.proof_authenticated = check.resolvers, check.authenticated_data


async def act(session: AsyncSession, coop: Coop, actions: Sequence[Action], now: datetime, *, evidence: bytes) -> None:
    """What the control of a domain asks for, done to the co-op whose row the caller has locked; `evidence` is the
    digest of what was seen of it."""
    for action in actions:
        match action:
            case Stand(state, reason):
                # Whoever holds the domain by now sells under it; this co-op stays as it is.
                with suppress(DomainHeldByAnother):
                    await MOVES[state](session, coop, why=reason, by=None, now=now, evidence=evidence)
            case Notice():
                enqueue(
                    session,
                    ProofMail(coop_id=coop.id, notice=action, proved_on=coop.proved_at.date()),
                    key=f"{coop.id}.{action}",
                )
