"""Proving control of a domain: a challenge is issued, and later looked for where only the domain's holder can write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Database
from chassis.errors import Conflict, TooMany, Unavailable
from services.producers import audit
from services.producers.application import READ, AlreadyDecided, Application, State, locked
from services.producers.audit import Decision
from services.producers.challenge import LIFE, Binding, Challenge, Way, new_token
from services.producers.evidence import Check, Outcome, judge, kept
from services.producers.ownership import speaks_for
from services.producers.reproof import renew
from services.producers.resolver import Asker, TxtAnswer

CHECKS_COUNTED_OVER = timedelta(hours=1)
PROVABLE = frozenset({State.APPLIED, State.ADMITTED})  # to be admitted, and later to stay so


class NoChallenge(Conflict):
    code = "no_challenge"
    title = "There is no challenge to check"


class ProofNotFound(Conflict):
    code = "proof_not_found"
    title = "The record was not found"


class TooManyChecks(TooMany):
    code = "too_many_checks"
    title = "This domain was checked too often"


class ResolverUnreachable(Unavailable):
    code = "resolver_unreachable"
    title = "The name servers could not be asked"


class FileWithoutToken(Conflict):
    code = "file_without_token"
    title = "The file does not hold the value"


class FileUnreachable(Unavailable):
    code = "file_unreachable"
    title = "The file could not be fetched"


@dataclass(frozen=True)
class IssuedChallenge:
    """The only time the token is known in clear."""

    token: str
    expires_at: datetime


async def issue(session: AsyncSession, application: Application, *, to: UUID, now: datetime) -> IssuedChallenge:
    """A fresh challenge in place of any earlier one; an owner of an admitted co-op asks for one to prove it again."""
    if application.state not in PROVABLE:
        raise AlreadyDecided(f"The application of {application.domain_shown} is {application.state} already.")
    token = new_token()
    digest = Binding(to, application.domain).digest(token.encode())
    kept = {"account_id": to, "digest": digest, "issued_at": now, "expires_at": now + LIFE, "used_at": None}
    await session.merge(Challenge(application_id=application.id, **kept))
    audit.record(session, Decision.CHALLENGE_ISSUED, subject=application.id, by=to, at=now, evidence=digest)
    return IssuedChallenge(token, now + LIFE)


@dataclass(frozen=True)
class DomainCheck:
    """Asks between two transactions, never inside one: no lock waits for somebody's name server."""

    database: Database
    askers: Mapping[Way, Asker]
    checks_per_hour: int

    async def run(self, application_id: UUID, way: Way, *, now: datetime) -> None:
        """Returns once the domain is proved; every other outcome raises, after its evidence was committed."""
        async with self.database.transaction() as session:
            begun = await self._begin(session, application_id, way, now)
        if begun is None:
            return
        answers = await self.askers[way].ask(begun.domain)
        async with self.database.transaction() as session:
            check = await _record(session, begun, answers, now)
        if check is not None:
            _raise_unless_proved(check)

    async def _begin(self, session: AsyncSession, application_id: UUID, way: Way, now: datetime) -> "Begun | None":
        application = await locked(session, application_id)
        if not await _needs_looking(session, application, now):
            return None
        await self._require_within_limit(session, application, now)
        check = Check.begun(application.id, application.domain, way, now)
        session.add(check)
        await session.flush()
        return Begun(check.id, application.id, application.domain)

    async def _require_within_limit(self, session: AsyncSession, application: Application, now: datetime) -> None:
        recent = await session.scalar(
            select(func.count())
            .select_from(Check)
            .join(Application)
            .where(Application.domain == application.domain, Check.checked_at > now - CHECKS_COUNTED_OVER)
        )
        if (recent or 0) >= self.checks_per_hour:
            raise TooManyChecks(
                f"{application.domain_shown} was checked {recent} times within an hour. Try again later."
            )


@dataclass(frozen=True)
class Begun:
    """A check on its way: written down, with nobody asked yet."""

    check_id: UUID
    application_id: UUID
    domain: str


async def _needs_looking(session: AsyncSession, application: Application, now: datetime) -> bool:
    """False where the challenge has done its work; raises where there is none to look for."""
    if application.state not in READ | PROVABLE:
        raise AlreadyDecided(f"The application of {application.domain_shown} is {application.state} already.")
    challenge = await session.get(Challenge, application.id)
    proves = application.state is not State.APPLIED
    if proves and (challenge is None or challenge.used_at is not None):
        return False
    if challenge is None:
        raise NoChallenge("Ask for a challenge first, and publish its record.")
    if not challenge.live(now):
        raise NoChallenge("The challenge has expired. Ask for a fresh one and publish that.")
    return True


async def _record(session: AsyncSession, begun: Begun, answers: Sequence[TxtAnswer], now: datetime) -> Check | None:
    application = await locked(session, begun.application_id)
    check = await session.get_one(Check, begun.check_id)
    challenge = await session.get(Challenge, application.id)
    if challenge is not None and challenge.used_at is not None:  # by another check while the servers were being asked
        await session.delete(check)
        return None
    await settle(session, application, challenge, check, answers, now)
    return check


async def settle(
    session: AsyncSession,
    application: Application,
    challenge: Challenge | None,
    check: Check,
    answers: Sequence[TxtAnswer],
    now: datetime,
) -> None:
    """Completes a check with its answers; where they prove the domain, the challenge is used up and the proof counts.

    The application's row is locked by the caller.
    """
    live = challenge if challenge is not None and await _counts(session, application, challenge, now) else None
    published = [live is not None and live.published(application.domain, answer.records) for answer in answers]
    check.outcome = judge(answers, published)
    check.answers = [kept(Way(check.way), answer) for answer in answers]
    if check.outcome == Outcome.PROVED and live is not None:
        live.used_at = now
        if application.state is State.ADMITTED:
            await renew(session, application, check, now)
        else:
            application.prove(now)
        by = live.account_id
        audit.record(session, Decision.PROVED, subject=application.id, by=by, at=now, evidence=check.digest)


async def _counts(session: AsyncSession, application: Application, challenge: Challenge, now: datetime) -> bool:
    """A token of somebody who has left the co-op since proves nothing for it."""
    return challenge.live(now) and await speaks_for(session, application, challenge.account_id)


def _raise_unless_proved(check: Check) -> None:
    if check.outcome == Outcome.PROVED:
        return
    if check.way == Way.HTTPS:
        raise _file_refusal(check)
    if check.outcome == Outcome.UNREACHABLE:
        raise ResolverUnreachable("Not every name server answered. Nothing is lost: try again in a few minutes.")
    if check.outcome == Outcome.RESOLVERS_DISAGREE:
        raise ProofNotFound(
            f"Some name servers see the record at {check.record_name}, some not yet. Try again in a few minutes.",
            seen=check.seen,
        )
    raise ProofNotFound(
        f"No TXT record at {check.record_name} holds the value you were given."
        + (" What is there is listed under “seen”." if check.seen else " There is none at all yet."),
        seen=check.seen,
    )


def _file_refusal(check: Check) -> Conflict | Unavailable:
    """Says nothing of what was fetched: the file might be one that only we could reach."""
    if check.outcome == Outcome.UNREACHABLE:
        return FileUnreachable(
            f"{check.record_name} could not be fetched. It has to answer on port 443 of the public internet, with a "
            "valid certificate and within ten seconds."
        )
    return FileWithoutToken(
        f"{check.record_name} does not hold the value you were given. It has to be there itself, without a redirect, "
        "as plain text of at most 4096 octets."
    )
